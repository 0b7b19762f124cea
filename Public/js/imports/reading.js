// Reads the files that a reader chose: JSON or ZIP, ours or another product's. Slice by slice, so
// that the page stays alive; nothing is sent.

import { isObject } from "../fields.js"
import { mostMessageBytes } from "./batches.js"
import { Breath } from "./breath.js"
import { isChatGPT, readChatGPT } from "./chatgpt.js"
import { chunksOf } from "./chunks.js"
import { conversationFrom } from "./conversations.js"
import { fitted } from "./fitting.js"
import { ImportProblem } from "./import-problem.js"
import { JSONSlices } from "./json-slices.js"
import { LeftOut } from "./left-out.js"
import { isLibreChat, readLibreChat } from "./librechat.js"
import { isOpenWebUI, readOpenWebUI } from "./open-webui.js"
import { format, isShuren, readShuren, version } from "./shuren.js"
import { grown, regrown } from "./trees.js"
import { isZip, largestEntry, openZip, unpack } from "./zip.js"

/** @typedef {import("./conversations.js").Conversation} Conversation */
/** @typedef {import("./conversations.js").Source} Source */
/** @typedef {import("../fields.js").Fields} Fields */

/**
 * @typedef {object} Found
 * @property {Source} source
 * @property {readonly Conversation[]} conversations The last touched first.
 * @property {ReturnType<LeftOut["summary"]>} leftOut
 */

/**
 * @typedef {object} How
 * @property {() => Promise<unknown>} pause Lets the page breathe.
 * @property {() => number} now Milliseconds.
 * @property {AbortSignal} [signal]
 * @property {(share: number) => void} [progress] From 0 to 1.
 * @property {import("./zip.js").Inflate} [inflate]
 */

/**
 * @typedef {object} Form
 * @property {Source} source
 * @property {(fields: Fields) => boolean} fits
 * @property {(fields: Fields, leftOut: LeftOut) => import("./conversations.js").Draft} read
 * @property {typeof grown} grow
 */

/** @type {Form} */
const chatGPT = { source: "chatgpt", fits: isChatGPT, read: readChatGPT, grow: grown }
/** @type {Form} */
const libreChat = { source: "librechat", fits: isLibreChat, read: readLibreChat, grow: grown }
/** @type {Form} */
const openWebUI = { source: "open-webui", fits: isOpenWebUI, read: readOpenWebUI, grow: grown }
/** @type {Form} */
const shuren = { source: "shuren", fits: isShuren, read: readShuren, grow: regrown }

/** What a list may hold, what an object may hold under `conversations`; the first that fits counts. */
const inLists = [chatGPT, libreChat, openWebUI]
const inObjects = [chatGPT, shuren]

/** What an export of ChatGPT calls its conversations; long ones come in several files. */
const conversationsFile = /(^|\/)conversations(-\d+)?\.json$/i
const anyJSON = /\.json$/i
const hiddenFile = /(^|\/)(\.|__MACOSX\/)/

/**
 * @param {readonly File[]} files
 * @param {How} how
 * @returns {Promise<Found>}
 * @throws {ImportProblem} With the one reason why nothing can be brought along.
 */
export async function readFiles(files, how) {
  const reading = new Reading(how)
  for (const file of files) {
    try {
      await reading.read(file)
    } catch (error) {
      if (error instanceof ImportProblem) error.fileName ||= file.name
      throw error
    }
  }
  return reading.found()
}

/** A stretch of bytes that is JSON. */
/** @typedef {{ chunks: () => AsyncGenerator<Uint8Array, void>, size: number, writtenAt: number }} Text */

class Reading {
  #how
  #breath
  #leftOut = new LeftOut()
  /** @type {Map<string, Conversation>} */
  #conversations = new Map()
  /** @type {Source | null} */
  #source = null
  #size = 0
  #done = 0

  /** @param {How} how */
  constructor(how) {
    this.#how = how
    this.#breath = new Breath(how)
  }

