// What is known about the reader, to see and to correct.

import { element, keepInOrder, report } from "../dom.js"
import { ProfileField } from "./profile-field.js"
import { say } from "../words.js"

/** @typedef {import("../api.js").Profile} Profile */
/** @typedef {Profile["steps"][number]} Step */

export class ProfilePanel extends HTMLElement {
  #steps = element("div", { class: "profile-steps" })
  #isAsking
  #facts = element("ul", { class: "profile-facts", id: "facts" })
  #factViews = new Map()
  #memory = element(
    "section",
    { class: "profile-step", hidden: true },
    this.#facts,
  )
  #download = element(
    "a",
    { class: "button", href: "/api/v1/about-me", download: "about-me.json" },
    say("profile.download"),
  )
  #forget = element(
    "button",
    { type: "button", class: "button forget", onclick: () => report(this, "profile-forget") },
    say("profile.forgetAll"),
  )
  /** @type {Map<string, HTMLElement>} */
  #sections = new Map()
  /** @type {Map<string, Map<string, ProfileField>>} */
  #fields = new Map()

  /** @param {boolean} isAsking Whether it stands beside the questions, or is a part of a page. */
  constructor(isAsking = true) {
    super()
    this.#isAsking = isAsking
    this.#memory.prepend(this.#heading(say("profile.remembered")))
  }

  connectedCallback() {
    const actions = element("div", { class: "profile-actions" }, this.#download, this.#forget)
    this.append(this.#steps, this.#memory, actions)
  }

  /** @param {import("../chat-state.js").ChatState} state */
  show({ profile, memory, settings }) {
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
          this.#heading(step.title),
          element("div", { class: "profile-fields" }),
        ),
      update: (section, step) => this.#showFields(section, step, profile, settings.units),
    })
  }

  /** @param {string} text */
  #heading(text) {
    return element(this.#isAsking ? "h2" : "h3", {}, text)
  }

  /**
   * @param {HTMLElement} section
   * @param {Step} step
   * @param {Profile} profile
   * @param {import("../units.js").Units} units
   */
  #showFields(section, step, profile, units) {
    const list = section.lastElementChild
    if (!(list instanceof HTMLElement)) return
    const views = this.#fields.get(step.id) ?? new Map()
    this.#fields.set(step.id, views)
    keepInOrder(list, views, step.fields, {
      key: (field) => field.id,
      make: () => new ProfileField(),
      update: (view, field) =>
        view.show(field, { isNext: this.#isAsking && field.id === profile.nextId, units }),
    })
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
    "aria-label": say("profile.remembered"),
    defaultValue: text,
    onchange: () => {
      const detail = { id, text: input.value }
      view.dispatchEvent(new CustomEvent("fact-edit", { bubbles: true, detail }))
    },
  })
  const forget = element(
    "button",
    { type: "button", class: "button", onclick: () => report(view, "fact-forget", { id }) },
    say("profile.forget"),
  )
  view.replaceChildren(input, forget)
}
