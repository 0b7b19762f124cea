// What the panel for bringing conversations along shows, and how that changes. Pure functions: no
// DOM, no fetch.

import { countOwn } from "./counting.js"

/** @typedef {import("./conversations.js").Conversation} Conversation */
/** @typedef {import("./imports-api.js").PastImport} PastImport */
/** @typedef {import("./reading.js").Found} Found */
/** @typedef {import("./sending.js").Progress} Progress */
/** @typedef {{ reason: import("./import-problem.js").Reason | "unexpected", name: string }} Trouble */

/**
 * What was found, before anything of it is sent.
 *
 * @typedef {object} Preview
 * @property {Found} found
 * @property {ReadonlySet<string> | null} known What is here already; nothing where the server did
 *   not say.
 * @property {ReadonlySet<string>} chosen
 * @property {string} filter
 * @property {number} most How many rows are shown.
 */

/**
 * @typedef {{ name: "choosing", trouble: Trouble | null }
 *   | { name: "reading", share: number }
 *   | { name: "looking", preview: Preview }
 *   | { name: "sending", preview: Preview, progress: Progress }} Step
 */

/**
 * @typedef {object} ImportState
 * @property {Step} step
 * @property {readonly PastImport[]} past
 * @property {string | null} problem Why the past imports, or one of them, stay as they are.
 */

/** Rows that are made at once. Whoever has thousands of conversations looks for words in them. */
export const rowsAtOnce = 100

/** @type {ImportState} */
export const firstImportState = Object.freeze({
  step: Object.freeze({ name: "choosing", trouble: null }),
  past: Object.freeze(/** @type {PastImport[]} */ ([])),
  problem: null,
})

/**
 * @param {ImportState} state
 * @param {Trouble | null} trouble
 * @returns {ImportState}
 */
export function choosing(state, trouble = null) {
  return { ...state, step: { name: "choosing", trouble } }
}

/**
 * @param {ImportState} state
 * @param {number} share From 0 to 1.
 * @returns {ImportState}
 */
export function reading(state, share) {
  return { ...state, step: { name: "reading", share: Math.min(1, Math.max(0, share)) } }
}

/**
 * What is here already is not chosen: it is sent only if the reader wants what was written since.
 *
 * @param {ImportState} state
 * @param {Found} found
 * @param {ReadonlySet<string> | null} known
 * @returns {ImportState}
 */
export function found(state, found, known) {
  const ids = found.conversations.map(({ id }) => id)
  const chosen = new Set(ids.filter((id) => !known?.has(id)))
  const preview = { found, known, chosen, filter: "", most: rowsAtOnce }
  return { ...state, step: { name: "looking", preview } }
}

/**
 * @param {ImportState} state
 * @param {(preview: Preview) => Preview} change
 * @returns {ImportState}
 */
function looking(state, change) {
  const { step } = state
  if (step.name !== "looking") return state
  return { ...state, step: { name: "looking", preview: change(step.preview) } }
}

/**
 * @param {ImportState} state
 * @param {string} filter
 * @returns {ImportState}
 */
export function filtered(state, filter) {
  return looking(state, (preview) => ({ ...preview, filter, most: rowsAtOnce }))
}

/**
 * @param {ImportState} state
 * @returns {ImportState}
 */
export function moreShown(state) {
  return looking(state, (preview) => ({ ...preview, most: preview.most + rowsAtOnce }))
}

/**
 * @param {ImportState} state
 * @param {string} id
 * @param {boolean} isChosen
 * @returns {ImportState}
 */
export function chosen(state, id, isChosen) {
  return looking(state, (preview) => withChosen(preview, [id], isChosen))
}

/**
 * All that the filter leaves, whether they are shown yet or not.
 *
 * @param {ImportState} state
 * @param {boolean} areChosen
 * @returns {ImportState}
 */
export function allChosen(state, areChosen) {
  return looking(
    state,
    (preview) => withChosen(preview, matching(preview).map(({ id }) => id), areChosen),
  )
}

/**
 * @param {Preview} preview
 * @param {readonly string[]} ids
 * @param {boolean} areChosen
 * @returns {Preview}
 */
function withChosen(preview, ids, areChosen) {
  const all = new Set(preview.chosen)
  for (const id of ids) {
    if (areChosen) all.add(id)
    else all.delete(id)
  }
  return { ...preview, chosen: all }
}

/**
 * @param {ImportState} state
 * @param {Progress} progress
 * @returns {ImportState}
 */
export function sending(state, progress) {
  const { step } = state
  if (step.name !== "looking" && step.name !== "sending") return state
  return { ...state, step: { name: "sending", preview: step.preview, progress } }
}

/**
 * What brought no conversation has none to take back.
 *
 * @param {ImportState} state
 * @param {readonly PastImport[]} past
 * @returns {ImportState}
 */
export function listed(state, past) {
  return { ...state, past: past.filter(({ count }) => count > 0), problem: null }
}

/**
 * @param {ImportState} state
 * @param {string} problem
 * @returns {ImportState}
 */
export function troubled(state, problem) {
  return { ...state, problem }
}

/**
 * The conversations whose titles have all the words of the filter in them.
 *
 * @param {Preview} preview
 * @returns {readonly Conversation[]}
 */
export function matching({ found, filter }) {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return found.conversations
  return found.conversations.filter(({ title }) => {
    const text = title.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/**
 * The chosen conversations, in their order.
 *
 * @param {Preview} preview
 */
export function toSend({ found, chosen }) {
  return found.conversations.filter(({ id }) => chosen.has(id))
}

/**
 * @param {Preview} preview
 * @returns {{ conversations: number, messages: number, known: number, from: number, to: number }}
 */
export function counts({ found, known }) {
  const { conversations } = found
  return {
    conversations: conversations.length,
    messages: conversations.reduce((sum, { messages }) => sum + countOwn(messages), 0),
    known: conversations.filter(({ id }) => known?.has(id)).length,
    from: conversations.reduce((least, { created_at: at }) => Math.min(least, at), Infinity),
    to: conversations.reduce((most, { updated_at: at }) => Math.max(most, at), 0),
  }
}
