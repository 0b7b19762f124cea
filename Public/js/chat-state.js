// The state of the whole page and how it changes. Pure functions: no DOM, no fetch, no clock.

import { mostUnsent, withUnsent } from "./outbox.js"
import { firstSettings } from "./settings.js"

/** @typedef {import("./conversation.js").Conversation} Conversation */
/** @typedef {import("./api.js").Summary} Summary */
/** @typedef {import("./api.js").Configuration} Configuration */
/** @typedef {import("./api.js").Profile} Profile */
/** @typedef {import("./api.js").Memory} Memory */

/**
 * The reply that the page holds on to. There is at most one.
 *
 * @typedef {object} RunningReply
 * @property {string} questionId
 * @property {string} replyId
 * @property {boolean} wasStopped Whether the server said that somebody stopped it.
 * @property {LostConnection | null} lostConnection
 * @property {boolean} isFresh Whether its question was asked here, just now.
 * @property {import("./waiting.js").Way} way When each part of the way to the first text was done.
 */

/**
 * The page waits before it asks again. `sentence` is what the server said, if it said anything.
 *
 * @typedef {{ attempt: number, waitMs: number, sentence: string | null }} LostConnection
 */

/**
 * Text for one of the two live regions. The number tells two equal texts apart.
 *
 * @typedef {{ number: number, text: string }} Announcement
 */

/**
 * @typedef {object} ChatState
 * @property {Configuration | null} configuration
 * @property {Profile | null} profile What is known about the reader, where the page shows it.
 * @property {Memory | null} memory What is remembered about the reader.
 * @property {"loading" | "ready" | "failed"} listPhase
 * @property {import("./settings.js").Settings} settings
 * @property {readonly Summary[]} summaries Newest first.
 * @property {readonly import("./outbox.js").Unsent[]} unsent What waits for the network.
 * @property {readonly Summary[]} removals Gone from the list, and not yet from the server.
 * @property {Conversation | null} conversation None before the first message of a new one.
 * @property {string | null} chosenId
 * @property {"new" | "loading" | "ready" | "missing" | "failed"} conversationPhase
 * @property {RunningReply | null} running
 * @property {string | null} pickedAgent Who is to answer; nothing lets the server choose.
 * @property {boolean} isStopping Whether a stop is on its way to the server.
 * @property {Readonly<Record<string, Inspected>>} inspections By question: what the reader looks into.
 * @property {string | null} hint A sentence about something that did not work.
 * @property {Announcement} status
 * @property {Announcement} log
 */

/** @typedef {{ phase: "loading" } | { phase: "failed", sentence: string }
 *   | { phase: "ready", inspection: import("./api.js").Inspection }} Inspected */

/** @type {ChatState} */
export const firstState = Object.freeze({
  configuration: null,
  profile: null,
  memory: null,
  settings: firstSettings,
  listPhase: "loading",
  summaries: [],
  unsent: [],
  removals: [],
  conversation: null,
  chosenId: null,
  conversationPhase: "new",
  running: null,
  pickedAgent: null,
  isStopping: false,
  inspections: {},
  hint: null,
  status: { number: 0, text: "" },
  log: { number: 0, text: "" },
})

/** The catalogue of what a screen reader is told. */
export const announcements = Object.freeze({
  responding: "Assistant is responding",
  stillResponding: "The assistant is still answering.",
  finished: "The response is complete.",
  stopped: "The response was stopped.",
  failed: (/** @type {string} */ why) => `The response failed. ${why}`,
  removed: (/** @type {string} */ title) => `Deleted “${title}”. You can still undo this.`,
  restored: (/** @type {string} */ title) => `“${title}” is back.`,
})

/** @param {ChatState} state */
export function canAsk(state) {
  const isReady = state.conversationPhase === "new" || state.conversationPhase === "ready"
  return isReady && !isResponding(state)
}

/**
 * Whether a message may be written to be sent later: the one before it could not be sent either.
 *
 * @param {ChatState} state
 */
export function canQueue({ running, unsent }) {
  const lost = running?.lostConnection
  // A server that says why it has to be asked again can be reached.
  const isOffline = lost !== undefined && lost !== null && lost.sentence === null
  return isOffline && running?.way.acceptedAt === null && unsent.length < mostUnsent
}

/** @param {Pick<ChatState, "running" | "isStopping">} state */
export function isResponding(state) {
  return state.running !== null || state.isStopping
}

/**
 * @param {ChatState} state
 * @param {string} text
 * @returns {ChatState}
 */
export function announced(state, text) {
  return { ...state, status: { number: state.status.number + 1, text } }
}

/**
 * @param {ChatState} state
 * @param {string | null} hint
 * @returns {ChatState}
 */
export function hinted(state, hint) {
  return state.hint === hint ? state : { ...state, hint }
}

/**
 * @param {ChatState} state
 * @param {Configuration} configuration
 * @returns {ChatState}
 */
export function configured(state, configuration) {
  return { ...state, configuration }
}

/**
 * @param {ChatState} state
 * @param {Partial<import("./settings.js").Settings>} chosen
 * @returns {ChatState}
 */
export function set(state, chosen) {
  return { ...state, settings: { ...state.settings, ...chosen } }
}

/**
 * @param {ChatState} state
 * @param {Profile} profile
 * @returns {ChatState}
 */
export function profiled(state, profile) {
  return { ...state, profile }
}

/**
 * @param {ChatState} state
 * @param {string | null} agent
 * @returns {ChatState}
 */
export function picked(state, agent) {
  return { ...state, pickedAgent: agent }
}

/**
 * @param {ChatState} state
 * @param {Memory} memory
 * @returns {ChatState}
 */
export function remembered(state, memory) {
  return { ...state, memory }
}

// Choosing a conversation

/**
 * @param {ChatState} state
 * @param {string | null} id Nothing for a new one.
 * @returns {ChatState}
 */
export function chosen(state, id) {
  return {
    ...state,
    chosenId: id,
    conversation: null,
    conversationPhase: id ? "loading" : "new",
    running: null,
    inspections: {},
    hint: null,
  }
}

/**
 * @param {ChatState} state
 * @param {Conversation} conversation
 * @returns {ChatState}
 */
export function loaded(state, conversation) {
  if (state.chosenId !== conversation.id) return state
  return { ...state, conversation, conversationPhase: "ready" }
}

/**
 * @param {ChatState} state
 * @param {string} id
 * @param {"missing" | "failed" | "new"} phase
 * @returns {ChatState}
 */
export function notLoaded(state, id, phase) {
  return state.chosenId === id ? { ...state, conversationPhase: phase } : state
}

/**
 * What waits for the network has changed.
 *
 * @param {ChatState} state
 * @param {readonly import("./outbox.js").Unsent[]} unsent
 * @param {number} now
 * @returns {ChatState}
 */
export function unsentChanged(state, unsent, now) {
  const next = { ...state, unsent }
  return state.conversation
    ? { ...next, conversation: withUnsent(state.conversation, unsent, now) }
    : next
}

/**
 * @param {ChatState} state
 * @param {string} questionId
 * @param {Inspected} inspected
 * @returns {ChatState}
 */
export function inspecting(state, questionId, inspected) {
  return { ...state, inspections: { ...state.inspections, [questionId]: inspected } }
}
