// What the reader can take back, and how that changes. Pure functions: no DOM, no fetch, no clock.

/** @typedef {import("./chat-state.js").Announcement} Announcement */

/**
 * Something that the reader did and can take back.
 *
 * @typedef {object} Undoable
 * @property {string} id
 * @property {string} sentence What was done: “Deleted “Plan for May”.”
 * @property {boolean} isBeingUndone Whether taking it back is on its way.
 */

/**
 * The part of a page's state that this module needs and changes.
 *
 * @typedef {object} UndoState
 * @property {readonly Undoable[]} undoables The last act comes last.
 * @property {Announcement} status
 * @property {string | null} hint
 */

/** Nobody goes further back than this; what comes first falls out first. */
export const mostUndoables = 50

/**
 * @template {UndoState} State
 * @param {State} state
 * @param {string} id
 * @param {string} sentence
 * @param {string} spoken The sentence as it is said, with the key that takes the act back.
 * @returns {State}
 */
export function offered(state, id, sentence, spoken) {
  const undoables = [...state.undoables, { id, sentence, isBeingUndone: false }]
  return said({ ...state, undoables: undoables.slice(-mostUndoables) }, spoken)
}

/**
 * @template {UndoState} State
 * @param {State} state
 * @param {string} id
 * @param {boolean} isBeingUndone
 * @returns {State}
 */
function marked(state, id, isBeingUndone) {
  const undoables = state.undoables.map((act) => act.id === id ? { ...act, isBeingUndone } : act)
  return { ...state, undoables }
}

/**
 * @template {UndoState} State
 * @param {State} state
 * @param {string} id
 * @returns {State}
 */
export function undoing(state, id) {
  return marked(state, id, true)
}

/**
 * @template {UndoState} State
 * @param {State} state
 * @param {string} id
 * @param {string} spoken
 * @returns {State}
 */
export function undone(state, id, spoken) {
  return said(withdrawn(state, id), spoken)
}

/**
 * It could not be taken back; it can be tried again.
 *
 * @template {UndoState} State
 * @param {State} state
 * @param {string} id
 * @param {string} why
 * @returns {State}
 */
export function undoFailed(state, id, why) {
  return { ...marked(state, id, false), hint: why }
}

/**
 * It is no longer offered.
 *
 * @template {UndoState} State
 * @param {State} state
 * @param {string} id
 * @returns {State}
 */
export function withdrawn(state, id) {
  const undoables = state.undoables.filter((act) => act.id !== id)
  return undoables.length === state.undoables.length ? state : { ...state, undoables }
}

/**
 * The act that is taken back next: the last one that is not on its way back already.
 *
 * @param {UndoState} state
 * @returns {Undoable | null}
 */
export function lastUndoable({ undoables }) {
  for (let index = undoables.length - 1; index >= 0; index -= 1) {
    const act = undoables[index]
    if (act && !act.isBeingUndone) return act
  }
  return null
}

/**
 * @template {UndoState} State
 * @param {State} state
 * @param {string} text
 * @returns {State}
 */
function said(state, text) {
  return { ...state, status: { number: state.status.number + 1, text } }
}
