// The keys with which programs act in a reader's name: making one, seeing it once, ending it.

import { copy } from "../clipboard.js"
import { element, keepInOrder, setText } from "../dom.js"
import { asProblem } from "../problem.js"
import { formatTag, say } from "../words.js"

/** @typedef {import("../account-api.js").AccountAPI} AccountAPI */
/** @typedef {import("../account-api.js").Key} Key */
/** @typedef {import("../account-api.js").Scope} Scope */

const times = new Intl.DateTimeFormat(formatTag, {
  dateStyle: "medium",
  timeStyle: "short",
})
const days = new Intl.DateTimeFormat(formatTag, { dateStyle: "medium" })

/** @type {readonly { value: string, scopes: readonly Scope[], label: string }[]} */
const purposes = [
  { value: "chat", scopes: ["read", "chat"], label: say("keys.chat") },
  { value: "read", scopes: ["read"], label: say("keys.read") },
  { value: "admin", scopes: ["admin"], label: say("keys.admin") },
]

/** How many days a key may be good; the empty one until it is ended. */
const lifetimes = [
  { value: "30", label: say("keys.days", { count: 30 }) },
  { value: "90", label: say("keys.days", { count: 90 }) },
  { value: "365", label: say("keys.days", { count: 365 }) },
  { value: "", label: say("keys.untilEnded") },
]

