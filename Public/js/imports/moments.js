// Times in other products' files: seconds, milliseconds or nanoseconds since 1970, or ISO 8601.

/** Seconds until the year 5138, milliseconds from 1973 on: no time is both. */
const mostSeconds = 1e11
const mostMilliseconds = 1e14
const mostMicroseconds = 1e17

/** The end of the year 9999: nobody said anything later. */
const latest = 253_402_300_799_999

/**
 * @param {unknown} value
 * @returns {number | null} Milliseconds since 1970.
 */
export function moment(value) {
  const ms = typeof value === "number"
    ? milliseconds(value)
    : typeof value === "string"
    ? millisecondsIn(value)
    : NaN
  return Number.isFinite(ms) && ms > 0 && ms <= latest ? Math.round(ms) : null
}

/** @param {number} value */
function milliseconds(value) {
  if (value < mostSeconds) return value * 1_000
  if (value < mostMilliseconds) return value
  return value < mostMicroseconds ? value / 1_000 : value / 1_000_000
}

/** @param {string} value */
function millisecondsIn(value) {
  return /^\d+(\.\d+)?$/.test(value) ? milliseconds(Number(value)) : Date.parse(value)
}
