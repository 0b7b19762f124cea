// Answers to the question that is asked now, to be given with one tap.

import { canAsk } from "../chat-state.js"
import { element, report } from "../dom.js"
import { say } from "../words.js"

/** @typedef {import("../api.js").ProfileField} ProfileField */

/** What the coach and every model understand as leaving a question out. */
const skipping = "skip"

/** More would be a form; those who have several to name write them. */
const mostChips = 6

export class AnswerChips extends HTMLElement {
  /** @type {string | null} The question whose answers stand here. */
  #shownId = null

  connectedCallback() {
    this.setAttribute("role", "group")
    this.setAttribute("aria-label", say("onboarding.answers"))
  }

  /** @param {import("../chat-state.js").ChatState} state */
  show(state) {
    const fields = state.profile?.steps.flatMap((step) => step.fields) ?? []
    const next = fields.find(({ id }) => id === state.profile?.nextId)
    const chips = next ? chipsFor(next) : []
    const hadFocus = this.contains(document.activeElement)
    // Their room is kept, so that nothing moves while somebody answers.
    const isIdle = chips.length === 0 || !canAsk(state)
    this.toggleAttribute("data-idle", isIdle)
    if (isIdle && hadFocus) report(this, "chat-focus-lost")
    if (next?.id === this.#shownId) return
    this.#shownId = next?.id ?? null
    this.replaceChildren(...chips.map(({ label, text }) => this.#chip(label, text)))
  }

  /**
   * @param {string} label
   * @param {string} text
   */
  #chip(label, text) {
    const onclick = () => report(this, "chat-suggest", { text })
    return element("button", { type: "button", class: "chip", onclick }, label)
  }
}

/**
 * @param {ProfileField} field
 * @returns {{ label: string, text: string }[]}
 */
function chipsFor({ type, choices, isRequired }) {
  const given = type === "choice" && choices.length <= mostChips
    ? choices.map(({ label }) => ({ label, text: label }))
    : []
  return isRequired ? given : [...given, { label: say("onboarding.skip"), text: skipping }]
}
