// Talks to the server about what only an admin may do.

import { text, texts } from "./fields.js"
import { Requests } from "./requests.js"

/** @typedef {"builtin" | "openai" | "anthropic"} Provider */
/**
 * @typedef {object} Connection
 * @property {Provider} provider
 * @property {string} address
 * @property {string} model
 * @property {boolean} hasKey Which one it is the server never says.
 * @property {boolean} isConfigured Whether it is what the settings say.
 */
/** @typedef {{ findings: readonly string[], models: readonly string[], isWell: boolean }} Report */
/**
 * What an admin typed. With an empty key the one that is there stays, as long as the address does;
 * with none it goes.
 *
 * @typedef {{ provider: string, address: string, model: string, key: string | null }} Typed
 */

export class AdminAPI {
  #requests

  /** @param {import("./requests.js").Fetch} fetch */
  constructor(fetch) {
    this.#requests = new Requests(fetch)
  }

  async isAdmin() {
    return (await this.#requests.send("GET", "/admin")).is_admin === true
  }

  /** @param {string} code */
  async enter(code) {
    await this.#requests.send("POST", "/admin", { body: { code } })
  }

  async connection() {
    return connectionFrom(await this.#requests.send("GET", "/admin/model"))
  }

  /** @param {Typed} typed */
  async connect(typed) {
    return connectionFrom(await this.#requests.send("PUT", "/admin/model", { body: body(typed) }))
  }

  async reset() {
    return connectionFrom(await this.#requests.send("DELETE", "/admin/model"))
  }

  /** How the server does. */
  insight() {
    return this.#requests.send("GET", "/admin/insight")
  }

  /** Who gets streams, how both groups do, and what was changed. */
  rollout() {
    return this.#requests.send("GET", "/admin/rollout")
  }

  /** What check-ups found, and which of the first steps are done. */
  checkup() {
    return this.#requests.send("GET", "/admin/checkup")
  }

  /** Has the server look at itself, unless it does already. */
  startCheckup() {
    return this.#requests.send("POST", "/admin/checkup", { body: {} })
  }

  /** @param {"good" | "attention" | "bad"} stream How the way from this browser was. */
  keepStream(stream) {
    return this.#requests.send("PATCH", "/admin/checkup", { body: { stream } })
  }

  setStepsAside() {
    return this.#requests.send("PATCH", "/admin/checkup", { body: { set_aside: true } })
  }

  /**
   * @param {Record<string, string | null>} flags
   * @param {string} why
   */
  changeRollout(flags, why) {
    const body = { flags, ...(why !== "" && { why }) }
    return this.#requests.send("PATCH", "/admin/rollout", { body })
  }

  /**
   * @param {Typed} typed
   * @returns {Promise<Report>}
   */
  async check(typed) {
    const fields = await this.#requests.send("POST", "/admin/model/check", { body: body(typed) })
    return {
      findings: texts(fields.findings),
      models: texts(fields.models),
      isWell: fields.is_well === true,
    }
  }
}

/** @param {Typed} typed */
function body({ provider, address, model, key }) {
  return { provider, base_url: address, model, ...(key !== "" && { api_key: key }) }
}

/**
 * @param {import("./fields.js").Fields} fields
 * @returns {Connection}
 */
function connectionFrom(fields) {
  const provider = text(fields.provider)
  return {
    provider: provider === "openai" || provider === "anthropic" ? provider : "builtin",
    address: text(fields.base_url),
    model: text(fields.model),
    hasKey: fields.has_key === true,
    isConfigured: fields.source === "configuration",
  }
}
