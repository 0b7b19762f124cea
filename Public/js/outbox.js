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
    try {
      const value = JSON.parse(this.#storage().getItem(this.#key) ?? "[]")
      return Array.isArray(value) ? value.filter(isUnsent) : []
    } catch (reason) {
      console.warn("The outbox cannot be read:", reason)
      return []
    }
  }

  /** @param {Unsent} unsent Replaces the one with the same id, or comes last. */
  put(unsent) {
    const all = this.read()
    const isKnown = all.some(({ id }) => id === unsent.id)
    this.#write(isKnown ? all : [...all, unsent].slice(-mostUnsent))
  }

  /** @param {string} id */
  remove(id) {
    const all = this.read()
    if (all.some((unsent) => unsent.id === id)) this.#write(all.filter((other) => other.id !== id))
  }

  /** @param {readonly Unsent[]} all */
  #write(all) {
    try {
      this.#storage().setItem(this.#key, JSON.stringify(all))
    } catch (reason) {
      console.warn("The outbox cannot be kept:", reason)
    }
  }
}

/**
 * Whether the reader surely still wants it to be sent.
 *
 * @param {Unsent} unsent
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
