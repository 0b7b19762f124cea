// What a preview may tell the page: checked, short, and not too often. No DOM.

import { say } from "../words.js"

/** @typedef {{ type: "ready" } | { type: "error", message: string, line: number }} Heard */

/**
 * @typedef {object} PreviewReports
 * @property {number} count How many messages have come.
 * @property {string | null} first The first error, in one line.
 * @property {number} more How many followed it.
 */

/** @type {PreviewReports} */
export const noReports = Object.freeze({ count: 0, first: null, more: 0 })

/** Of one error, in characters: enough for the assistant, too little to hide a text in. */
export const longestError = 500

/** A preview that says more than this is stopped: it would keep the page busy. */
export const mostMessages = 200

const lastLine = 10_000_000

/**
 * @param {unknown} data Anything: the code in the frame may send what it likes.
 * @returns {Heard | null} Nothing if it is no message of a preview.
 */
export function heardFrom(data) {
  if (typeof data !== "object" || data === null) return null
  const { type, message, line } = /** @type {Record<string, unknown>} */ (data)
  if (type === "ready") return { type }
  if (type !== "error" || typeof message !== "string") return null
  const isLine = typeof line === "number" && Number.isInteger(line) && line > 0 && line < lastLine
  return { type, message: inOneLine(message), line: isLine ? line : 0 }
}

/**
 * @param {string} text
 * @returns {string} Without what could look like something else than the message of an error.
 */
function inOneLine(text) {
  // deno-lint-ignore no-control-regex -- these are what must not get through
  const unseen = /[\s\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+/g
  const line = text.slice(0, 4 * longestError).replace(unseen, " ").trim()
  return line.length > longestError ? `${line.slice(0, longestError - 1)}…` : line
}

/**
 * @param {PreviewReports} reports
 * @param {Heard | null} heard
 * @returns {PreviewReports}
 */
export function told(reports, heard) {
  const count = reports.count + 1
  if (heard?.type !== "error") return { ...reports, count }
  if (reports.first !== null) return { ...reports, count, more: reports.more + 1 }
  const error = heard.message || say("preview.unnamed")
  const first = heard.line > 0 ? say("preview.line", { error, line: String(heard.line) }) : error
  return { ...reports, count, first }
}

/** @param {PreviewReports} reports */
export function isTooMuch({ count }) {
  return count > mostMessages
}

/**
 * What the reader asks the assistant with one click.
 *
 * @param {string} error
 */
export function questionAbout(error) {
  return say("preview.question", { error })
}
