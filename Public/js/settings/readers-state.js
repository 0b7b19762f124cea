// What the server keeps for the reader, as the settings show it. Pure functions.

/**
 * Whether replies stream for this reader, and why.
 *
 * @typedef {object} Streaming
 * @property {boolean} isStreaming
 * @property {string} reason
 * @property {string} source Where the value in force comes from.
 * @property {Preference} preference
 */

/** @typedef {"auto" | "on" | "off"} Preference */

/**
 * After how many days something goes that nobody comes back to; nothing where it is kept for ever.
 *
 * @typedef {object} KeptDays
 * @property {number | null} conversations After the last change.
 * @property {number | null} guests After the last visit of somebody without an account.
 */

/**
 * Where the reader is signed in. Times are milliseconds since 1970.
 *
 * @typedef {object} Device
 * @property {string} id
 * @property {string | null} name Nothing for a browser that does not say what it is.
 * @property {number} usedAt
 * @property {boolean} isCurrent
 */

/**
 * @typedef {object} ReadersState
 * @property {Streaming | null} streaming Nothing until it is known.
 * @property {KeptDays} kept
 * @property {readonly Device[] | null} devices Nothing until they are known.
 * @property {boolean} isErasing Whether a deletion, or its undoing, is on its way.
 */

/** @type {ReadersState} */
export const firstReadersState = Object.freeze({
  streaming: null,
  kept: Object.freeze({ conversations: null, guests: null }),
  devices: null,
  isErasing: false,
})

/**
 * @param {ReadersState} state
 * @param {Streaming} streaming
 * @returns {ReadersState}
 */
export function streamingKnown(state, streaming) {
  return { ...state, streaming }
}

/**
 * @param {ReadersState} state
 * @param {{ streaming: Streaming, kept: KeptDays }} config
 * @returns {ReadersState}
 */
export function configKnown(state, { streaming, kept }) {
  return { ...state, streaming, kept }
}

/**
 * @param {ReadersState} state
 * @param {readonly Device[]} devices
 * @returns {ReadersState}
 */
export function devicesKnown(state, devices) {
  return { ...state, devices }
}

/**
 * @param {ReadersState} state
 * @param {string} id
 * @returns {ReadersState}
 */
export function deviceEnded(state, id) {
  return { ...state, devices: state.devices?.filter((device) => device.id !== id) ?? null }
}

/**
 * @param {ReadersState} state
 * @param {boolean} isErasing
 * @returns {ReadersState}
 */
export function erasing(state, isErasing) {
  return { ...state, isErasing }
}

const dayMs = 24 * 60 * 60 * 1000

/**
 * What is said about how long things are kept: the days, and the moment until which what is changed now stays at least.
 *
 * @param {KeptDays} kept
 * @param {number} now
 * @returns {{ about: "conversations" | "guests", days: number, until: number }[]}
 */
export function keptNotes(kept, now) {
  return (/** @type {const} */ (["conversations", "guests"])).flatMap((about) => {
    const days = kept[about]
    return days === null ? [] : [{ about, days, until: now + days * dayMs }]
  })
}
