// What a reader is told while a reply has no text yet. Pure functions of times.

import { secondsText } from "./durations.js"
import { formatTag, say, toolName } from "./words.js"

/**
 * The way of a question, with when each part of it was done; milliseconds, nothing for not yet.
 *
 * @typedef {object} Way
 * @property {number} askedAt
 * @property {number | null} grantedAt The server has answered for the first time.
 * @property {number | null} acceptedAt The server has begun with the reply.
 * @property {number | null} firstTextAt The model has begun to write.
 */

/** @typedef {"network" | "server" | "model"} Leg */
/** @typedef {Readonly<Record<Leg, readonly number[]>>} Habits How long each leg took lately, in ms. */

/** @type {Habits} */
export const noHabits = { network: [], server: [], model: [] }

/** How many times of a leg are kept. */
const remembered = 20

/** Until then nobody wonders. */
const slowAfterMs = 1_500

/** Each wording stays this long. */
const wordingMs = 4_000

/** @type {Readonly<Record<Leg, string>>} */
const legSentences = {
  network: say("waiting.slowNetwork"),
  server: say("waiting.slowServer"),
  model: say("waiting.slowModel"),
}

/** @type {readonly string[]} */
const thoughts = [
  say("waiting.thinking"),
  say("waiting.reading"),
  say("waiting.ordering"),
  say("waiting.still"),
]

/** @param {number} askedAt */
export function begun(askedAt) {
  return { askedAt, grantedAt: null, acceptedAt: null, firstTextAt: null }
}

/**
 * The leg that is being waited for, and since when; nothing once there is text.
 *
 * @param {Way} way
 * @returns {{ leg: Leg, since: number } | null}
 */
export function legOf({ askedAt, grantedAt, acceptedAt, firstTextAt }) {
  if (firstTextAt !== null) return null
  if (acceptedAt !== null) return { leg: "model", since: acceptedAt }
  if (grantedAt !== null) return { leg: "server", since: grantedAt }
  return { leg: "network", since: askedAt }
}

/**
 * @param {object} reply
 * @param {Way} reply.way
 * @param {string | null} reply.phase What the server says it is busy with.
 * @param {string} reply.agentName
 * @param {string | null} reply.tool The tool that runs.
 * @param {Habits} habits
 * @param {number} now
 * @returns {{ text: string, slow: string | null }} What happens, and after a while what it waits for.
 */
export function waitingLine({ way, phase, agentName, tool }, habits, now) {
  const elapsed = now - way.askedAt
  const doing = opening(doingNow({ way, phase, agentName, tool }, elapsed))
  const time = secondsText(Math.floor(elapsed / 1_000))
  const text = elapsed < 2_000 ? doing : say("waiting.since", { doing, time })
  const waited = legOf(way)
  const isSlow = waited !== null && now - waited.since >= slowAfterMs
  return { text, slow: isSlow ? slowSentence(waited.leg, habits) : null }
}

/**
 * @param {{ way: Way, phase: string | null, agentName: string, tool: string | null }} reply
 * @param {number} elapsed
 */
function doingNow({ way, phase, agentName, tool }, elapsed) {
  if (way.acceptedAt === null) {
    return say(way.grantedAt === null ? "waiting.sending" : "waiting.queued")
  }
  if (phase === "whole") return say("waiting.whole")
  if (phase === "queued") return say("waiting.queued")
  if (phase === "routing") return say("waiting.routing")
  if (phase === "tool") {
    return tool ? say("waiting.tool", { tool: toolName(tool) }) : say("waiting.someTool")
  }
  const doing = thoughts[Math.floor(elapsed / wordingMs) % thoughts.length] ?? ""
  return agentName ? say("waiting.agent", { agent: agentName, doing }) : doing
}

/**
 * Words as a line begins with them.
 *
 * @param {string} text
 */
function opening(text) {
  return text.charAt(0).toLocaleUpperCase(formatTag) + text.slice(1)
}

/**
 * @param {Leg} leg
 * @param {Habits} habits
 */
function slowSentence(leg, habits) {
  const usual = median(habits[leg])
  const why = legSentences[leg]
  if (usual === null) return say("waiting.slow", { why })
  return say("waiting.slowUsually", { why, time: secondsText(usual / 1_000) })
}

/** @param {readonly number[]} times */
function median(times) {
  if (times.length === 0) return null
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}

/**
 * The habits with what a whole way took.
 *
 * @param {Habits} habits
 * @param {Way} way
 * @returns {Habits}
 */
export function learned(habits, { askedAt, grantedAt, acceptedAt, firstTextAt }) {
  if (grantedAt === null || acceptedAt === null || firstTextAt === null) return habits
  /** @type {(times: readonly number[], time: number) => number[]} */
  const withLatest = (times, time) => [...times, Math.max(0, time)].slice(-remembered)
  return {
    network: withLatest(habits.network, grantedAt - askedAt),
    server: withLatest(habits.server, acceptedAt - grantedAt),
    model: withLatest(habits.model, firstTextAt - acceptedAt),
  }
}
