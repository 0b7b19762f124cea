// What a reader wrote while there was no network. It waits here, in order, also while the page is
// closed, until the server has it. Sending twice is safe: one id never starts two replies.

import { message } from "./conversation.js"

/** @typedef {import("./conversation.js").Conversation} Conversation */

/**
 * @typedef {object} Unsent
 * @property {string} id
 * @property {string} conversationId
 * @property {string} text
 * @property {string | null} agent
 * @property {number} writtenAt Milliseconds since 1970.
 */

/** After this long the reader is asked whether it still should be sent. */
const freshForMs = 60 * 60 * 1_000

/** Nobody writes more without a network; it bounds what is kept. */
export const mostUnsent = 50

/** @typedef {Pick<Storage, "getItem" | "setItem">} OutboxStorage */

export class Outbox {
  #storage
  #key
  /** @type {readonly Unsent[]} What the storage did not take; it is lost with the page. */
  #unkept = []

  /**
   * @param {() => OutboxStorage} storage Asked each time: even naming localStorage may throw.
   * @param {import("./api.js").Kind} kind What is written to.
   */
  constructor(storage, kind) {
    this.#storage = storage
    this.#key = `shuren.outbox.${kind}`
  }

  /** @returns {readonly Unsent[]} In the order in which they were written. */
  read() {
    return [...this.#kept(), ...this.#unkept]
  }

  /**
   * @param {Unsent} unsent Comes last, unless it is there already.
   * @returns {boolean} Whether there is room for it.
   */
  put(unsent) {
    const all = this.read()
    if (all.some(({ id }) => id === unsent.id)) return true
    if (all.length >= mostUnsent) return false
    if (!this.#write([...this.#kept(), unsent])) this.#unkept = [...this.#unkept, unsent]
    return true
  }

  /**
   * The reader wants it to be sent, however long ago it was written.
   *
   * @param {string} id
   * @param {number} now
   */
  renew(id, now) {
    /** @param {Unsent} unsent */
    const renewed = (unsent) => unsent.id === id ? { ...unsent, writtenAt: now } : unsent
    this.#unkept = this.#unkept.map(renewed)
    this.#write(this.#kept().map(renewed))
  }

  /** @param {string} id */
  remove(id) {
    this.#keepOnly((unsent) => unsent.id !== id)
  }

  /** @param {string} conversationId All that was written in it is not wanted any more. */
  forget(conversationId) {
    this.#keepOnly((unsent) => unsent.conversationId !== conversationId)
  }

  /** @param {(unsent: Unsent) => boolean} isWanted */
  #keepOnly(isWanted) {
    this.#unkept = this.#unkept.filter(isWanted)
    const kept = this.#kept()
    if (!kept.every(isWanted)) this.#write(kept.filter(isWanted))
  }

  /** @returns {readonly Unsent[]} */
  #kept() {
    try {
      const value = JSON.parse(this.#storage().getItem(this.#key) ?? "[]")
      return Array.isArray(value) ? value.filter(isUnsent) : []
    } catch (reason) {
      console.warn("The outbox cannot be read:", reason)
      return []
    }
  }

  /**
   * @param {readonly Unsent[]} all
   * @returns {boolean} Whether it is kept.
   */
  #write(all) {
    try {
      this.#storage().setItem(this.#key, JSON.stringify(all))
      return true
    } catch (reason) {
      console.warn("The outbox cannot be kept:", reason)
      return false
    }
  }
}

/**
 * Whether the reader surely still wants it to be sent.
 *
 * @param {Pick<Unsent, "writtenAt">} unsent
 * @param {number} now
 */
export function isFresh({ writtenAt }, now) {
  return now - writtenAt < freshForMs
}

/**
 * A conversation with what was written in it and not sent.
 *
 * @param {Conversation} conversation
 * @param {readonly Unsent[]} all
 * @param {number} now
 * @returns {Conversation}
 */
export function withUnsent(conversation, all, now) {
  const known = new Set(conversation.messages.map(({ id }) => id))
  const waiting = all
    .filter(({ id, conversationId }) => conversationId === conversation.id && !known.has(id))
    .map((unsent) =>
      message({
        id: unsent.id,
        role: "user",
        text: unsent.text,
        state: "complete",
        isReceived: false,
        waits: isFresh(unsent, now) ? "network" : "consent",
        createdAt: unsent.writtenAt,
      })
    )
  return waiting.length === 0
    ? conversation
    : { ...conversation, messages: [...conversation.messages, ...waiting] }
}

/**
 * @param {unknown} value
 * @returns {value is Unsent}
 */
function isUnsent(value) {
  return typeof value === "object" && value !== null && "id" in value &&
    "conversationId" in value &&
    "text" in value && "writtenAt" in value && typeof value.id === "string" &&
    typeof value.conversationId === "string" && typeof value.text === "string" &&
    typeof value.writtenAt === "number"
}
