// How the list changes by what a reader does with it. Pure functions: no DOM, no fetch, no clock.

import { withChange } from "./list-state.js"
import { sideWithout } from "./side-state.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {import("./shelf-api.js").Summary} Summary */
/** @typedef {import("./shelf-api.js").SummaryPage} SummaryPage */

/**
 * A further page of the list has arrived.
 *
 * @param {ChatState} state
 * @param {SummaryPage} page
 * @returns {ChatState}
 */
export function continued(state, { summaries, next }) {
  const known = new Set(state.summaries.map(({ id }) => id))
  const further = summaries.filter(({ id }) => !known.has(id))
  return { ...state, summaries: [...state.summaries, ...further], listCursor: next }
}

/**
 * @param {ChatState} state
 * @param {string} id
 * @returns {Summary | null}
 */
export function summaryOf(state, id) {
  const archived = state.side.kind === "archive" ? state.side.summaries : []
  return [...state.summaries, ...archived].find((one) => one.id === id) ?? null
}

/**
 * @param {ChatState} state
 * @param {string} id
 * @param {boolean} isPinned
 * @returns {ChatState}
 */
export function pinned(state, id, isPinned) {
  return withChange(state, id, { isPinned })
}

/**
 * A conversation is not in the list any more: it was deleted, or archived.
 *
 * @param {ChatState} state
 * @param {string} id
 * @returns {ChatState}
 */
export function takenOut(state, id) {
  const summaries = state.summaries.filter((one) => one.id !== id)
  return { ...sideWithout(state, id), summaries }
}

/**
 * A conversation is back where it was taken from, in its old place.
 *
 * @param {ChatState} state
 * @param {Summary} back
 * @returns {ChatState}
 */
export function putBack(state, back) {
  if (!back.isArchived) return { ...state, summaries: withBack(state.summaries, back) }
  const { side } = state
  if (side.kind !== "archive") return state
  return { ...state, side: { ...side, summaries: withBack(side.summaries, back) } }
}

/**
 * @param {readonly Summary[]} summaries
 * @param {Summary} back
 * @returns {readonly Summary[]}
 */
function withBack(summaries, back) {
  const others = summaries.filter(({ id }) => id !== back.id)
  const next = others.findIndex(({ updatedAt }) => updatedAt < back.updatedAt)
  const place = next < 0 ? others.length : next
  return [...others.slice(0, place), back, ...others.slice(place)]
}
