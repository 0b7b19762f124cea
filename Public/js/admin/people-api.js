// Talks to the server about who has an account, and who may make one.

import { isObject, number, numberOrNull, objects, text } from "../fields.js"
import { Requests } from "../requests.js"

/** @typedef {import("./people-state.js").Person} Person */
/** @typedef {import("./people-state.js").Invitation} Invitation */
/** @typedef {import("./people-state.js").Policy} Policy */

export class PeopleAPI {
  #requests

  /** @param {import("../requests.js").Fetch} fetch */
  constructor(fetch) {
    this.#requests = new Requests(fetch)
  }

  /** @returns {Promise<Policy>} */
  async policy() {
    const { auth, sign_up: signUp, account } = await this.#requests.send("GET", "/auth/me")
    return {
      letsInGuests: auth === "open",
      signUp: signUp === "open" || signUp === "invitation" ? signUp : "closed",
      ownId: isObject(account) ? text(account.id) : "",
    }
  }

  /**
   * @param {{ after: string, containing: string, limit: number }} wanted
   * @returns {Promise<Person[]>}
   */
  async people({ after, containing, limit }) {
    const query = new URLSearchParams({
      limit: String(limit),
      ...(after && { after }),
      ...(containing && { containing }),
    })
    const { people } = await this.#requests.send("GET", `/admin/people?${query}`)
    return objects(people).map((fields) => ({
      id: text(fields.id),
      name: text(fields.name),
      isAdmin: fields.role === "admin",
      createdAt: number(fields.created_at),
      usedAt: numberOrNull(fields.used_at),
      disabledAt: numberOrNull(fields.disabled_at),
      hasSecondFactor: fields.second_factor === "on",
    }))
  }

  /**
   * @param {string} id
   * @param {boolean} isAdmin
   */
  async setAdmin(id, isAdmin) {
    await this.#post(id, "role", { role: isAdmin ? "admin" : "person" })
  }

  /** @param {string} id */
  async disable(id) {
    await this.#post(id, "disable")
  }

  /** @param {string} id */
  async enable(id) {
    await this.#post(id, "enable")
  }

  /** @param {string} id */
  async endSessions(id) {
    await this.#post(id, "end-sessions")
  }

  /** @param {string} id */
  async resetSecondFactor(id) {
    await this.#post(id, "reset-second-factor")
  }

  /**
   * @param {string} id
   * @returns {Promise<string>} The code, which is shown this once.
   */
  async makeResetCode(id) {
    return text((await this.#post(id, "reset-code")).code)
  }

  /** @returns {Promise<Invitation[]>} */
  async invitations() {
    const { invitations } = await this.#requests.send("GET", "/admin/invitations")
    return objects(invitations).map(invitationFrom)
  }

  /**
   * @param {{ note: string, days: number }} wanted
   * @returns {Promise<{ invitation: Invitation, code: string, path: string }>}
   */
  async invite({ note, days }) {
    const fields = await this.#requests.send("POST", "/admin/invitations", { body: { note, days } })
    return {
      invitation: invitationFrom(fields),
      code: text(fields.code),
      path: text(fields.path),
    }
  }

  /** @param {string} id */
  async withdraw(id) {
    await this.#requests.send("DELETE", `/admin/invitations/${encodeURIComponent(id)}`)
  }

  /**
   * @param {string} id
   * @param {string} act
   * @param {import("../fields.js").Fields} [body]
   */
  #post(id, act, body = {}) {
    return this.#requests.send("POST", `/admin/people/${encodeURIComponent(id)}/${act}`, { body })
  }
}

/**
 * @param {import("../fields.js").Fields} fields
 * @returns {Invitation}
 */
function invitationFrom(fields) {
  return {
    id: text(fields.id),
    note: text(fields.note),
    expiresAt: number(fields.expires_at),
  }
}
