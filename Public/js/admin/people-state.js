// Who has an account, as the admin sees it, and how that changes. Pure functions: no DOM, no fetch.

/**
 * @typedef {object} Person
 * @property {string} id
 * @property {string} name
 * @property {boolean} isAdmin
 * @property {number} createdAt
 * @property {number | null} usedAt To the hour; nothing when signed in nowhere.
 * @property {number | null} disabledAt
 * @property {boolean} hasSecondFactor
 */
/** @typedef {{ id: string, note: string, expiresAt: number }} Invitation */
/**
 * Whom the server lets in, and who is looking.
 *
 * @typedef {object} Policy
 * @property {boolean} letsInGuests
 * @property {"open" | "invitation" | "closed"} signUp
 * @property {string} ownId Empty for an admin without an account.
 */
/**
 * What is done to an account or to an invitation.
 *
 * @typedef {"make-admin" | "make-person" | "reset-code" | "end-sessions" | "reset-second-factor" |
 *   "disable" | "enable" | "withdraw"} Act
 */
/** @typedef {{ act: Act, id: string, name: string }} Question What is asked before it is done. */
/**
 * A code that is shown this once.
 *
 * @typedef {{ kind: "invitation" | "reset", name: string, code: string, path: string }} Handed
 */
/**
 * @typedef {object} PeopleFields
 * @property {Policy | null} policy
 * @property {string} search
 * @property {readonly string[]} starts Behind which name each page begins that was shown so far.
 * @property {readonly Person[] | null} people The page; nothing until it is known.
 * @property {boolean} hasMore
 * @property {readonly Invitation[]} invitations
 * @property {Question | null} question
 * @property {Handed | null} handed
 */
/** @typedef {PeopleFields & import("../undo-state.js").UndoState} PeopleState */

/** So many rows are shown, however many people there are. */
export const pageSize = 50

/** @type {PeopleState} */
export const firstPeopleState = Object.freeze({
  policy: null,
  search: "",
  starts: [""],
  people: null,
  hasMore: false,
  invitations: [],
  question: null,
  handed: null,
  undoables: [],
  status: { number: 0, text: "" },
  hint: null,
})

/** What cannot be taken back is asked about before. */
const isAsked = new Set(["end-sessions", "reset-second-factor", "disable", "withdraw"])

/** @param {Act} act */
export const needsQuestion = (act) => isAsked.has(act)

/**
 * What can be done to an account. One's own is for another admin to change.
 *
 * @param {Person} person
 * @param {string} ownId
 * @returns {Act[]}
 */
export function actsFor(person, ownId) {
  if (person.id === ownId) return []
  if (person.disabledAt !== null) return ["enable"]
  /** @type {Act[]} */
  const acts = [person.isAdmin ? "make-person" : "make-admin", "reset-code"]
  if (person.usedAt !== null) acts.push("end-sessions")
  if (person.hasSecondFactor) acts.push("reset-second-factor")
  return [...acts, "disable"]
}

/**
 * What an act makes of an account.
 *
 * @param {Person} person
 * @param {Act} act
 * @param {number} now
 * @returns {Person}
 */
export function after(person, act, now) {
  switch (act) {
    case "make-admin":
      return { ...person, isAdmin: true }
    case "make-person":
      return { ...person, isAdmin: false }
    case "end-sessions":
      return { ...person, usedAt: null }
    case "reset-second-factor":
      return { ...person, hasSecondFactor: false }
    case "disable":
      return { ...person, disabledAt: now, usedAt: null }
    case "enable":
      return { ...person, disabledAt: null }
    default:
      return person
  }
}

/** @typedef {"make-admin" | "make-person" | "disable"} Reversible What takes another act back. */

/** @type {Partial<Record<Act, Reversible>>} */
const opposites = { "make-admin": "make-person", "make-person": "make-admin", enable: "disable" }

/** @param {Act} act What takes it back; nothing for what cannot be. */
export const oppositeOf = (act) => opposites[act] ?? null

/**
 * @param {PeopleState} state
 * @param {Policy} policy
 * @returns {PeopleState}
 */
export const admitted = (state, policy) => ({ ...state, policy })

/**
 * A page has come, with one person more than is shown where there are more.
 *
 * @param {PeopleState} state
 * @param {readonly Person[]} people
 * @returns {PeopleState}
 */
export function listed(state, people) {
  return {
    ...state,
    people: people.slice(0, pageSize),
    hasMore: people.length > pageSize,
    hint: null,
  }
}

/**
 * @param {PeopleState} state
 * @param {string} search
 * @returns {PeopleState}
 */
export function searched(state, search) {
  return search === state.search ? state : { ...state, search, starts: [""] }
}

/**
 * @param {PeopleState} state
 * @returns {PeopleState}
 */
export function turned(state) {
  const last = state.people?.[state.people.length - 1]
  return state.hasMore && last ? { ...state, starts: [...state.starts, last.name] } : state
}

/**
 * @param {PeopleState} state
 * @returns {PeopleState}
 */
export function turnedBack(state) {
  return state.starts.length > 1 ? { ...state, starts: state.starts.slice(0, -1) } : state
}

/** @param {PeopleState} state */
export const wanted = ({ search, starts }) => ({
  containing: search,
  after: starts[starts.length - 1] ?? "",
  limit: pageSize + 1,
})

/**
 * @param {PeopleState} state
 * @param {string} id
 * @param {Act} act
 * @param {number} now
 * @returns {PeopleState}
 */
export function done(state, id, act, now) {
  const people = state.people?.map((person) => person.id === id ? after(person, act, now) : person)
  return { ...state, people: people ?? null, hint: null }
}

/**
 * @param {PeopleState} state
 * @param {readonly Invitation[]} invitations
 * @returns {PeopleState}
 */
export const invitationsListed = (state, invitations) => ({ ...state, invitations })

/**
 * @param {PeopleState} state
 * @param {Invitation} invitation
 * @returns {PeopleState}
 */
export function invited(state, invitation) {
  const invitations = [invitation, ...state.invitations]
    .sort((one, other) => other.expiresAt - one.expiresAt)
  return { ...state, invitations, hint: null }
}

/**
 * @param {PeopleState} state
 * @param {string} id
 * @returns {PeopleState}
 */
export function withdrawn(state, id) {
  const invitations = state.invitations.filter((one) => one.id !== id)
  return { ...state, invitations, hint: null }
}

/**
 * @param {PeopleState} state
 * @param {Question | null} question
 * @returns {PeopleState}
 */
export const asked = (state, question) => ({ ...state, question })

/**
 * @param {PeopleState} state
 * @param {Handed | null} handed
 * @returns {PeopleState}
 */
export const handedOver = (state, handed) => ({ ...state, handed })

/**
 * @param {PeopleState} state
 * @param {string} text
 * @returns {PeopleState}
 */
export const announced = (state, text) => ({
  ...state,
  status: { number: state.status.number + 1, text },
})

/**
 * @param {PeopleState} state
 * @param {string} why
 * @returns {PeopleState}
 */
export const failed = (state, why) => ({ ...state, hint: why })
