// Talks to the server about what a reader does with conversations: one function a route.

import { number, objects, text, textOrNull } from "./fields.js"
import { ListAPI, queryOf } from "./shelf-api.js"

/** @typedef {import("./fields.js").Fields} Fields */

/**
 * Something that was found: a message, or a title where `messageId` is nothing.
 *
 * @typedef {object} Hit
 * @property {string} conversationId
 * @property {string} title
 * @property {string | null} messageId
 * @property {boolean} isReply
 * @property {boolean} isArchived
 * @property {number} createdAt
 * @property {readonly { text: string, isHit: boolean }[]} snippet
 */

/** @typedef {{ hits: readonly Hit[], next: string | null }} HitPage */

export class ShelfAPI extends ListAPI {
  /**
   * @param {string} id
   * @param {{ title?: string, pinned?: boolean, archived?: boolean }} change
   */
  async change(id, change) {
    await this.requests.send("PATCH", pathOf(id), { body: change, keepalive: true })
  }

  /**
   * Moves a conversation into the bin; also when the page is left at once.
   *
   * @param {string} id
   */
  async remove(id) {
    await this.requests.send("DELETE", pathOf(id), { keepalive: true })
  }

  /** @param {string} id */
  async restore(id) {
    await this.requests.send("POST", `${pathOf(id)}/restore`, { body: {}, keepalive: true })
  }

  /** Everything in the bin is gone for good. */
  async emptyBin() {
    await this.requests.send("DELETE", "/bin")
  }

  /**
   * @param {string} words
   * @param {{ before?: string | null, signal?: AbortSignal }} [how]
   * @returns {Promise<HitPage>}
   */
  async search(words, { before = null, signal } = {}) {
    const query = queryOf({ q: words, before })
    const fields = await this.requests.send("GET", `/search${query}`, { signal })
    return { hits: objects(fields.hits).map(hitFrom), next: textOrNull(fields.next) }
  }
}

/** @param {string} id */
function pathOf(id) {
  return `/conversations/${encodeURIComponent(id)}`
}

/**
 * @param {Fields} fields
 * @returns {Hit}
 */
function hitFrom(fields) {
  return {
    conversationId: text(fields.conversation_id),
    title: text(fields.title),
    messageId: textOrNull(fields.message_id),
    isReply: fields.role === "assistant",
    isArchived: fields.archived === true,
    createdAt: number(fields.created_at),
    snippet: objects(fields.snippet).map((piece) => ({
      text: text(piece.text),
      isHit: piece.hit === true,
    })),
  }
}
