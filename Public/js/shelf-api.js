// Asks the server for the list of conversations.

import { number, numberOrNull, objects, text, textOrNull } from "./fields.js"
import { Requests } from "./requests.js"

/** @typedef {import("./fields.js").Fields} Fields */

/**
 * What the list knows of a conversation. Times are milliseconds since 1970.
 *
 * @typedef {object} Summary
 * @property {string} id
 * @property {string} title
 * @property {number} updatedAt
 * @property {boolean} isRunning Whether a reply is being written in it.
 * @property {boolean} isPinned
 * @property {boolean} isArchived
 * @property {number | null} deletedAt
 * @property {boolean} isTitling Whether a model looks for its title.
 */

/** @typedef {"shown" | "archive" | "bin"} Where */

/** @typedef {{ summaries: readonly Summary[], next: string | null }} SummaryPage */

/** What a summary has where nothing else is known. */
const plain = Object.freeze({
  title: "",
  updatedAt: 0,
  isRunning: false,
  isPinned: false,
  isArchived: false,
  deletedAt: null,
  isTitling: false,
})

/**
 * @param {Partial<Summary> & { id: string }} known
 * @returns {Summary}
 */
export function summary(known) {
  return { ...plain, ...known }
}

export class ListAPI {
  requests

  /** @param {import("./requests.js").Fetch} fetch */
  constructor(fetch) {
    this.requests = new Requests(fetch)
  }

  /**
   * @param {Where} where
   * @param {{ before?: string | null, signal?: AbortSignal }} [how] What the page before it said
   *   comes next.
   * @returns {Promise<SummaryPage>}
   */
  async page(where, { before = null, signal } = {}) {
    const query = queryOf({ in: where === "shown" ? null : where, before })
    const fields = await this.requests.send("GET", `/conversations${query}`, { signal })
    return {
      summaries: objects(fields.conversations).map(summaryFrom),
      next: textOrNull(fields.next),
    }
  }
}

/** @param {Record<string, string | null>} values */
export function queryOf(values) {
  const pairs = Object.entries(values)
    .flatMap(([name, value]) => value === null ? [] : [`${name}=${encodeURIComponent(value)}`])
  return pairs.length > 0 ? `?${pairs.join("&")}` : ""
}

/**
 * @param {Fields} fields
 * @returns {Summary}
 */
function summaryFrom(fields) {
  return {
    id: text(fields.id),
    title: text(fields.title),
    updatedAt: number(fields.updated_at),
    isRunning: fields.running === true,
    isPinned: fields.pinned === true,
    isArchived: fields.archived === true,
    deletedAt: numberOrNull(fields.deleted_at),
    isTitling: fields.titling === true,
  }
}
