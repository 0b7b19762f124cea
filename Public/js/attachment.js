// How the page holds on to a running reply: a value that is told what happened and answers what to
// do. Opens nothing, waits for nothing.

import { isWorthWaiting } from "./problem.js"
import { retryDelayMs } from "./retry-schedule.js"

/** @typedef {import("./problem.js").Problem} Problem */

/**
 * @typedef {object} Attachment
 * @property {"asking" | "connecting" | "open" | "waiting" | "looking" | "resting" | "over"} phase
 * @property {string} address Where the stream is; empty until a token was granted.
 * @property {number} seen The number of the last event.
 * @property {number} attempt How often in a row the connection was lost.
 * @property {number} refusals How often in a row the server closed the stream for good.
 */

/**
 * What to do next. Whatever it is, a stream or a timer from before is over first.
 *
 * @typedef {{ do: "ask" } | { do: "open", address: string }
 *   | { do: "wait", ms: number, why: Problem | null }
 *   | { do: "look" } | { do: "rest" } | { do: "carryOn" }
 *   | { do: "giveUp", problem: Problem }} Step
 */

/** @typedef {{ next: Attachment, step: Step }} Answer */

/**
 * @param {number} seen 0 to see the reply from its beginning.
 * @returns {Answer}
 */
export function begun(seen) {
  const next = {
    phase: /** @type {const} */ ("asking"),
    address: "",
    seen,
    attempt: 0,
    refusals: 0,
  }
  return { next, step: { do: "ask" } }
}

/**
 * @param {Attachment} attachment
 * @param {string} address
 * @returns {Answer}
 */
export function granted(attachment, address) {
  return opening({ ...attachment, address })
}

/**
 * A request was refused. One that the server asks to come back with soon is made again by the
 * schedule. Otherwise a reply that has not begun is given up, with the server's sentence; one that
 * runs already is worth waiting for.
 *
 * @param {Attachment} attachment
 * @param {Problem} problem
 * @param {() => number} random
 * @returns {Answer}
 */
export function refused(attachment, problem, random) {
  const isBusy = problem.status === 429 || problem.status === 503
  if (isWorthWaiting(problem) || (isBusy && attachment.seen > 0)) {
    return waiting(attachment, random, problem)
  }
  return { next: { ...attachment, phase: "over" }, step: { do: "giveUp", problem } }
}

/**
 * @param {Attachment} attachment
 * @returns {Answer}
 */
export function opened(attachment) {
  return { next: { ...attachment, phase: "open" }, step: { do: "carryOn" } }
}

/**
 * @param {Attachment} attachment
 * @param {number | null} number
 * @returns {Answer}
 */
export function received(attachment, number) {
  const seen = Math.max(attachment.seen, number ?? 0)
  const next = { ...attachment, seen, attempt: 0, refusals: 0 }
  return { next, step: { do: "carryOn" } }
}

/**
 * Whether an event was shown before: what is replayed may overlap.
 *
 * @param {Attachment} attachment
 * @param {number | null} number
 */
export function isRepeated(attachment, number) {
  return number !== null && number <= attachment.seen
}

/**
 * The connection ended. `isRefused` says that the browser will not try again by itself: the server
 * answered, and not with a stream. A page cannot read that answer, so it asks for a fresh token
 * first (where it can), and if that is refused too looks at what became of the reply.
 *
 * @param {Attachment} attachment
 * @param {boolean} isRefused
 * @param {() => number} random
 * @returns {Answer}
 */
export function lost(attachment, isRefused, random) {
  if (!isRefused) return waiting(attachment, random)
  const refusals = attachment.refusals + 1
  return refusals === 1
    ? { next: { ...attachment, phase: "asking", refusals }, step: { do: "ask" } }
    : { next: { ...attachment, phase: "looking", refusals }, step: { do: "look" } }
}

/**
 * The server says that the reply still runs, although its stream was refused.
 *
 * @param {Attachment} attachment
 * @param {() => number} random
 * @returns {Answer}
 */
export function stillRunning(attachment, random) {
  return waiting({ ...attachment, address: "" }, random)
}

/**
 * The wait is over, or the reader did not want to wait.
 *
 * @param {Attachment} attachment
 * @returns {Answer}
 */
export function waited(attachment) {
  if (attachment.address) return opening(attachment)
  return { next: { ...attachment, phase: "asking" }, step: { do: "ask" } }
}

/**
 * Neither an event nor a beat came for too long: a half-open connection looks alive for ever.
 *
 * @param {Attachment} attachment
 * @returns {Answer}
 */
export function fellSilent(attachment) {
  return opening(attachment)
}

/**
 * The tab is hidden: its connection is needed elsewhere.
 *
 * @param {Attachment} attachment
 * @returns {Answer}
 */
export function hidden(attachment) {
  const holdsStream = ["connecting", "open", "waiting"].includes(attachment.phase)
  if (!holdsStream) return { next: attachment, step: { do: "carryOn" } }
  return { next: { ...attachment, phase: "resting" }, step: { do: "rest" } }
}

/**
 * @param {Attachment} attachment
 * @returns {Answer}
 */
export function shown(attachment) {
  if (attachment.phase === "resting") return waited(attachment)
  return { next: attachment, step: { do: "carryOn" } }
}

/**
 * @param {Attachment} attachment
 * @returns {Answer}
 */
function opening(attachment) {
  const address = streamAddress(attachment.address, attachment.seen)
  return { next: { ...attachment, phase: "connecting" }, step: { do: "open", address } }
}

/**
 * @param {Attachment} attachment
 * @param {() => number} random
 * @param {Problem | null} [why] What the server said, if it said anything.
 * @returns {Answer}
 */
function waiting(attachment, random, why = null) {
  const attempt = attachment.attempt + 1
  const ms = waitMs(attempt, random, why)
  const next = { ...attachment, phase: /** @type {const} */ ("waiting"), attempt }
  return { next, step: { do: "wait", ms, why } }
}

/**
 * By the schedule, and never before the server wants it.
 *
 * @param {number} attempt
 * @param {() => number} random
 * @param {Problem | null} why
 */
export function waitMs(attempt, random, why) {
  return Math.max(retryDelayMs(attempt, random), (why?.retryAfterSeconds ?? 0) * 1_000)
}

/**
 * @param {string} address
 * @param {number} seen
 */
export function streamAddress(address, seen) {
  const separator = address.includes("?") ? "&" : "?"
  return `${address}${separator}events=all${seen > 0 ? `&after=${seen}` : ""}`
}
