// The account: how to get one, or its password, its recovery codes, and the way out.

import { element, setText } from "../dom.js"
import { SecondFactor } from "../elements/second-factor.js"
import { asProblem } from "../problem.js"
import { say } from "../words.js"
import { AccountKeys } from "./account-keys.js"
import { card } from "./choosing.js"

/** @typedef {import("../account-api.js").Standing} Standing */
/** @typedef {import("../account-api.js").AccountAPI} AccountAPI */

/** Where the login page leads back to. */
const back = `/login?then=${encodeURIComponent("/settings")}`

export class AccountSettings extends HTMLElement {
  /** @type {AccountAPI | null} */
  #api = null
  #who = element("p")
  #ways = element(
    "div",
    { class: "account-buttons" },
    element("a", { class: "button", href: `${back}#sign-up` }, say("login.signUp")),
    element("a", { class: "button", href: `${back}#sign-in` }, say("login.signIn")),
  )
  #old = this.#passwordField("account-old", say("account.oldPassword"), "current-password")
  #new = this.#passwordField("account-new", say("login.newPassword"), "new-password")
  #changed = element("p", { role: "status", class: "account-outcome" })
  #change = element(
    "form",
    {
      class: "account-form",
      "aria-labelledby": "account-change",
      onsubmit: this.#changing.bind(this),
    },
    element("h3", { id: "account-change" }, say("account.changePassword")),
    this.#hiddenName(),
    this.#old.node,
    this.#new.node,
    element("p", { class: "help" }, say("account.changePassword.help")),
    this.#changed,
    element("button", { class: "button", type: "submit" }, say("account.changePassword")),
  )
  #left = element("p", { class: "help" })
  #codePassword = this.#passwordField("account-code", say("login.password"), "current-password")
  #codes = element("ol", {
    class: "recovery-codes",
    hidden: true,
    "aria-label": say("account.codes"),
  })
  #made = element("p", { role: "status", class: "account-outcome" })
  #recovery = element(
    "form",
    {
      class: "account-form",
      "aria-labelledby": "account-codes",
      onsubmit: this.#making.bind(this),
    },
    element("h3", { id: "account-codes" }, say("account.codes")),
    element("p", { class: "help" }, say("account.codes.help")),
    this.#left,
    this.#hiddenName(),
    this.#codePassword.node,
    this.#made,
    this.#codes,
    element("button", { class: "button", type: "submit" }, say("account.codes.make")),
  )
  #factor = new SecondFactor()
  #keys = new AccountKeys()
  #out = element(
    "button",
    { class: "button", type: "button", onclick: () => this.#signOut() },
    say("account.signOut"),
  )

  connectedCallback() {
    this.append(
      card(
        "account",
        say("settings.account"),
        this.#who,
        this.#ways,
        this.#change,
        this.#recovery,
        this.#factor,
        this.#keys,
        element("div", { class: "account-buttons" }, this.#out),
      ),
    )
    this.#show(null)
  }

  /** @param {AccountAPI} api */
  async use(api) {
    this.#api = api
    try {
      const standing = await api.standing()
      this.#show(standing)
      this.#factor.use(api, standing.account?.secondFactor === "on", () => this.use(api))
      const { account, hasPasswords } = standing
      if (account) await this.#keys.use(api, { isAdmin: account.isAdmin, hasPasswords })
    } catch (error) {
      setText(this.#who, asProblem(error).message)
    }
  }

  /** @param {Standing | null} standing Nothing until it is known. */
  #show(standing) {
    const account = standing?.account ?? null
    const who = account ? say("account.signedInAs", { name: account.name }) : say("account.guest")
    setText(this.#who, standing ? who : "")
    this.#ways.hidden = standing === null || account !== null
    for (const node of [this.#keys, this.#out]) node.hidden = account === null
    for (const node of [this.#change, this.#recovery, this.#factor]) {
      node.hidden = account === null || standing?.hasPasswords === false
    }
    /** @type {NodeListOf<HTMLInputElement>} */
    const names = this.querySelectorAll("input[name=username]")
    for (const field of names) field.value = account?.name ?? ""
    setText(this.#left, say("account.codes.left", { count: account?.recoveryCodes ?? 0 }))
  }

  /** @param {Event} event */
  async #changing(event) {
    event.preventDefault()
    await this.#attempt(this.#changed, async (api) => {
      await api.changePassword(this.#old.input.value, this.#new.input.value)
      this.#old.input.value = ""
      this.#new.input.value = ""
      return say("account.passwordChanged")
    })
  }

  /** @param {Event} event */
  async #making(event) {
    event.preventDefault()
    await this.#attempt(this.#made, async (api) => {
      const codes = await api.makeRecoveryCodes(this.#codePassword.input.value)
      this.#codePassword.input.value = ""
      this.#codes.replaceChildren(...codes.map((code) => element("li", {}, code)))
      this.#codes.hidden = false
      setText(this.#left, say("account.codes.left", { count: codes.length }))
      return say("account.codes.made")
    })
  }

  async #signOut() {
    await this.#attempt(this.#changed, async (api) => {
      await api.signOut()
      location.assign("/login#sign-in")
      return ""
    })
  }

  /**
   * @param {HTMLElement} outcome Where it is said what came of it.
   * @param {(api: AccountAPI) => Promise<string>} act
   */
  async #attempt(outcome, act) {
    if (!this.#api) return
    setText(outcome, "")
    try {
      setText(outcome, await act(this.#api))
      outcome.classList.remove("wrong")
    } catch (error) {
      setText(outcome, asProblem(error).message)
      outcome.classList.add("wrong")
    }
  }

  /**
   * @param {string} id
   * @param {string} label
   * @param {AutoFill} autocomplete
   */
  #passwordField(id, label, autocomplete) {
    const input = element("input", {
      id,
      type: "password",
      autocomplete,
      maxLength: 256,
      required: true,
    })
    const node = element(
      "div",
      { class: "account-field" },
      element("label", { htmlFor: id }, label),
      input,
    )
    return { node, input }
  }

  /** Tells a browser that keeps passwords whose these are. */
  #hiddenName() {
    return element("input", { name: "username", autocomplete: "username", hidden: true })
  }
}
