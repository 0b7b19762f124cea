// The second factor of an account: setting it up with an authenticator app, and switching it off.

import { element, setText } from "../dom.js"
import { LateModule } from "../late-module.js"
import { asProblem } from "../problem.js"
import { say } from "../words.js"

/** @typedef {import("../account-api.js").AccountAPI} AccountAPI */

let made = 0

export class SecondFactor extends HTMLElement {
  /** @type {AccountAPI | null} */
  #api = null
  /** @type {() => Promise<void>} */
  #changed = async () => {}
  #id = made++
  #password = this.#field("password", say("login.password"), {
    type: "password",
    autocomplete: "current-password",
  })
  #secret = element("code", { class: "factor-secret" })
  #address = element("a", {}, say("factor.open"))
  #picture = element("div", { class: "factor-picture" })
  /** @type {LateModule<typeof import("../qr/qr-drawing.js")>} */
  #drawing = new LateModule((again) => import(`../qr/qr-drawing.js${again}`))
  #offer = element(
    "div",
    { class: "factor-offer", hidden: true },
    element("p", {}, say("factor.typeIn")),
    this.#picture,
    element("p", {}, this.#secret),
    element("p", {}, this.#address),
  )
  #digits = this.#field("digits", say("login.factor"), {
    autocomplete: "one-time-code",
    inputMode: "text",
    maxLength: 40,
  })
  #outcome = element("p", { role: "status", class: "account-outcome" })
  #button = element("button", { class: "button", type: "submit" })
  /** @type {"off" | "offered" | "on"} */
  #state = "off"

  connectedCallback() {
    this.append(
      element(
        "form",
        { class: "account-form", onsubmit: this.#submit.bind(this) },
        element(this.dataset.heading === "h2" ? "h2" : "h3", {}, say("factor.heading")),
        element("p", { class: "help" }, say("factor.help")),
        this.#password.node,
        this.#offer,
        this.#digits.node,
        this.#outcome,
        this.#button,
      ),
    )
    this.#show()
  }

  /**
   * @param {AccountAPI} api
   * @param {boolean} isOn
   * @param {() => Promise<void>} changed Called when it is set up or switched off.
   */
  use(api, isOn, changed) {
    this.#api = api
    this.#changed = changed
    // What is shown to be typed in stays, whatever else is looked at anew.
    if (this.#state !== "offered" || isOn) this.#state = isOn ? "on" : "off"
    this.#show()
  }

  #show() {
    const state = this.#state
    this.#password.node.hidden = state === "offered"
    this.#password.input.required = state !== "offered"
    this.#offer.hidden = state !== "offered"
    this.#digits.node.hidden = state === "off"
    this.#digits.input.required = state !== "off"
    setText(
      this.#button,
      say(
        state === "off"
          ? "factor.setUp"
          : state === "offered"
          ? "factor.confirm"
          : "factor.switchOff",
      ),
    )
  }

  /** @param {Event} event */
  async #submit(event) {
    event.preventDefault()
    if (!this.#api) return
    setText(this.#outcome, "")
    try {
      await this.#act(this.#api)
      this.#outcome.classList.remove("wrong")
    } catch (error) {
      setText(this.#outcome, asProblem(error).message)
      this.#outcome.classList.add("wrong")
    }
    this.#show()
  }

  /** @param {AccountAPI} api */
  async #act(api) {
    switch (this.#state) {
      case "off": {
        const { secret, address } = await api.offerSecondFactor(this.#password.input.value)
        setText(this.#secret, secret.replace(/(.{4})(?=.)/g, "$1 "))
        this.#address.href = address
        this.#state = "offered"
        this.#show()
        this.#digits.input.focus()
        this.#draw(address)
        break
      }
      case "offered":
        await api.confirmSecondFactor(this.#digits.input.value)
        this.#state = "on"
        setText(this.#outcome, say("factor.isOn"))
        await this.#forget()
        break
      case "on":
        await api.removeSecondFactor(this.#password.input.value, this.#digits.input.value)
        this.#state = "off"
        setText(this.#outcome, say("factor.isOff"))
        await this.#forget()
    }
  }

  /**
   * Shows the address to a phone's camera; where the drawing cannot be had, the secret is there.
   *
   * @param {string} address
   */
  async #draw(address) {
    const module = await this.#drawing.get()
    if (module === null || this.#state !== "offered") return
    this.#picture.replaceChildren(module.qrDrawing(address, say("factor.picture")))
  }

  async #forget() {
    this.#password.input.value = ""
    this.#digits.input.value = ""
    setText(this.#secret, "")
    this.#picture.replaceChildren()
    await this.#changed()
  }

  /**
   * @param {string} name
   * @param {string} label
   * @param {Record<string, string | number>} properties
   */
  #field(name, label, properties) {
    const id = `factor-${name}-${this.#id}`
    const input = element("input", { id, ...properties })
    const node = element(
      "div",
      { class: "account-field" },
      element("label", { htmlFor: id }, label),
      input,
    )
    return { node, input }
  }
}
