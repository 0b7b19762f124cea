// Talks to the server about who somebody is: one function a route.

import { isObject, number, numberOrNull, objects, text, textOrNull, texts } from "./fields.js"
import { Requests } from "./requests.js"

/**
 * @typedef {object} Account
 * @property {string} name
 * @property {boolean} isAdmin
 * @property {number} recoveryCodes How many are left.
 * @property {"on" | "off" | "missing"} secondFactor Missing where the server asks for one.
 */
/**
 * Who the browser is to the server, and whom that lets in.
 *
 * @typedef {object} Standing
 * @property {boolean} letsInGuests
 * @property {boolean} hasPasswords Not where an identity provider signs people in.
 * @property {{ issuer: string, address: string | null } | null} provider Who signs people in elsewhere.
 * @property {"open" | "invitation" | "closed"} signUp
 * @property {Account | null} account Nothing for a guest and for a stranger.
 * @property {number} guestConversations How many the browser has as a guest.
 */

/** @typedef {"read" | "chat" | "admin"} Scope */
/**
 * A key with which a program acts in the reader's name.
 *
 * @typedef {object} Key
 * @property {string} id
 * @property {string} name
 * @property {string[]} scopes
 * @property {number | null} expiresAt
 * @property {number | null} usedAt
 */

export class AccountAPI {
  #requests

  /** @param {import("./requests.js").Fetch} fetch */
  constructor(fetch) {
    this.#requests = new Requests(fetch)
  }

  /** @returns {Promise<Standing>} */
  async standing() {
    return standingFrom(await this.#requests.send("GET", "/auth/me"))
  }

  /**
   * @param {{ name: string, password: string, code: string }} typed An empty code is none.
   * @returns {Promise<Standing>}
   */
  async signUp({ name, password, code }) {
    const body = { name, password: plain(password), ...(code && { code }) }
    return standingFrom(await this.#requests.send("POST", "/auth/sign-up", { body }))
  }

  /**
   * @param {{ name: string, password: string, secondFactor?: string, bringsAlong?: boolean }} typed
   *   Whether the guest's conversations become the account's.
   * @returns {Promise<Standing>}
   */
  async signIn({ name, password, secondFactor = "", bringsAlong = false }) {
    const body = {
      name,
      password: plain(password),
      ...(secondFactor && { second_factor: secondFactor }),
      ...(bringsAlong && { bring_along: true }),
    }
    return standingFrom(await this.#requests.send("POST", "/auth/login", { body }))
  }

  async signOut() {
    await this.#requests.send("POST", "/auth/logout", { body: {} })
  }

  /** @param {{ name: string, password: string, code: string }} typed */
  async resetPassword({ name, password, code }) {
    const body = { name, code, password: plain(password) }
    await this.#requests.send("POST", "/auth/reset", { body })
  }

  /**
   * @param {string} password
   * @param {string} wanted
   */
  async changePassword(password, wanted) {
    const body = { password: plain(password), new_password: plain(wanted) }
    await this.#requests.send("POST", "/auth/password", { body })
  }

  /**
   * @param {string} password
   * @returns {Promise<string[]>} Shown this once.
   */
  async makeRecoveryCodes(password) {
    const body = { password: plain(password) }
    const { codes } = await this.#requests.send("POST", "/auth/recovery-codes", { body })
    return Array.isArray(codes) ? codes.map(text) : []
  }

  /**
   * @param {string} password
   * @returns {Promise<{ secret: string, address: string }>} What an authenticator app has to know.
   */
  async offerSecondFactor(password) {
    const body = { password: plain(password) }
    const fields = await this.#requests.send("POST", "/auth/second-factor", { body })
    return { secret: text(fields.secret), address: text(fields.address) }
  }

  /** @param {string} digits */
  async confirmSecondFactor(digits) {
    await this.#requests.send("POST", "/auth/second-factor/confirm", { body: { digits } })
  }

  /**
   * @param {string} password
   * @param {string} shown
   */
  async removeSecondFactor(password, shown) {
    const body = { password: plain(password), second_factor: shown }
    await this.#requests.send("POST", "/auth/second-factor/remove", { body })
  }

  /** @returns {Promise<Key[]>} The newest first. */
  async keys() {
    const { keys } = await this.#requests.send("GET", "/auth/keys")
    return objects(keys).map(({ id, name, scopes, expires_at: end, used_at: use }) => ({
      id: text(id),
      name: text(name),
      scopes: texts(scopes),
      expiresAt: numberOrNull(end),
      usedAt: numberOrNull(use),
    }))
  }

  /**
   * @param {{ name: string, password: string | null, scopes: readonly Scope[], days: number | null }} wish
   *   Nothing for a password where there are none.
   * @returns {Promise<string>} The key, shown this once.
   */
  async makeKey({ name, password, scopes, days }) {
    const body = { name, scopes, days, ...(password !== null && { password: plain(password) }) }
    return text((await this.#requests.send("POST", "/auth/keys", { body })).key)
  }

  /** @param {string} id */
  async endKey(id) {
    await this.#requests.send("DELETE", `/auth/keys/${encodeURIComponent(id)}`)
  }
}

/**
 * The same letters are the same bytes, whichever keyboard they come from.
 *
 * @param {string} password
 */
function plain(password) {
  return password.normalize("NFC")
}

/**
 * @param {import("./fields.js").Fields} fields
 * @returns {Standing}
 */
function standingFrom(
  { auth, sign_up: signUp, account, guest_conversations: conversations, provider },
) {
  return {
    guestConversations: number(conversations),
    letsInGuests: auth === "open",
    hasPasswords: auth !== "jwt",
    provider: isObject(provider)
      ? { issuer: text(provider.issuer), address: textOrNull(provider.sign_in_url) }
      : null,
    signUp: signUp === "open" || signUp === "invitation" ? signUp : "closed",
    account: isObject(account)
      ? {
        name: text(account.name),
        isAdmin: account.role === "admin",
        recoveryCodes: number(account.recovery_codes),
        secondFactor: account.second_factor === "on" || account.second_factor === "missing"
          ? account.second_factor
          : "off",
      }
      : null,
  }
}
