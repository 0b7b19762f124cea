// Which way in the login page shows: from what the server lets in, and what the address asks for.

/** @typedef {import("./account-api.js").Standing} Standing */
/** @typedef {"sign-in" | "sign-up" | "reset"} Way */

/**
 * @typedef {object} Asked What the address asks for.
 * @property {Way | null} way
 * @property {string} code
 */

/**
 * Reads `#sign-up`, `#invitation=CODE`, `#code` (of the first start), `#reset=CODE`. What stands
 * there never goes to the server with the address.
 *
 * @param {string} hash
 * @returns {Asked}
 */
export function asked(hash) {
  const [name = "", code = ""] = hash.replace(/^#/, "").split("=")
  /** @type {Record<string, Way>} */
  const ways = {
    "sign-in": "sign-in",
    "sign-up": "sign-up",
    invitation: "sign-up",
    code: "sign-up",
    reset: "reset",
  }
  return { way: Object.hasOwn(ways, name) ? ways[name] ?? null : null, code: decoded(code) }
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    // Whoever made up such an address meant no code.
    return ""
  }
}

/**
 * What the page shows.
 *
 * @typedef {object} View
 * @property {Way} way
 * @property {boolean} offersGuest Whether somebody whose session has ended may go on as a guest.
 * @property {boolean} asksForCode
 * @property {boolean} offersSignUp
 * @property {number} bringsAlong How many conversations can come along; whoever makes an account
 *   keeps them anyway.
 */

/**
 * @param {Standing} standing
 * @param {Asked} wish
 * @returns {View}
 */
export function viewOf(standing, wish) {
  const way = wish.way ?? "sign-in"
  return {
    way,
    offersGuest: standing.letsInGuests && wish.way === null,
    asksForCode: way === "reset" ||
      way === "sign-up" && (standing.signUp !== "open" || wish.code !== ""),
    // Whoever has a code may use it where signing up is closed to everybody else.
    bringsAlong: way === "sign-up" ? 0 : standing.guestConversations,
    offersSignUp: way !== "sign-up" && standing.signUp !== "closed",
  }
}
