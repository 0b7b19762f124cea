// Conversations as LibreChat exports them: a list of messages that name their parents, or messages
// within messages.

import { isObject, objects, text, textOrNull } from "../fields.js"
import { moment } from "./moments.js"
import { reasoningPart, textPart } from "./pieces.js"

/** @typedef {import("../fields.js").Fields} Fields */
/** @typedef {import("./conversations.js").Draft} Draft */
/** @typedef {import("./left-out.js").LeftOut} LeftOut */
/** @typedef {import("./trees.js").Found} Found */
/** @typedef {import("./trees.js").Part} Part */

/** @param {Fields} fields */
export function isLibreChat(fields) {
  const hasMessages = Array.isArray(fields.messagesTree) || Array.isArray(fields.messages) ||
    isObject(fields.messages)
  return typeof fields.conversationId === "string" && hasMessages
}

/**
 * @param {Fields} fields
 * @param {LeftOut} leftOut
 * @returns {Draft}
 */
export function readLibreChat(fields, leftOut) {
  const options = isObject(fields.options) ? fields.options : {}
  const flat = flattened(fields.messagesTree ?? fields.messages)
  const areLinked = flat.some(({ parent }) => parent !== null)
  const messages = flat.map(({ message, id, parent }, index) => ({
    id,
    // A list without parents is a path.
    parent: areLinked ? parent : flat[index - 1]?.id ?? null,
    ...said(message, leftOut),
  }))
  if (text(options.promptPrefix).trim() !== "") leftOut.count("hidden")
  return {
    id: text(fields.conversationId),
    title: text(fields.title) || options.title,
    createdAt: moment(fields.createdAt),
    updatedAt: moment(fields.updatedAt),
    isPinned: false,
    isArchived: fields.isArchived === true,
    leaf: null,
    messages,
  }
}

/**
 * All messages with the parents that they name or are in; those on top first.
 *
 * @param {unknown} value
 * @returns {{ message: Fields, id: string, parent: string | null }[]}
 */
function flattened(value) {
  /** @type {{ message: Fields, id: string, parent: string | null }[]} */
  const flat = []
  /** @type {{ message: Fields, parent: string | null }[]} */
  const waiting = objects(isObject(value) ? [value] : value).map((message) => ({
    message,
    parent: textOrNull(message.parentMessageId),
  })).reverse()
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { message, parent } = next
    const id = text(message.messageId) || `message-${flat.length + 1}`
    flat.push({ message, id, parent })
    for (const child of objects(message.children).reverse()) {
      waiting.push({ message: child, parent: id })
    }
  }
  return flat
}

/**
 * @param {Fields} message
 * @param {LeftOut} leftOut
 * @returns {Pick<Found, "role" | "parts" | "at" | "state">}
 */
function said(message, leftOut) {
  const at = moment(message.createdAt)
  const role = isByReader(message) ? "user" : "assistant"
  countFiles(message, leftOut)
  const pieces = objects(message.content)
  if (message.error === true) {
    leftOut.count("failures")
    return { role: null, parts: [], at }
  }
  const parts = pieces.length > 0
    ? pieces.flatMap((piece) => partFrom(piece, leftOut))
    : textPart(message.text)
  const isStopped = role === "assistant" && message.unfinished === true
  return { role, parts: together(parts), at, state: isStopped ? "stopped" : "complete" }
}

/** @param {Fields} message */
function isByReader({ isCreatedByUser, sender }) {
  return typeof isCreatedByUser === "boolean"
    ? isCreatedByUser
    : text(sender).toLowerCase() === "user"
}

/**
 * @param {Fields} piece
 * @param {LeftOut} leftOut
 * @returns {Part[]}
 */
function partFrom(piece, leftOut) {
  switch (piece.type) {
    case "text":
    case "text_delta":
      return textPart(valueOf(piece.text ?? piece.text_delta))
    case "think":
      return reasoningPart(valueOf(piece.think).replace(/^<think>|<\/think>$/g, ""))
    case "image_file":
    case "image_url":
      leftOut.count("pictures")
      return []
    case "video_url":
    case "input_audio":
      leftOut.count("sounds")
      return []
    case "error":
      leftOut.count("failures")
      return []
    case "tool_call":
    case "agent_update":
    case "summary":
      leftOut.count("steps")
      return []
    default:
      leftOut.countUnknown(piece.type)
      return []
  }
}

/**
 * A text, or an object around one.
 *
 * @param {unknown} value
 */
function valueOf(value) {
  return isObject(value) ? text(value.value) : text(value)
}

/**
 * Texts after another in one.
 *
 * @param {Part[]} parts
 */
function together(parts) {
  /** @type {Part[]} */
  const joined = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (last && last.type === part.type) {
      joined[joined.length - 1] = { ...last, text: `${last.text}\n\n${part.text}` }
    } else joined.push(part)
  }
  return joined
}

/**
 * @param {Fields} message
 * @param {LeftOut} leftOut
 */
function countFiles(message, leftOut) {
  const files = [...objects(message.files), ...objects(message.attachments)]
  const pictures = files.filter(({ type }) => text(type).startsWith("image")).length
  leftOut.count("pictures", pictures)
  leftOut.count("files", files.length - pictures)
}
