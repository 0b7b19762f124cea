// Conversations as ChatGPT exports them: nodes by id, each with its parent and maybe a message.

import { isObject, objects, text, textOrNull, texts } from "../fields.js"
import { moment } from "./moments.js"
import { codePart, reasoningPart, textPart } from "./pieces.js"

/** @typedef {import("../fields.js").Fields} Fields */
/** @typedef {import("./conversations.js").Draft} Draft */
/** @typedef {import("./left-out.js").LeftOut} LeftOut */
/** @typedef {import("./trees.js").Found} Found */
/** @typedef {import("./trees.js").Part} Part */

/** @param {Fields} fields */
export function isChatGPT(fields) {
  return isObject(fields.mapping)
}

/**
 * @param {Fields} fields
 * @param {LeftOut} leftOut
 * @returns {Draft}
 */
export function readChatGPT(fields, leftOut) {
  const mapping = isObject(fields.mapping) ? fields.mapping : {}
  return {
    id: text(fields.conversation_id) || text(fields.id),
    title: fields.title,
    createdAt: moment(fields.create_time),
    updatedAt: moment(fields.update_time),
    isPinned: fields.is_starred === true || moment(fields.pinned_time) !== null,
    isArchived: fields.is_archived === true,
    leaf: textOrNull(fields.current_node),
    messages: Object.entries(mapping).map(([id, node]) => found(id, node, leftOut)),
  }
}

/**
 * @param {string} id
 * @param {unknown} node
 * @param {LeftOut} leftOut
 * @returns {Found}
 */
function found(id, node, leftOut) {
  const parent = isObject(node) ? textOrNull(node.parent) : null
  const message = isObject(node) && isObject(node.message) ? node.message : null
  const nobody = { id, parent, role: null, parts: [], at: null }
  if (!message) return nobody
  const author = isObject(message.author) ? message.author : {}
  const content = isObject(message.content) ? message.content : {}
  const at = moment(message.create_time)
  if (isHidden(message, author)) {
    if (saysSomething(content)) leftOut.count("hidden")
    return nobody
  }
  const parts = partsOf(content, message, author, leftOut)
  countFiles(message, leftOut)
  if (author.role === "tool") return nobody
  const role = author.role === "user" ? "user" : "assistant"
  return { id, parent, role, parts, at, state: stateOf(message) }
}

/**
 * Whether its reader never saw it: instructions of theirs and of the product.
 *
 * @param {Fields} message
 * @param {Fields} author
 */
function isHidden(message, author) {
  const metadata = isObject(message.metadata) ? message.metadata : {}
  return author.role === "system" || metadata.is_visually_hidden_from_conversation === true ||
    metadata.is_user_system_message === true
}

/** @param {Fields} content */
function saysSomething(content) {
  const said = [...texts(content.parts), content.text, content.user_instructions]
  return said.some((value) => text(value).trim() !== "")
}

/** @param {Fields} message */
function stateOf(message) {
  return message.status === "finished_partial_completion" ? "stopped" : "complete"
}

/** What a tool sees and says on the way to a reply. */
const stepTypes = new Set([
  "execution_output",
  "tether_quote",
  "tether_browsing_code",
  "tether_browsing_display",
  "sonic_webpage",
  "system_error",
  "computer_output",
  "super_widget",
])

/**
 * @param {Fields} content
 * @param {Fields} message
 * @param {Fields} author
 * @param {LeftOut} leftOut
 * @returns {Part[]}
 */
function partsOf(content, message, author, leftOut) {
  const type = text(content.content_type)
  const recipient = textOrNull(message.recipient) ?? "all"
  if (author.role === "tool") return countStep(content, leftOut)
  if (author.role === "assistant" && recipient !== "all") {
    return toTool(content, recipient, leftOut)
  }
  if (stepTypes.has(type)) {
    leftOut.count("steps")
    return []
  }
  switch (type) {
    case "text":
    case "multimodal_text":
      return spoken(content, message, leftOut)
    case "code":
      return codePart(content.text, content.language)
    case "thoughts":
      return reasoningPart(objects(content.thoughts).map(thought).filter(Boolean).join("\n\n"))
    case "reasoning_recap":
      // How long it thought.
      return []
    case "user_editable_context":
    case "model_editable_context":
      leftOut.count("hidden")
      return []
    default:
      return unknown(content, message, leftOut)
  }
}

/**
 * @param {Fields} content
 * @param {LeftOut} leftOut
 * @returns {Part[]} Nothing: it is no part of what was said.
 */
function countStep(content, leftOut) {
  const pictures = objects(content.parts).filter(isPicture).length
  leftOut.count("pictures", pictures)
  if (pictures === 0) leftOut.count("steps")
  return []
}

