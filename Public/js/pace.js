// How much of a text that arrives in bursts is on the screen: it flows instead of jumping.

/**
 * @typedef {object} Pace
 * @property {number} shown How much of the text is on the screen, in UTF-16 code units; not whole.
 * @property {number} rate Code units a second.
 * @property {number} length How much had arrived.
 */

/**
 * How fast a reader wants text to flow. `rate` is the slowest, in code units a second; what has
 * arrived is on the screen within `mostBehindSeconds`.
 *
 * @typedef {"instant" | "fast" | "calm"} PaceName
 * @typedef {{ rate: number, mostBehindSeconds: number }} Flow
 */

/** @type {Readonly<Record<PaceName, Flow>>} */
export const flows = Object.freeze({
  instant: { rate: Infinity, mostBehindSeconds: 0 },
  // Nobody reads faster; half a second is half of what is felt as lagging behind.
  fast: { rate: 60, mostBehindSeconds: 0.5 },
  // About as fast as people read, and never more than a breath behind.
  calm: { rate: 25, mostBehindSeconds: 3 },
})

/** @type {Pace} */
export const atTheBeginning = { shown: 0, rate: 0, length: 0 }

/**
 * Everything is shown at once.
 *
 * @param {number} length
 * @returns {Pace}
 */
export function upTo(length) {
  return { shown: length, rate: 0, length }
}

/**
 * What is shown after `elapsedMs` more, of a text of which `length` has arrived.
 *
 * The rate never falls until all is shown, so that what arrives is on the screen in time, however
 * it comes.
 *
 * @param {Pace} pace
 * @param {{ length: number, elapsedMs: number, flow?: Flow }} now
 * @returns {Pace}
 */
export function advanced(pace, { length, elapsedMs, flow = flows.fast }) {
  if (flow.mostBehindSeconds === 0) return upTo(length)
  const before = Math.min(pace.shown, length)
  const needed = (length - before) / flow.mostBehindSeconds
  const rate = Math.max(flow.rate, length > pace.length ? Math.max(pace.rate, needed) : pace.rate)
  const shown = Math.min(length, before + (rate * elapsedMs) / 1_000)
  return { shown, rate: shown === length ? 0 : rate, length }
}

/** What belongs to the character before: combining marks, joiners, selectors, low surrogates. */
const continuing = /[\p{M}\u200d\u{1f3fb}-\u{1f3ff}]/u

/** A flag is two of these. */
const flagHalf = /[\u{1f1e6}-\u{1f1ff}]/u

/**
 * The beginning of a text that is shown, never cut within a character.
 *
 * @param {string} text
 * @param {Pace} pace
 * @returns {string}
 */
export function shownPart(text, { shown }) {
  let end = Math.floor(shown)
  if (end >= text.length) return text
  while (end < text.length && isWithinCharacter(text, end)) end += 1
  return text.slice(0, end)
}

/**
 * @param {string} text
 * @param {number} index
 */
function isWithinCharacter(text, index) {
  const before = text.charCodeAt(index - 1)
  if (before >= 0xd800 && before < 0xdc00) return true
  if (before === 0x200d || (before === 0x0d && text.charCodeAt(index) === 0x0a)) return true
  const next = String.fromCodePoint(text.codePointAt(index) ?? 0)
  return continuing.test(next) ||
    (flagHalf.test(next) && flagHalf.test(text.slice(index - 2, index)))
}
