// The state of the whole page and how it changes. Pure functions: no DOM, no fetch, no clock.

import { mostUnsent, withUnsent } from "./outbox.js"
import { firstSettings } from "./settings.js"
import { firstWelcome } from "./starters.js"
import { say } from "./words.js"

/** @typedef {import("./conversation.js").Conversation} Conversation */
/** @typedef {import("./shelf-api.js").Summary} Summary */
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
 * @property {Instead | null} instead What it is asked in the place of, until the server has it.
 * @property {import("./waiting.js").Way} way When each part of the way to the first text was done.
 */

/**
 * The page waits before it asks again. `sentence` is what the server said, if it said anything.
 *
 * @typedef {{ attempt: number, waitMs: number, sentence: string | null }} LostConnection
 */

/** @typedef {{ of: string, before: Conversation }} Instead The question, and how it was all before. */

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
 * @property {import("./starters.js").Welcome} welcome What a new conversation may begin with.
 * @property {"loading" | "ready" | "failed"} listPhase
 * @property {import("./settings.js").Settings} settings
 * @property {readonly Summary[]} summaries Newest first.
 * @property {string | null} listCursor What brings the next page of them; nothing at the end.
 * @property {boolean} isLoadingMore Whether that page is on its way.
 * @property {import("./side-state.js").Side} side What stands in the place of the list.
 * @property {readonly string[]} unread Conversations with a reply that ended while nobody looked.
 * @property {readonly import("./outbox.js").Unsent[]} unsent What waits for the network.
 * @property {Conversation | null} conversation None before the first message of a new one.
 * @property {string | null} chosenId
 * @property {string | null} soughtMessageId The message to be shown, where one was asked for.
 * @property {"new" | "loading" | "ready" | "missing" | "failed"} conversationPhase
 * @property {{ id: string, text: string } | null} editing The reader's message that is being changed.
 * @property {RunningReply | null} running
 * @property {string | null} pickedAgent Who is to answer; nothing lets the server choose.
 * @property {boolean} isStopping Whether a stop is on its way to the server.
 * @property {Readonly<Record<string, Inspected>>} inspections By question: what the reader looks into.
 * @property {readonly import("./undo-state.js").Undoable[]} undoables What the reader can take back.
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
  welcome: firstWelcome,
  settings: firstSettings,
  listPhase: "loading",
  summaries: [],
  listCursor: null,
  isLoadingMore: false,
  side: { kind: /** @type {const} */ ("list") },
  unread: [],
  unsent: [],
  conversation: null,
  chosenId: null,
  soughtMessageId: null,
  conversationPhase: "new",
  editing: null,
  running: null,
  pickedAgent: null,
  isStopping: false,
  inspections: {},
  undoables: [],
  hint: null,
  status: { number: 0, text: "" },
  log: { number: 0, text: "" },
})

/** What a screen reader is told. */
export const announcements = Object.freeze({
  responding: say("announced.responding"),
  stillResponding: say("announced.stillResponding"),
  finished: say("announced.finished"),
  stopped: say("announced.stopped"),
  failed: (/** @type {string} */ why) => say("announced.failed", { why }).trim(),
})

/** @param {ChatState} state */
export function canAsk(state) {
  const isReady = state.conversationPhase === "new" || state.conversationPhase === "ready"
  return isReady && !isResponding(state)
}

/**
 * Whether the end of the conversation is among the messages that are here.
 *
 * @param {ChatState} state
 */
export function isAtEnd({ conversation }) {
  return conversation === null || conversation.later === "end"
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
 * @param {import("./starters.js").Welcome} welcome
 * @returns {ChatState}
 */
export function welcomed(state, welcome) {
  return { ...state, welcome }
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
 * @param {string | null} [soughtMessageId] The message in it that is to be shown.
 * @returns {ChatState}
 */
export function chosen(state, id, soughtMessageId = null) {
  return {
    ...state,
    chosenId: id,
    soughtMessageId,
    conversation: null,
    conversationPhase: id ? "loading" : "new",
    editing: null,
    running: null,
    inspections: {},
    hint: null,
  }
}

/**
 * A message of the chosen conversation is to be shown, or has been.
 *
 * @param {ChatState} state
 * @param {string | null} soughtMessageId
 * @returns {ChatState}
 */
export function sought(state, soughtMessageId) {
  return state.soughtMessageId === soughtMessageId ? state : { ...state, soughtMessageId }
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
 * The reader begins to change a message of theirs, or leaves that.
 *
 * @param {ChatState} state
 * @param {ChatState["editing"]} editing
 * @returns {ChatState}
 */
export function edited(state, editing) {
  return { ...state, editing }
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
  return state.conversation && isAtEnd(state)
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

/**
 * What became of a question that was asked in the place of another: open until the server has it or
 * another conversation is looked at, gone when it could not be sent.
 *
 * @param {ChatState} state
 * @param {{ conversationId: string, questionId: string }} asked
 * @returns {"open" | "kept" | "gone"}
 */
export function fateOf({ running, chosenId, conversation }, { conversationId, questionId }) {
  if (running?.questionId === questionId) return running.instead ? "open" : "kept"
  if (chosenId !== conversationId || conversation === null) return "kept"
  return conversation.messages.some(({ id }) => id === questionId) ? "kept" : "gone"
}
