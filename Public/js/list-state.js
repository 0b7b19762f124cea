// The list of conversations and how it changes. Pure functions: no DOM, no fetch, no clock.

import { announced, announcements } from "./chat-state.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {import("./api.js").Summary} Summary */

/** A title until the server has found one. */
const longestOwnTitle = 48

/**
 * @param {ChatState} state
 * @param {readonly Summary[]} summaries
 * @returns {ChatState}
 */
export function listed(state, summaries) {
  const isNew = (/** @type {Summary} */ own) => summaries.every((summary) => summary.id !== own.id)
  // What the page has just begun may not be in an answer that was on its way already.
  const begun = state.running
    ? state.summaries.filter((own) => own.id === state.chosenId && isNew(own))
    : []
  for (const { conversationId: id, text, writtenAt } of state.unsent) {
    const own = { id, title: shortened(text), updatedAt: writtenAt, isRunning: false }
    if (isNew(own) && begun.every((known) => known.id !== id)) begun.push(own)
  }
  const kept = [...begun, ...summaries].filter((summary) => !isRemoved(state, summary.id))
  return { ...state, listPhase: "ready", summaries: kept }
}

/**
 * @param {ChatState} state
 * @returns {ChatState}
 */
export function listFailed(state) {
  return state.listPhase === "ready" ? state : { ...state, listPhase: "failed" }
}

/**
 * @param {ChatState} state
 * @param {string} id
 * @param {string} title
 * @returns {ChatState}
 */
export function renamed(state, id, title) {
  const summaries = state.summaries.map((summary) =>
    summary.id === id ? { ...summary, title } : summary
  )
  const conversation = state.conversation?.id === id
    ? { ...state.conversation, title }
    : state.conversation
  return { ...state, summaries, conversation }
}

/**
 * @param {ChatState} state
 * @param {string} id
 * @returns {ChatState}
 */
export function removed(state, id) {
  const summary = state.summaries.find((summary) => summary.id === id)
  if (!summary) return state
  const next = {
    ...state,
    summaries: state.summaries.filter((other) => other !== summary),
    removals: [...state.removals, summary],
  }
  return announced(next, announcements.removed(summary.title))
}

/**
 * @param {ChatState} state
 * @param {string} id
 * @returns {ChatState}
 */
export function restored(state, id) {
  const summary = state.removals.find((removal) => removal.id === id)
  if (!summary) return state
  const summaries = [...state.summaries, summary].sort((a, b) => b.updatedAt - a.updatedAt)
  return announced({ ...forgotten(state, id), summaries }, announcements.restored(summary.title))
}

/**
 * The removal is final.
 *
 * @param {ChatState} state
 * @param {string} id
 * @returns {ChatState}
 */
export function forgotten(state, id) {
  return { ...state, removals: state.removals.filter((removal) => removal.id !== id) }
}

/**
 * @param {ChatState} state
 * @param {string} id
 */
function isRemoved(state, id) {
  return state.removals.some((removal) => removal.id === id)
}

/**
 * @param {readonly Summary[]} summaries
 * @param {string} id
 * @param {string} title For a conversation that is not in the list yet.
 * @param {number} now
 * @returns {Summary[]}
 */
export function withFirst(summaries, id, title, now) {
  const known = summaries.find((summary) => summary.id === id)
  const first = { id, title: known?.title || title, updatedAt: now, isRunning: true }
  return [first, ...summaries.filter((summary) => summary.id !== id)]
}

/** @param {string} text */
export function shortened(text) {
  const line = text.trim().replaceAll(/\s+/g, " ")
  const characters = [...line]
  if (characters.length <= longestOwnTitle) return line
  return `${characters.slice(0, longestOwnTitle - 1).join("").trimEnd()}…`
}
