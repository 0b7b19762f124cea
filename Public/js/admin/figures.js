// Figures as the admin page writes them.

import { formatTag } from "../words.js"
import { say } from "./admin-words.js"

const whole = new Intl.NumberFormat(formatTag, { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat(formatTag, { maximumSignificantDigits: 3 })
const percent = new Intl.NumberFormat(formatTag, { style: "percent", maximumFractionDigits: 1 })
/** @param {"kilobyte" | "megabyte"} unit */
const bytesIn = (unit) =>
  new Intl.NumberFormat(formatTag, { style: "unit", unit, maximumFractionDigits: 1 })
const [kilobytes, megabytes] = [bytesIn("kilobyte"), bytesIn("megabyte")]
const moment = new Intl.DateTimeFormat(formatTag, { dateStyle: "medium", timeStyle: "medium" })

/** @param {number} value */
export const count = (value) => whole.format(value)

/** @param {number} value */
export function bytes(value) {
  return value < 1_000_000 ? kilobytes.format(value / 1_000) : megabytes.format(value / 1_000_000)
}

/** @param {number} milliseconds Since 1970. */
export const when = (milliseconds) => moment.format(new Date(milliseconds))

/** @param {number | null} seconds */
export function duration(seconds) {
  if (seconds === null) return say("unit.none")
  if (seconds < 1) return say("unit.milliseconds", { count: short.format(seconds * 1000) })
  return say("unit.seconds", { count: short.format(seconds) })
}

/**
 * @param {string} first
 * @param {string} second
 */
export const pair = (first, second) => say("unit.pair", { first, second })

/**
 * @param {number} part
 * @param {number} all
 */
export function share(part, all) {
  return all === 0 ? say("unit.none") : percent.format(part / all)
}

/**
 * Money, in the currency that the settings name or as a number alone.
 *
 * @param {number} amount
 * @param {string} currency As ISO 4217 has it; empty for none.
 */
export function money(amount, currency) {
  // What a single reply costs is a small part of the smallest coin.
  const digits = amount !== 0 && Math.abs(amount) < 1
    ? { minimumFractionDigits: 2, maximumFractionDigits: 4 }
    : { minimumFractionDigits: 2, maximumFractionDigits: 2 }
  return new Intl.NumberFormat(formatTag, {
    ...digits,
    ...(currency && { style: "currency", currency }),
  }).format(amount)
}

/** @param {number} value */
export const ratio = (value) => short.format(value)
