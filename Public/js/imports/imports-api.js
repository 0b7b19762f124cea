// What the server says and takes about imports. Its JSON is known here and nowhere else.

import { number, numberOrNull, objects, text, texts } from "../fields.js"

/** @typedef {import("./conversations.js").Conversation} Conversation */
/** @typedef {import("./conversations.js").Source} Source */

/** @typedef {{ id: string, reason: string }} Refusal */

/**
 * What became of a batch.
 *
 * @typedef {object} Receipt
 * @property {number} added
 * @property {number} known
 * @property {number} restored From the bin.
 * @property {readonly Refusal[]} refused
 */

/**
 * An import that was made before.
 *
 * @typedef {object} PastImport
 * @property {string} id
 * @property {string} source
 * @property {number} createdAt
 * @property {number} count Of conversations that it brought.
 * @property {boolean} isUndone
 */

/** As many ids as one question may have. */
const mostIds = 2_000

export class ImportsAPI {
  #requests

  /** @param {import("../requests.js").Requests} requests */
  constructor(requests) {
    this.#requests = requests
  }

  /**
   * Which of these the reader has already.
   *
   * @param {Source} source
   * @param {readonly string[]} ids
   * @param {AbortSignal} [signal]
   * @returns {Promise<Set<string>>}
   */
  async known(source, ids, signal) {
    /** @type {Set<string>} */
    const known = new Set()
    for (let start = 0; start < ids.length; start += mostIds) {
      const body = { source, ids: ids.slice(start, start + mostIds) }
      const fields = await this.#requests.send("POST", "/imports/preview", { body, signal })
      for (const id of texts(fields.known)) known.add(id)
    }
    return known
  }

  /**
   * @param {{ id: string, source: Source, conversations: readonly Conversation[] }} batch
   * @param {AbortSignal} [signal]
   * @returns {Promise<Receipt>}
   */
  async send(batch, signal) {
    const fields = await this.#requests.send("POST", "/imports", { body: { ...batch }, signal })
    return {
      added: number(fields.added),
      known: number(fields.known),
      restored: number(fields.restored),
      refused: objects(fields.refused).map(({ id, reason }) => ({
        id: text(id),
        reason: text(reason),
      })),
    }
  }

  /** @returns {Promise<PastImport[]>} */
  async list() {
    const fields = await this.#requests.send("GET", "/imports")
    return objects(fields.imports).map((fields) => ({
      id: text(fields.id),
      source: text(fields.source),
      createdAt: number(fields.created_at),
      count: number(fields.conversations),
      isUndone: numberOrNull(fields.undone_at) !== null,
    }))
  }

  /**
   * Moves what an import brought into the bin.
   *
   * @param {string} id
   */
  async undo(id) {
    await this.#requests.send("DELETE", `/imports/${encodeURIComponent(id)}`)
  }

  /** @param {string} id */
  async restore(id) {
    // A request that changes something says what it is made of, although it is made of nothing.
    await this.#requests.send("POST", `/imports/${encodeURIComponent(id)}/restore`, { body: {} })
  }
}
