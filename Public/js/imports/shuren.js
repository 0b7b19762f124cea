// Conversations as we export them ourselves.

import { objects, text, textOrNull } from "../fields.js"
import { moment } from "./moments.js"
import { wellFormed } from "./pieces.js"

/** @typedef {import("../fields.js").Fields} Fields */
/** @typedef {import("./conversations.js").Draft} Draft */
/** @typedef {import("./left-out.js").LeftOut} LeftOut */
/** @typedef {import("./trees.js").Part} Part */

/** What the file calls its form, and the newest version that is understood. */
export const format = "shuren-conversations"
export const version = 1

/** @param {Fields} fields */
export function isShuren(fields) {
  return typeof fields.id === "string" && Array.isArray(fields.messages)
}

/**
 * @param {Fields} fields
 * @param {LeftOut} leftOut
 * @returns {Draft}
 */
export function readShuren(fields, leftOut) {
  return {
    id: text(fields.id),
    title: fields.title,
    createdAt: moment(fields.created_at),
    updatedAt: moment(fields.updated_at),
    isPinned: fields.pinned === true,
    isArchived: fields.archived === true,
    leaf: textOrNull(fields.leaf),
    messages: objects(fields.messages).filter(hasId).map((message) => ({
      id: text(message.id),
      parent: textOrNull(message.parent),
      role: message.role === "user" || message.role === "assistant" ? message.role : null,
      parts: objects(message.parts).flatMap((part) => knownPart(part, leftOut)),
      at: moment(message.created_at),
      state: text(message.state) || "complete",
      agent: textOrNull(message.agent),
      more: {
        ...(typeof message.error === "string" && { error: wellFormed(message.error) }),
        ...(typeof message.shown === "number" && { shown: message.shown }),
      },
    })),
  }
}

/** @param {Fields} message */
function hasId(message) {
  return text(message.id) !== ""
}

const knownTypes = new Set(["text", "reasoning", "tool", "source", "file"])

/**
 * @param {Fields} part
 * @param {LeftOut} leftOut
 * @returns {Part[]}
 */
function knownPart(part, leftOut) {
  const type = text(part.type)
  if (!knownTypes.has(type)) {
    leftOut.countUnknown(type)
    return []
  }
  return [{ ...part, type, ...(typeof part.text === "string" && { text: wellFormed(part.text) }) }]
}
