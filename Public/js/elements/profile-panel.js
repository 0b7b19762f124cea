// What is known about the reader, to see and to correct.

import { element, keepInOrder, report } from "../dom.js"
import { ProfileField } from "./profile-field.js"

/** @typedef {import("../api.js").Profile} Profile */
/** @typedef {Profile["steps"][number]} Step */

export class ProfilePanel extends HTMLElement {
  #steps = element("div", { class: "profile-steps" })
  #facts = element("ul", { class: "profile-facts", id: "facts" })
  #factViews = new Map()
  #memory = element(
    "section",
    { class: "profile-step", hidden: true },
    element("h2", {}, "Remembered"),
    this.#facts,
  )
  #download = element(
    "a",
    { class: "button", href: "/api/v1/about-me", download: "about-me.json" },
    "Download",
  )
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
    const actions = element("div", { class: "profile-actions" }, this.#download, this.#forget)
    this.append(this.#steps, this.#memory, actions, this.#dialog)
    this.#dialog.addEventListener("close", this.#closed)
  }

  disconnectedCallback() {
    this.#dialog.removeEventListener("close", this.#closed)
  }

  /** @param {import("../chat-state.js").ChatState} state */
  show({ profile, memory }) {
    if (!profile) return
    const facts = memory?.facts ?? []
    const isEmpty = profile.version === 0 && facts.length === 0
    this.#forget.hidden = isEmpty
    this.#download.hidden = isEmpty
    this.#memory.hidden = facts.length === 0
    keepInOrder(this.#facts, this.#factViews, facts, {
      key: (fact) => fact.id,
      make: () => element("li", { class: "profile-fact" }),
      update: showFact,
    })
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

/**
 * @param {HTMLElement} view
 * @param {{ id: string, text: string }} fact
 */
function showFact(view, { id, text }) {
  const shown = view.querySelector("input")
  if (shown?.defaultValue === text) return
  const input = element("input", {
    type: "text",
    maxLength: 300,
    "aria-label": "Remembered",
    defaultValue: text,
    onchange: () => {
      const detail = { id, text: input.value }
      view.dispatchEvent(new CustomEvent("fact-edit", { bubbles: true, detail }))
    },
  })
  const forget = element(
    "button",
    { type: "button", class: "button", onclick: () => report(view, "fact-forget", { id }) },
    "Forget",
  )
  view.replaceChildren(input, forget)
}
