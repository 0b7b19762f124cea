// The list of conversations and how it changes. Pure functions: no DOM, no fetch, no clock.

import { summary } from "./shelf-api.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {import("./shelf-api.js").Summary} Summary */
/** @typedef {import("./shelf-api.js").SummaryPage} SummaryPage */

/** A title until the server has found one. */
const longestOwnTitle = 48

/**
 * The first page of the list has arrived.
 *
 * @param {ChatState} state
 * @param {SummaryPage} page
 * @returns {ChatState}
 */
export function listed(state, page) {
  const kept = keptBehind(state, page)
  const known = new Set([...page.summaries, ...kept].map(({ id }) => id))
  const summaries = [...begunHere(state, known), ...page.summaries, ...kept]
  const listCursor = kept.length > 0 ? state.listCursor : page.next
  return { ...state, listPhase: "ready", summaries, listCursor }
}

/**
 * What later pages had brought, where the first page still leads up to it.
 *
 * @param {ChatState} state
 * @param {SummaryPage} page
 */
function keptBehind(state, { summaries, next }) {
  const loose = summaries.filter((one) => !one.isPinned)
  const end = loose[loose.length - 1]
  if (next === null || !end) return []
  const isKnown = (/** @type {string} */ id) => summaries.some((one) => one.id === id)
  const leadsUp = state.summaries.some((own) => !own.isPinned && isKnown(own.id))
  if (!leadsUp) return []
  return state.summaries
    .filter((own) => !own.isPinned && own.updatedAt <= end.updatedAt && !isKnown(own.id))
}

/**
 * What the page has begun and the server may not have listed yet.
 *
 * @param {ChatState} state
 * @param {ReadonlySet<string>} known
 * @returns {Summary[]}
 */
function begunHere(state, known) {
  const begun = state.running
    ? state.summaries.filter(({ id }) => id === state.chosenId && !known.has(id))
    : []
  for (const { conversationId: id, text, writtenAt } of state.unsent) {
    if (known.has(id) || begun.some((own) => own.id === id)) continue
    begun.push(summary({ id, title: shortened(text), updatedAt: writtenAt }))
  }
  return begun
}

/**
 * @param {ChatState} state
 * @returns {ChatState} What waits for the network is there without the server.
 */
export function listFailed(state) {
  if (state.listPhase === "ready") return state
  const known = new Set(state.summaries.map(({ id }) => id))
  const summaries = [...begunHere(state, known), ...state.summaries]
  return { ...state, listPhase: "failed", summaries }
}

/**
 * What the server says of the replies that run, or have just ended.
 *
 * @param {ChatState} state
 * @param {readonly import("./api.js").ActiveReply[]} active
 * @returns {ChatState}
 */
export function marked(state, active) {
  const running = new Set(
    active.filter(({ isRunning }) => isRunning).map(({ conversationId }) => conversationId),
  )
  // What runs on this page, it knows best.
  const own = state.running ? state.chosenId : null
  const isRight = (/** @type {Summary} */ { id, isRunning }) =>
    id === own || isRunning === running.has(id)
  if (state.summaries.every(isRight)) return state
  const summaries = state.summaries.map((one) =>
    isRight(one) ? one : { ...one, isRunning: running.has(one.id) }
  )
  return { ...state, summaries }
}

/**
 * @param {ChatState} state
 * @param {readonly string[]} unread The conversations in which something ended that nobody has seen.
 * @returns {ChatState}
 */
export function unreadChanged(state, unread) {
  const isSame = unread.length === state.unread.length &&
    unread.every((id, index) => id === state.unread[index])
  return isSame ? state : { ...state, unread }
}

/**
 * @param {ChatState} state
 * @param {string} id
 * @param {string} title
 * @returns {ChatState}
 */
export function renamed(state, id, title) {
  const conversation = state.conversation?.id === id
    ? { ...state.conversation, title }
    : state.conversation
  return { ...withChange(state, id, { title }), conversation }
}

/**
 * @param {ChatState} state
 * @param {string} id
 * @param {Partial<Summary>} change
 * @returns {ChatState}
 */
export function withChange(state, id, change) {
  return everywhere(
    state,
    (summaries) => summaries.map((one) => one.id === id ? { ...one, ...change } : one),
  )
}

/**
 * Changes the list, and the archive where it is open.
 *
 * @param {ChatState} state
 * @param {(summaries: readonly Summary[]) => readonly Summary[]} change
 * @returns {ChatState}
 */
function everywhere(state, change) {
  const { side } = state
  return {
    ...state,
    summaries: change(state.summaries),
    side: side.kind === "archive" ? { ...side, summaries: change(side.summaries) } : side,
  }
}

/**
 * @param {readonly Summary[]} summaries
 * @param {string} id
 * @param {string} title For a conversation that is not in the list yet.
 * @param {number} now
 * @returns {Summary[]}
 */
export function withFirst(summaries, id, title, now) {
  const known = summaries.find((one) => one.id === id) ?? summary({ id })
  const first = { ...known, title: known.title || title, updatedAt: now, isRunning: true }
  return [first, ...summaries.filter((one) => one.id !== id)]
}

/** @param {string} text */
export function shortened(text) {
  const line = text.trim().replaceAll(/\s+/g, " ")
  const characters = [...line]
  if (characters.length <= longestOwnTitle) return line
  return `${characters.slice(0, longestOwnTitle - 1).join("").trimEnd()}…`
}
