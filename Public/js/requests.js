// Sends requests to the server's API, and turns whatever goes wrong into a problem.

import { isObject, text } from "./fields.js"
import { Problem } from "./problem.js"
import { heard } from "./words.js"

/** @typedef {import("./fields.js").Fields} Fields */
/** @typedef {(url: string, options: RequestInit) => Promise<Response>} Fetch */

export const base = "/api/v1"

/** What is said to somebody who is signing in, and means no session. */
const signingIn = new Set(["wrong_credentials", "second_factor_needed", "wrong_second_factor"])

export class Requests {
  #fetch

  /** @param {Fetch} fetch */
  constructor(fetch) {
    this.#fetch = fetch
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{ body?: Fields, signal?: AbortSignal | undefined, keepalive?: boolean }} [options]
   * @returns {Promise<Fields>}
   */
  async send(method, path, { body, signal, keepalive = false } = {}) {
    const headers = {
      Accept: "application/json",
      ...(body && { "Content-Type": "application/json" }),
    }
    const response = await this.fetch(base + path, {
      method,
      headers,
      keepalive,
      credentials: "same-origin",
      ...(body && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    })
    if (response.status === 204) return {}
    const fields = await readFields(response)
    if (response.ok && fields) return fields
    throw problemFrom(response.status, fields)
  }

  /**
   * @param {string} url
   * @param {RequestInit} options
   */
  async fetch(url, options) {
    try {
      return await this.#fetch(url, options)
    } catch (cause) {
      if (options.signal?.aborted) throw cause
      throw new Problem("offline", { cause })
    }
  }
}

/**
 * @param {Response} response
 * @returns {Promise<Fields | null>}
 */
export async function readFields(response) {
  let body
  try {
    body = await response.text()
  } catch (cause) {
    throw new Problem("offline", { cause })
  }
  // No answer of ours is empty: it was cut off in its head, which browsers take for a whole one.
  if (response.ok && body === "") throw new Problem("offline")
  try {
    const value = JSON.parse(body)
    return isObject(value) ? value : null
  } catch {
    console.error("Not JSON from the server:", body)
    return null
  }
}

/**
 * @param {number} status
 * @param {Fields | null} fields
 * @returns {Problem}
 */
export function problemFrom(status, fields) {
  const code = isObject(fields?.error) ? text(fields.error.code) : ""
  if (status === 401 && !signingIn.has(code)) {
    return new Problem("session", { status, code: "unauthorized" })
  }
  const error = isObject(fields?.error) ? fields.error : null
  if (!error) return new Problem("invalid", { status })
  const seconds = error.retry_after
  return new Problem(code === "streaming_disabled" ? "unstreamed" : "refused", {
    status,
    code,
    ...(text(error.message) && { message: heard(text(error.message)) }),
    retryAfterSeconds: typeof seconds === "number" ? seconds : null,
  })
}
