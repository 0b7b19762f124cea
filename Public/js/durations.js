// Times as people say them.

import { formatTag, say } from "./words.js"

const tenths = new Intl.NumberFormat(formatTag, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
})

const clock = new Intl.DateTimeFormat(formatTag, { timeStyle: "medium" })

/**
 * @param {number} seconds
 * @returns {string} "0.4 s", "12 s", "2 min 5 s".
 */
export function secondsText(seconds) {
  if (seconds < 0.1) return say("time.almostNothing", { seconds: tenths.format(0.1) })
  if (seconds < 9.95) return say("time.seconds", { seconds: tenths.format(seconds) })
  return wholeSecondsText(Math.round(seconds))
}

/**
 * @param {number} whole
 * @returns {string} "0 s", "12 s", "2 min".
 */
export function wholeSecondsText(whole) {
  if (whole < 60) return say("time.seconds", { seconds: whole })
  const minutes = Math.floor(whole / 60)
  const seconds = whole % 60
  return seconds === 0 ? say("time.minutes", { minutes }) : say("time.both", { minutes, seconds })
}

/** @param {number} ms Since 1970. */
export function timeOfDay(ms) {
  return clock.format(ms)
}