/**
 * What an assistant wrote for a tool: a program or a document is a part of the reply, a search is
 * none.
 *
 * @param {Fields} content
 * @param {string} recipient
 * @param {LeftOut} leftOut
 * @returns {Part[]}
 */
function toTool(content, recipient, leftOut) {
  const written = text(content.text) || texts(content.parts).join("\n")
  if (recipient === "python") return codePart(written, "python")
  const document = recipient === "canmore.create_textdoc" ? documentIn(written) : []
  if (document.length === 0) leftOut.count("steps")
  return document
}

/**
 * @param {string} json
 * @returns {Part[]}
 */
function documentIn(json) {
  try {
    const value = JSON.parse(json)
    if (!isObject(value)) return []
    const [kind, language] = text(value.type).split("/")
    return kind === "code" ? codePart(value.content, language) : textPart(value.content)
  } catch {
    // What was written for the tool broke off: nobody saw it as a document.
    return []
  }
}

/** @param {Fields} thought */
function thought(thought) {
  return text(thought.content).trim() || text(thought.summary).trim()
}

/**
 * @param {Fields} content
 * @param {Fields} message
 * @param {LeftOut} leftOut
 * @returns {Part[]}
 */
function spoken(content, message, leftOut) {
  const pieces = Array.isArray(content.parts) ? content.parts : []
  const said = pieces.map((piece) => {
    if (typeof piece === "string") return piece
    if (isObject(piece)) return saidIn(piece, leftOut)
    return ""
  })
  const whole = said.filter((piece) => piece.trim() !== "").join("\n\n")
  return textPart(withSources(whole, message, leftOut))
}

/**
 * @param {Fields} piece
 * @param {LeftOut} leftOut
 */
function saidIn(piece, leftOut) {
  const type = text(piece.content_type)
  if (type === "audio_transcription" || type === "text") return text(piece.text)
  if (isPicture(piece)) leftOut.count("pictures")
  else if (type.includes("audio") || type.includes("video")) leftOut.count("sounds")
  else leftOut.countUnknown(type)
  return ""
}

/** @param {Fields} piece */
function isPicture(piece) {
  return piece.content_type === "image_asset_pointer"
}

/**
 * @param {Fields} content
 * @param {Fields} message
 * @param {LeftOut} leftOut
 * @returns {Part[]}
 */
function unknown(content, message, leftOut) {
  const parts = spoken(content, message, leftOut)
  const kept = parts.length > 0 ? parts : textPart(content.text)
  if (kept.length === 0 && text(content.content_type)) leftOut.countUnknown(content.content_type)
  return kept
}

/** Pictures are counted where they are shown. */
const isPictureType = /^image\//

/**
 * @param {Fields} message
 * @param {LeftOut} leftOut
 */
function countFiles(message, leftOut) {
  const metadata = isObject(message.metadata) ? message.metadata : {}
  const files = objects(metadata.attachments).filter(({ mime_type: type }) =>
    !isPictureType.test(text(type))
  )
  leftOut.count("files", files.length)
}

/** A footnote: its kind and what it refers to, between characters that no font has. */
const footnote = /\u{E200}([^\u{E200}\u{E201}]*)\u{E201}/gu
const footnoteCharacters = /[\u{E200}-\u{E202}]/gu
const oldFootnote = /【\d+†[^】]{0,200}】/g

/**
 * Puts links in the place of footnotes, where the export has them.
 *
 * @param {string} said
 * @param {Fields} message
 * @param {LeftOut} leftOut
 */
function withSources(said, message, leftOut) {
  if (!said.includes("\u{E200}") && !said.includes("†")) return said
  const metadata = isObject(message.metadata) ? message.metadata : {}
  /** @type {Map<string, string>} */
  const links = new Map()
  for (const { matched_text: mark, alt } of objects(metadata.content_references)) {
    if (typeof alt === "string") links.set(text(mark), alt)
  }
  let lost = 0
  const replaced = said.replace(footnote, (mark, inner) => {
    const shown = links.get(mark) ?? nameIn(inner)
    if (shown === null) lost += 1
    return shown ?? ""
  }).replace(footnoteCharacters, "").replace(oldFootnote, () => {
    lost += 1
    return ""
  })
  leftOut.count("sources", lost)
  return replaced
}

/**
 * What a footnote that is a name stands for.
 *
 * @param {string} inner
 * @returns {string | null}
 */
function nameIn(inner) {
  const [kind, value] = inner.split("\u{E202}")
  if (kind !== "entity" || value === undefined) return null
  try {
    const names = JSON.parse(value)
    return Array.isArray(names) ? textOrNull(names[1]) : null
  } catch {
    // It is no name that a program can read.
    return null
  }
}
