// What the page needs from its surroundings: time, chance, the network. Tests bring their own.

/**
 * @typedef {object} EventSourceLike
 * @property {number} readyState
 * @property {(() => void) | null} onopen
 * @property {(() => void) | null} onerror
 * @property {(name: string,
 *   listener: (event: { data: string, lastEventId: string }) => void) => void} addEventListener
 * @property {() => void} close
 */

/**
 * @typedef {object} World
 * @property {() => number} now Milliseconds since 1970.
 * @property {() => number} random At least 0, below 1.
 * @property {(ms: number, run: () => void) => () => void} after Answers how to cancel.
 * @property {() => string} makeIdentifier
 * @property {() => { timeZone: string, minutesEastOfUTC: number }} place Where the reader's clock is.
 * @property {boolean} hasStreams
 * @property {(address: string) => EventSourceLike} openStream
 * @property {() => boolean} isVisible
 * @property {() => boolean} isOnline Whether there may be a network.
 * @property {(run: () => void) => () => void} watchVisibility
 * @property {(run: () => void) => () => void} watchNetwork Runs when the network is back.
 */

import { makeIdentifier } from "./identifier.js"

const hasEventSource = "EventSource" in globalThis

/** Brought along only for browsers that need it. */
const fallback = hasEventSource ? null : (await import("./event-stream.js")).FetchEventSource

/**
 * @param {string} address
 * @returns {EventSourceLike}
 */
function openStream(address) {
  if (fallback) return new fallback(address)
  return /** @type {EventSourceLike} */ (new EventSource(address))
}

/** @returns {World} */
export function browserWorld() {
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    after(ms, run) {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    makeIdentifier: () => makeIdentifier(),
    place: () => ({
      timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
      minutesEastOfUTC: -new Date().getTimezoneOffset(),
    }),
    hasStreams: hasEventSource || "ReadableStream" in globalThis,
    openStream,
    isVisible: () => document.visibilityState === "visible",
    isOnline: () => navigator.onLine,
    watchVisibility: (run) => watch(document, "visibilitychange", run),
    watchNetwork: (run) => watch(globalThis, "online", run),
  }
}

/**
 * @param {EventTarget} target
 * @param {string} name
 * @param {() => void} run
 * @returns {() => void}
 */
function watch(target, name, run) {
  target.addEventListener(name, run)
  return () => target.removeEventListener(name, run)
}