export class AccountKeys extends HTMLElement {
  /** @type {AccountAPI | null} */
  #api = null
  #list = element("ul", { class: "devices" })
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map()
  #name = element("input", {
    id: "key-name",
    maxLength: 64,
    required: true,
    autocomplete: "off",
  })
  #purpose = element("select", { id: "key-purpose" })
  #lifetime = element("select", { id: "key-lifetime" }, ...options(lifetimes))
  #password = element("input", {
    id: "key-password",
    type: "password",
    autocomplete: "current-password",
    maxLength: 256,
  })
  #passwordField = field(this.#password, say("login.password"))
  #outcome = element("p", { role: "status", class: "account-outcome" })
  #secret = element("code", { class: "factor-secret" })
  #copy = element("button", {
    class: "button",
    type: "button",
    onclick: () => this.#copying(),
  })
  #made = element(
    "div",
    { class: "factor-offer", hidden: true },
    element("p", {}, say("keys.once")),
    element("p", {}, this.#secret),
    this.#copy,
  )
  #question = element("p", { id: "end-key" })
  #dialog = element(
    "dialog",
    { class: "dialog", "aria-labelledby": "end-key" },
    this.#question,
    element(
      "form",
      { method: "dialog", class: "dialog-actions" },
      element(
        "button",
        { class: "button", value: "keep" },
        say("keys.end.keep"),
      ),
      element(
        "button",
        { class: "button alarming", value: "end" },
        say("keys.end"),
      ),
    ),
  )
  #ending = ""

  connectedCallback() {
    this.append(
      element(
        "form",
        {
          class: "account-form",
          "aria-labelledby": "account-keys",
          onsubmit: this.#making.bind(this),
        },
        element("h3", { id: "account-keys" }, say("keys.heading")),
        element("p", { class: "help" }, say("keys.help")),
        this.#list,
        field(this.#name, say("keys.name")),
        field(this.#purpose, say("keys.purpose")),
        field(this.#lifetime, say("keys.lifetime")),
        this.#passwordField,
        this.#outcome,
        this.#made,
        element(
          "button",
          { class: "button", type: "submit" },
          say("keys.make"),
        ),
      ),
      this.#dialog,
    )
    setText(this.#copy, say("keys.copy"))
    this.#dialog.addEventListener("close", this.#closed)
  }

  disconnectedCallback() {
    this.#dialog.removeEventListener("close", this.#closed)
  }

  /**
   * @param {AccountAPI} api
   * @param {{ isAdmin: boolean, hasPasswords: boolean }} who
   */
  async use(api, { isAdmin, hasPasswords }) {
    this.#api = api
    this.#passwordField.hidden = !hasPasswords
    this.#password.required = hasPasswords
    const offered = purposes.filter(({ value }) => isAdmin || value !== "admin")
    if (this.#purpose.options.length !== offered.length) {
      this.#purpose.replaceChildren(...options(offered))
    }
    await this.#attempt(async (api) => {
      await this.#look(api)
      return null
    })
  }

  /** @param {AccountAPI} api */
  async #look(api) {
    const keys = await api.keys()
    keepInOrder(this.#list, this.#rows, keys, {
      key: ({ id }) => id,
      make: (key) => this.#row(key),
      update: (row, key) => setText(row.querySelector(".help") ?? row, about(key)),
    })
    this.#list.hidden = keys.length === 0
  }

  /** @param {Key} key */
  #row(key) {
    return element(
      "li",
      { class: "device" },
      element(
        "div",
        { class: "device-text" },
        element("strong", {}, key.name),
        element("span", { class: "help" }, about(key)),
      ),
      element(
        "button",
        {
          type: "button",
          class: "button",
          "aria-label": say("keys.end.named", { name: key.name }),
          onclick: () => this.#ask(key),
        },
        say("keys.end"),
      ),
    )
  }

  /** @param {Key} key */
  #ask({ id, name }) {
    this.#ending = id
    setText(this.#question, say("keys.end.question", { name }))
    this.#dialog.showModal()
  }

  #closed = async () => {
    const isMeant = this.#dialog.returnValue === "end"
    this.#dialog.returnValue = ""
    if (!isMeant) return
    await this.#attempt(async (api) => {
      await api.endKey(this.#ending)
      await this.#look(api)
      this.#name.focus()
      return say("keys.ended")
    })
  }

  /** @param {Event} event */
  async #making(event) {
    event.preventDefault()
    await this.#attempt(async (api) => {
      const scopes = purposes.find(({ value }) => value === this.#purpose.value)?.scopes ?? []
      const secret = await api.makeKey({
        name: this.#name.value,
        password: this.#passwordField.hidden ? null : this.#password.value,
        scopes,
        days: this.#lifetime.value === "" ? null : Number(this.#lifetime.value),
      })
      this.#name.value = ""
      this.#password.value = ""
      setText(this.#secret, secret)
      setText(this.#copy, say("keys.copy"))
      this.#made.hidden = false
      await this.#look(api)
      this.#copy.focus()
      return say("keys.made")
    })
  }

  async #copying() {
    const hasCopied = await copy(this.#secret.textContent ?? "")
    setText(this.#copy, say(hasCopied ? "keys.copied" : "keys.copy"))
    if (!hasCopied) setText(this.#outcome, say("keys.notCopied"))
  }

  /** @param {(api: AccountAPI) => Promise<string | null>} act Says what came of it; nothing leaves that as it is. */
  async #attempt(act) {
    if (!this.#api) return
    try {
      const said = await act(this.#api)
      if (said === null) return
      setText(this.#outcome, said)
      this.#outcome.classList.remove("wrong")
    } catch (error) {
      setText(this.#outcome, asProblem(error).message)
      this.#outcome.classList.add("wrong")
    }
  }
}

/**
 * What a key is for, until when, and when it was used.
 *
 * @param {Key} key
 */
function about({ scopes, expiresAt, usedAt }) {
  const shown = purposes.filter(({ value }) =>
    value === "read"
      ? scopes.includes("read") && !scopes.includes("chat")
      : scopes.some((scope) => scope === value)
  )
  const until = expiresAt === null
    ? say("keys.untilEnded")
    : expiresAt <= Date.now()
    ? say("keys.expired", { when: days.format(expiresAt) })
    : say("keys.until", { when: days.format(expiresAt) })
  const used = usedAt === null
    ? say("keys.unused")
    : say("devices.used", { when: times.format(usedAt) })
  return [...shown.map(({ label }) => label), until, used].join(" · ")
}

/** @param {readonly { value: string, label: string }[]} offered */
function options(offered) {
  return offered.map(({ value, label }) => element("option", { value }, label))
}

/**
 * @param {HTMLInputElement | HTMLSelectElement} input
 * @param {string} label
 */
function field(input, label) {
  return element(
    "div",
    { class: "account-field" },
    element("label", { htmlFor: input.id }, label),
    input,
  )
}