  /** @param {File} file */
  async read(file) {
    const isPacked = await isZip(file)
    const writtenAt = file.lastModified
    if (!isPacked) {
      await this.#readAll([{ chunks: () => chunksOf(file.stream()), size: file.size, writtenAt }])
      return
    }
    const archive = await openZip(file)
    const entries = archive.entries.filter(({ name }) => !hiddenFile.test(name))
    const named = entries.filter(({ name }) => conversationsFile.test(name))
    const chosen = named.length > 0 ? named : entries.filter(({ name }) => anyJSON.test(name))
    if (chosen.length === 0) throw new ImportProblem("zipOther")
    const inOrder = chosen.sort((one, other) => one.name < other.name ? -1 : 1)
    const texts = inOrder.map((entry) => ({
      chunks: () => unpack(archive, entry, this.#how.inflate),
      size: entry.size,
      writtenAt,
    }))
    await this.#readAll(texts, { isSure: named.length > 0 })
  }

  /** @returns {Found} */
  found() {
    if (this.#source === null || this.#conversations.size === 0) throw new ImportProblem("nothing")
    const conversations = [...this.#conversations.values()]
    return {
      source: this.#source,
      conversations: conversations.sort((one, other) => other.updated_at - one.updated_at),
      leftOut: this.#leftOut.summary(),
    }
  }

  /**
   * @param {Text[]} texts
   * @param {{ isSure?: boolean }} [how] Whether each is about conversations, as far as its name says.
   */
  async #readAll(texts, { isSure = true } = {}) {
    this.#size += texts.reduce((sum, { size }) => sum + size, 0)
    if (this.#size > largestEntry) throw new ImportProblem("tooLarge")
    let known = 0
    for (const text of texts) {
      const isKnown = await this.#readText(text)
      if (!isKnown && isSure) throw new ImportProblem("unknownForm")
      if (isKnown) known += 1
    }
    if (known === 0) throw new ImportProblem("zipOther")
  }

  /**
   * @param {Text} text
   * @returns {Promise<boolean>} Whether it is in a form that is known.
   */
  async #readText({ chunks, writtenAt }) {
    const slices = new JSONSlices("conversations")
    const decoder = new TextDecoder("utf-8", { fatal: true })
    const found = { count: 0, unreadable: 0, source: /** @type {Source | null} */ (null) }
    for await (const chunk of readable(chunks())) {
      for (const element of slices.feed(decoded(decoder, chunk))) {
        found.count += 1
        this.#readElement(parsed(element), slices.isObject ? inObjects : inLists, writtenAt, found)
        await this.#breath.take()
      }
      this.#done += chunk.byteLength
      this.#how.progress?.(this.#done / this.#size)
      await this.#breath.take()
    }
    slices.feed(decoded(decoder))
    const frame = parsed(slices.end())
    // A single conversation is a file of its own.
    if (found.count === 0 && isObject(frame)) this.#readElement(frame, inLists, writtenAt, found)
    if (found.source === "shuren") checkFrame(frame)
    if (found.source !== null) this.#leftOut.count("unreadable", found.unreadable)
    return found.source !== null || isEmptyExport(frame, found.count)
  }

  /**
   * @param {unknown} value
   * @param {readonly Form[]} forms
   * @param {number} writtenAt
   * @param {{ unreadable: number, source: Source | null }} found
   */
  #readElement(value, forms, writtenAt, found) {
    const form = isObject(value) ? forms.find(({ fits }) => fits(value)) : undefined
    const isOther = found.source !== null && form?.source !== found.source
    if (!isObject(value) || !form || isOther) {
      found.unreadable += 1
      return
    }
    if (this.#source !== null && form.source !== this.#source) throw new ImportProblem("mixed")
    found.source = form.source
    this.#source = form.source
    this.#keep(this.#converted(value, form, writtenAt))
  }

  /**
   * @param {Fields} fields
   * @param {Form} form
   * @param {number} writtenAt
   * @returns {Conversation | null}
   */
  #converted(fields, form, writtenAt) {
    try {
      const draft = form.read(fields, this.#leftOut)
      return conversationFrom(draft, this.#leftOut, { writtenAt, grow: form.grow })
    } catch (error) {
      // One odd conversation among thousands keeps none of the others away.
      console.error("A conversation cannot be read:", error)
      this.#leftOut.count("unreadable")
      return null
    }
  }

  /** @param {Conversation | null} conversation */
  #keep(conversation) {
    if (!conversation) return
    const known = this.#conversations.get(conversation.id)
    if (known) this.#leftOut.count("repeated")
    if (known && known.updated_at >= conversation.updated_at) return
    this.#conversations.set(conversation.id, this.#fitted(conversation))
  }

  /** @param {Conversation} conversation */
  #fitted(conversation) {
    const messages = conversation.messages.map((message) => fitted(message, mostMessageBytes))
    const shortened = messages.filter((message, index) => message !== conversation.messages[index])
    this.#leftOut.count("shortened", shortened.length)
    return { ...conversation, messages }
  }
}

/**
 * What the disk says becomes a reason.
 *
 * @param {AsyncGenerator<Uint8Array, void>} chunks
 */
async function* readable(chunks) {
  try {
    yield* chunks
  } catch (cause) {
    const isOurs = cause instanceof ImportProblem || isAbort(cause)
    throw isOurs ? cause : new ImportProblem("unreadable", { cause })
  }
}

/** @param {unknown} error */
function isAbort(error) {
  return error instanceof Error && error.name === "AbortError"
}

/**
 * @param {TextDecoder} decoder
 * @param {Uint8Array} [chunk] Nothing at the end.
 */
function decoded(decoder, chunk) {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
  } catch (cause) {
    throw new ImportProblem("notText", { cause })
  }
}

/**
 * @param {string} json
 * @returns {unknown}
 */
function parsed(json) {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new ImportProblem("notJSON", { cause })
  }
}

/** @param {unknown} frame */
function checkFrame(frame) {
  if (!isObject(frame) || frame.format !== format) throw new ImportProblem("unknownForm")
  if (typeof frame.version === "number" && frame.version > version) throw new ImportProblem("newer")
}

/**
 * A list without anything, or our own export of nothing.
 *
 * @param {unknown} frame
 * @param {number} count
 */
function isEmptyExport(frame, count) {
  return count === 0 && (Array.isArray(frame) || (isObject(frame) && frame.format === format))
}
