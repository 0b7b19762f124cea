// What every product's conversation becomes.

import { grown } from "./trees.js"
import { wellFormed } from "./pieces.js"

/** @typedef {import("../fields.js").Fields} Fields */
/** @typedef {import("./left-out.js").LeftOut} LeftOut */
/** @typedef {"shuren" | "chatgpt" | "open-webui" | "librechat"} Source */

/**
 * As `POST /imports` takes it.
 *
 * @typedef {object} Conversation
 * @property {string} id
 * @property {string} title
 * @property {number} created_at
 * @property {number} updated_at
 * @property {boolean} pinned
 * @property {boolean} archived
 * @property {string | null} leaf
 * @property {import("./trees.js").Message[]} messages
 */

/**
 * What a product's own reader finds in a conversation.
 *
 * @typedef {object} Draft
 * @property {string} id Empty when it has none.
 * @property {unknown} title
 * @property {number | null} createdAt
 * @property {number | null} updatedAt
 * @property {boolean} isPinned
 * @property {boolean} isArchived
 * @property {string | null} leaf
 * @property {readonly import("./trees.js").Found[]} messages
 */

/** As long as a title may be. */
const longestTitle = 200
const longestMadeTitle = 80

/** As long as an id may be that names something elsewhere. */
const longestId = 200

/**
 * @param {Draft} draft
 * @param {LeftOut} leftOut
 * @param {{ writtenAt: number, grow?: typeof grown }} how The time of the file, for what has none.
 * @returns {Conversation | null} Nothing for one without a word.
 */
export function conversationFrom(draft, leftOut, { writtenAt, grow = grown }) {
  const times = draft.messages.flatMap(({ at }) => at === null ? [] : [at])
  const first = times.reduce((least, at) => Math.min(least, at), Infinity)
  const createdAt = draft.createdAt ?? (times.length > 0 ? first : writtenAt)
  const { messages, leaf, openings } = grow(withShortIds(draft.messages), {
    leaf: draft.leaf === null ? null : shortId(draft.leaf),
    startedAt: createdAt,
  })
  if (messages.length === 0) {
    leftOut.count("empty")
    return null
  }
  leftOut.count("openings", openings)
  const last = messages.reduce((most, message) => Math.max(most, message.created_at), createdAt)
  return {
    id: shortId(draft.id) || madeId(draft, messages),
    title: titleFrom(draft.title) || titleOf(messages),
    created_at: createdAt,
    updated_at: Math.max(createdAt, draft.updatedAt ?? last),
    pinned: draft.isPinned,
    archived: draft.isArchived,
    leaf,
    messages,
  }
}

/** @param {readonly import("./trees.js").Found[]} messages */
function withShortIds(messages) {
  return messages.map((message) => ({
    ...message,
    id: shortId(message.id),
    parent: message.parent === null ? null : shortId(message.parent),
  }))
}

/**
 * An id that is too long stays distinct by its checksum.
 *
 * @param {string} id
 */
function shortId(id) {
  const text = wellFormed(id)
  return text.length <= longestId ? text : `${text.slice(0, longestId - 20)}~${digest(text)}`
}

/**
 * The same for the same words, so that a second import knows them again.
 *
 * @param {Draft} draft
 * @param {readonly import("./trees.js").Message[]} messages
 */
function madeId(draft, messages) {
  const first = messages[0]
  return `made-${digest(JSON.stringify([draft.title, draft.createdAt, first?.parts]))}`
}

/**
 * 64 bits of FNV-1a, twice 32: enough to tell the conversations of one person apart, and no secret.
 *
 * @param {string} text
 */
export function digest(text) {
  let one = 0x811c9dc5
  let other = 0x01000193
  for (let index = 0; index < text.length; index += 1) {
    one = Math.imul(one ^ text.charCodeAt(index), 0x01000193)
    other = Math.imul(other ^ text.charCodeAt(index), 0x85ebca6b) + index
  }
  return [one, other].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("")
}

/** @param {unknown} value */
function titleFrom(value) {
  return typeof value === "string" ? cut(value, longestTitle) : ""
}

/** @param {readonly import("./trees.js").Message[]} messages */
function titleOf(messages) {
  const question = messages.find(({ role }) => role === "user")
  const text = question?.parts.find((part) => part.type === "text")?.text
  return typeof text === "string" ? cut(text, longestMadeTitle) : ""
}

/**
 * One line, cut between characters.
 *
 * @param {string} text
 * @param {number} most
 */
function cut(text, most) {
  // A little more than is kept, because white space shrinks; never the whole of a long message.
  const line = wellFormed(text.slice(0, most * 4)).replace(/\s+/g, " ").trim()
  const characters = [...line]
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join("").trimEnd()}…`
}
