// What is known about the reader, to see and to correct.

import { element, keepInOrder, report } from "../dom.js"
import { ProfileField } from "./profile-field.js"

/** @typedef {import("../api.js").Profile} Profile */
/** @typedef {Profile["steps"][number]} Step */

export class ProfilePanel extends HTMLElement {
  #steps = element("div", { class: "profile-steps" })
  #dialog = element(
    "dialog",
    { class: "dialog" },
    element("p", {}, "Forget everything that you have told about yourself? Conversations stay."),
    element(
      "form",
      { method: "dialog", class: "dialog-actions" },
      element("button", { class: "button", value: "keep" }, "Keep it"),
      element("button", { class: "button alarming", value: "forget" }, "Forget everything"),
    ),
  )
  #forget = element(
    "button",
    { type: "button", class: "button forget", onclick: () => this.#dialog.showModal() },
    "Forget everything",
  )
  /** @type {Map<string, HTMLElement>} */
  #sections = new Map()
  /** @type {Map<string, Map<string, ProfileField>>} */
  #fields = new Map()

  connectedCallback() {
    this.append(this.#steps, this.#forget, this.#dialog)
    this.#dialog.addEventListener("close", this.#closed)
  }

  disconnectedCallback() {
    this.#dialog.removeEventListener("close", this.#closed)
  }

  /** @param {import("../chat-state.js").ChatState} state */
  show({ profile }) {
    if (!profile) return
    this.#forget.hidden = profile.version === 0
    keepInOrder(this.#steps, this.#sections, profile.steps, {
      key: (step) => step.id,
      make: (step) =>
        element(
          "section",
          { class: "profile-step" },
          element("h2", {}, step.title),
          element("div", { class: "profile-fields" }),
        ),
      update: (section, step) => this.#showFields(section, step, profile),
    })
  }

  /**
   * @param {HTMLElement} section
   * @param {Step} step
   * @param {Profile} profile
   */
  #showFields(section, step, profile) {
    const list = section.lastElementChild
    if (!(list instanceof HTMLElement)) return
    const views = this.#fields.get(step.id) ?? new Map()
    this.#fields.set(step.id, views)
    keepInOrder(list, views, step.fields, {
      key: (field) => field.id,
      make: () => new ProfileField(),
      update: (view, field) => view.show(field, { isNext: field.id === profile.nextId }),
    })
  }

  #closed = () => {
    if (this.#dialog.returnValue === "forget") report(this, "profile-forget")
    this.#dialog.returnValue = ""
  }
}
