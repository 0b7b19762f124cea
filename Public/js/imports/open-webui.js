// Conversations as Open WebUI exports them: messages by id, each with its parent. Older ones are
// only a list.

import { isObject, objects, text, textOrNull } from "../fields.js"
import { moment } from "./moments.js"
import { spokenIn } from "./details.js"

/** @typedef {import("../fields.js").Fields} Fields */
/** @typedef {import("./conversations.js").Draft} Draft */
/** @typedef {import("./left-out.js").LeftOut} LeftOut */
/** @typedef {import("./trees.js").Found} Found */

/** @param {Fields} fields */
export function isOpenWebUI(fields) {
  const chat = chatIn(fields)
  const isTree = isObject(chat.history) && isObject(chat.history.messages)
  return isTree || objects(chat.messages).some(({ role }) => typeof role === "string")
}

/**
 * @param {Fields} fields
 * @param {LeftOut} leftOut
 * @returns {Draft}
 */
export function readOpenWebUI(fields, leftOut) {
  const chat = chatIn(fields)
  const history = isObject(chat.history) ? chat.history : {}
  const tree = isObject(history.messages) ? Object.entries(history.messages) : []
  const isTree = tree.length > 0
  if (text(chat.system).trim() !== "") leftOut.count("hidden")
  return {
    id: text(fields.id) || text(chat.id),
    title: text(fields.title) || chat.title,
    createdAt: moment(fields.created_at) ?? moment(chat.timestamp),
    updatedAt: moment(fields.updated_at),
    isPinned: fields.pinned === true,
    isArchived: fields.archived === true,
    leaf: isTree ? textOrNull(history.currentId) : null,
    messages: isTree
      ? tree.map(([id, message]) => found(id, message, leftOut))
      : listed(objects(chat.messages), leftOut),
  }
}

/**
 * The chat itself; very old exports have nothing around it.
 *
 * @param {Fields} fields
 */
function chatIn(fields) {
  return isObject(fields.chat) ? fields.chat : fields
}

/**
 * @param {string} id
 * @param {unknown} message
 * @param {LeftOut} leftOut
 * @returns {Found}
 */
function found(id, message, leftOut) {
  if (!isObject(message)) return { id, parent: null, role: null, parts: [], at: null }
  return { id, parent: textOrNull(message.parentId), ...said(message, leftOut) }
}

/**
 * A list of messages, each following the one before.
 *
 * @param {Fields[]} messages
 * @param {LeftOut} leftOut
 * @returns {Found[]}
 */
function listed(messages, leftOut) {
  const ids = messages.map((message, index) => text(message.id) || `message-${index + 1}`)
  return messages.map((message, index) => ({
    id: ids[index] ?? "",
    parent: ids[index - 1] ?? null,
    ...said(message, leftOut),
  }))
}

/**
 * @param {Fields} message
 * @param {LeftOut} leftOut
 * @returns {Pick<Found, "role" | "parts" | "at" | "state">}
 */
function said(message, leftOut) {
  const at = moment(message.timestamp)
  if (message.role !== "user" && message.role !== "assistant") {
    if (text(message.content).trim() !== "") {
      leftOut.count(message.role === "tool" ? "steps" : "hidden")
    }
    return { role: null, parts: [], at }
  }
  countAttached(message, leftOut)
  const parts = spokenIn(contentOf(message, leftOut), leftOut)
  const hasFailed = message.error !== undefined && message.error !== null && message.error !== false
  if (hasFailed && parts.length === 0) leftOut.count("failures")
  const state = message.done === false || hasFailed ? "interrupted" : "complete"
  return { role: message.role, parts, at, state: message.role === "user" ? "complete" : state }
}

/**
 * @param {Fields} message
 * @param {LeftOut} leftOut
 */
function contentOf(message, leftOut) {
  if (Array.isArray(message.content)) return contentIn(objects(message.content), leftOut)
  const merged = isObject(message.merged) ? text(message.merged.content) : ""
  return text(message.content) || merged || written(message.output)
}

/**
 * @param {Fields[]} pieces As they were sent to the model.
 * @param {LeftOut} leftOut
 */
function contentIn(pieces, leftOut) {
  return pieces.map((piece) => {
    if (piece.type === "text") return text(piece.text)
    if (piece.type === "image_url") leftOut.count("pictures")
    else leftOut.countUnknown(piece.type)
    return ""
  }).filter(Boolean).join("\n\n")
}

/**
 * The text in a reply of which only the model's output was kept.
 *
 * @param {unknown} output
 */
function written(output) {
  return objects(output)
    .filter(({ type }) => type === "message")
    .flatMap(({ content }) => objects(content).map((piece) => text(piece.text)))
    .join("")
}

/**
 * @param {Fields} message
 * @param {LeftOut} leftOut
 */
function countAttached(message, leftOut) {
  const files = objects(message.files)
  const pictures = files.filter(({ type }) => text(type).startsWith("image")).length
  leftOut.count("pictures", pictures)
  leftOut.count("files", files.length - pictures)
  leftOut.count("sources", objects(message.sources).length)
}
