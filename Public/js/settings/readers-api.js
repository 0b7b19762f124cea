// Talks to the server about what is the reader's own: one function a route.

import { number, objects, text, textOrNull } from "../fields.js"
import { Requests } from "../requests.js"

/** @typedef {import("../fields.js").Fields} Fields */
/** @typedef {import("./readers-state.js").Streaming} Streaming */
/** @typedef {import("./readers-state.js").Device} Device */
/** @typedef {import("./readers-state.js").KeptDays} KeptDays */

export class ReadersAPI {
  #requests

  /** @param {import("../requests.js").Fetch} fetch */
  constructor(fetch) {
    this.#requests = new Requests(fetch)
  }

  /** @returns {Promise<{ streaming: Streaming, kept: KeptDays }>} */
  async config() {
    const fields = await this.#requests.send("GET", "/config")
    return { streaming: streamingFrom(fields), kept: keptFrom(fields.kept_days) }
  }

  /**
   * @param {import("./readers-state.js").Preference} streaming
   * @returns {Promise<Streaming>}
   */
  async preferStreaming(streaming) {
    return streamingFrom(
      await this.#requests.send("PATCH", "/preferences", { body: { streaming } }),
    )
  }

  /** @returns {Promise<Device[]>} */
  async devices() {
    const fields = await this.#requests.send("GET", "/devices")
    return objects(fields.devices).map((device) => ({
      id: text(device.id),
      name: textOrNull(device.name),
      usedAt: number(device.used_at),
      isCurrent: device.current === true,
    }))
  }

  /** @param {string} id */
  async endDevice(id) {
    await this.#requests.send("DELETE", `/devices/${encodeURIComponent(id)}`)
  }

  /** @returns {Promise<{ conversations: number }>} How many conversations went into the bin. */
  async eraseAll() {
    const fields = await this.#requests.send("DELETE", "/data")
    return { conversations: number(fields.conversations) }
  }

  /** Takes back the last deletion of everything. */
  async restoreAll() {
    await this.#requests.send("POST", "/data/restore", { body: {} })
  }
}

/**
 * @param {unknown} kept
 * @returns {KeptDays}
 */
function keptFrom(kept) {
  const fields = /** @type {Fields} */ (typeof kept === "object" && kept !== null ? kept : {})
  /** @param {unknown} days */
  const days = (days) => typeof days === "number" && days > 0 ? days : null
  return { conversations: days(fields.conversations), guests: days(fields.guests) }
}

/**
 * @param {Fields} fields
 * @returns {Streaming}
 */
function streamingFrom(fields) {
  const { preference } = fields
  return {
    isStreaming: fields.streaming !== false,
    reason: text(fields.reason),
    source: text(fields.source),
    preference: preference === "on" || preference === "off" ? preference : "auto",
  }
}
