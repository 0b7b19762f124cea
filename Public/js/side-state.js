// What may stand in the place of the list: the archive, the bin, or what a search has found. Pure
// functions: no DOM, no fetch, no clock.

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {import("./shelf-api.js").Summary} Summary */
/** @typedef {import("./shelf-acts-api.js").Hit} Hit */

/**
 * @typedef {object} ListSide
 * @property {"list"} kind
 */

/**
 * @typedef {object} ShelfSide
 * @property {"archive" | "bin"} kind
 * @property {"loading" | "ready" | "failed"} phase
 * @property {readonly Summary[]} summaries
 * @property {string | null} next
 */

/**
 * @typedef {object} SearchSide
 * @property {"search"} kind
 * @property {string} words
 * @property {"searching" | "ready" | "failed"} phase
 * @property {readonly Hit[]} hits Of the words before, until those of these words are there.
 * @property {string | null} next
 */

/** @typedef {ListSide | ShelfSide | SearchSide} Side */

/** @type {ListSide} */
export const listSide = Object.freeze({ kind: "list" })

/**
 * @param {ChatState} state
 * @returns {ChatState}
 */
export function listShown(state) {
  return state.side.kind === "list" ? state : { ...state, side: listSide }
}

/**
 * @param {ChatState} state
 * @param {"archive" | "bin"} kind
 * @returns {ChatState}
 */
export function shelfOpened(state, kind) {
  return { ...state, side: { kind, phase: "loading", summaries: [], next: null } }
}

/**
 * @param {ChatState} state
 * @param {"archive" | "bin"} kind
 * @param {import("./shelf-api.js").SummaryPage} page
 * @returns {ChatState}
 */
export function shelfListed(state, kind, { summaries, next }) {
  if (state.side.kind !== kind) return state
  return { ...state, side: { kind, phase: "ready", summaries, next } }
}

/**
 * @param {ChatState} state
 * @param {string} before What the page came after.
 * @param {import("./shelf-api.js").SummaryPage} page
 * @returns {ChatState}
 */
export function shelfContinued(state, before, { summaries, next }) {
  const { side } = state
  if ((side.kind !== "archive" && side.kind !== "bin") || side.next !== before) return state
  const known = new Set(side.summaries.map(({ id }) => id))
  const further = summaries.filter(({ id }) => !known.has(id))
  return { ...state, side: { ...side, summaries: [...side.summaries, ...further], next } }
}

/**
 * @param {ChatState} state
 * @param {Side["kind"]} kind
 * @returns {ChatState}
 */
export function sideFailed(state, kind) {
  const { side } = state
  if (side.kind !== kind || side.kind === "list") return state
  return { ...state, side: { ...side, phase: "failed" } }
}

/**
 * The reader looks for other words. What was found before stays until something else is.
 *
 * @param {ChatState} state
 * @param {string} words
 * @returns {ChatState}
 */
export function searching(state, words) {
  const { side } = state
  const hits = side.kind === "search" ? side.hits : []
  return { ...state, side: { kind: "search", words, phase: "searching", hits, next: null } }
}

/**
 * @param {ChatState} state
 * @param {string} words
 * @param {import("./shelf-acts-api.js").HitPage} page
 * @returns {ChatState}
 */
export function found(state, words, { hits, next }) {
  const { side } = state
  if (side.kind !== "search" || side.words !== words) return state
  return { ...state, side: { ...side, phase: "ready", hits, next } }
}

/**
 * @param {ChatState} state
 * @param {string} before What the page came after.
 * @param {import("./shelf-acts-api.js").HitPage} page
 * @returns {ChatState}
 */
export function foundMore(state, before, { hits, next }) {
  const { side } = state
  if (side.kind !== "search" || side.next !== before) return state
  return { ...state, side: { ...side, hits: [...side.hits, ...hits], next } }
}

/**
 * A side without a conversation that has left it.
 *
 * @param {ChatState} state
 * @param {string} id
 * @returns {ChatState}
 */
export function sideWithout(state, id) {
  const { side } = state
  if (side.kind !== "archive" && side.kind !== "bin") return state
  return { ...state, side: { ...side, summaries: side.summaries.filter((one) => one.id !== id) } }
}

/**
 * The hits of each conversation, in the order in which the first of each was found.
 *
 * @param {readonly Hit[]} hits
 * @returns {{ conversationId: string, title: string, isArchived: boolean,
 *   hits: readonly Hit[] }[]}
 */
export function hitsByConversation(hits) {
  /** @type {Map<string, Hit[]>} */
  const groups = new Map()
  for (const hit of hits) {
    const own = groups.get(hit.conversationId)
    if (own) own.push(hit)
    else groups.set(hit.conversationId, [hit])
  }
  return [...groups.values()].flatMap((own) => {
    const [first] = own
    if (!first) return []
    const { conversationId, title, isArchived } = first
    return [{ conversationId, title, isArchived, hits: own }]
  })
}

const dayMs = 24 * 60 * 60 * 1_000

/** How long the server keeps what was deleted. */
export const binDays = 30

/**
 * In how many days, of which the last has begun, something in the bin is gone for good.
 *
 * @param {number} deletedAt
 * @param {number} now
 */
export function daysLeft(deletedAt, now) {
  const left = Math.ceil((deletedAt + binDays * dayMs - now) / dayMs)
  return Math.min(binDays, Math.max(0, left))
}
