// Whether something is to be remembered: the reader decides.

import { element, setText } from "../dom.js"
import { say } from "../words.js"

/** @type {Readonly<Record<string, import("../words.js").WordKey>>} */
const outcomes = { yes: "proposal.remembered", never: "proposal.neverAgain" }

export class FactProposal extends HTMLElement {
  #text = element("p", { class: "proposal-text" })
  #input = element("input", {
    type: "text",
    maxLength: 300,
    required: true,
    "aria-label": say("proposal.label"),
    hidden: true,
  })
  #edit = element(
    "button",
    { type: "button", class: "button", onclick: () => this.#beginEditing() },
    say("proposal.edit"),
  )
  #form = element(
    "form",
    { class: "proposal", onsubmit: (event) => this.#submitted(event) },
    element("p", { class: "proposal-question" }, say("proposal.question")),
    this.#text,
    this.#input,
    element(
      "div",
      { class: "proposal-actions" },
      element("button", { class: "button" }, say("proposal.remember")),
      this.#edit,
      element(
        "button",
        { type: "button", class: "button", onclick: () => this.#answer("no") },
        say("proposal.notNow"),
      ),
      element(
        "button",
        { type: "button", class: "button", onclick: () => this.#answer("never") },
        say("proposal.never"),
      ),
    ),
  )
  #outcome = element("p", { class: "proposal-outcome", hidden: true })
  #id = ""
  #proposed = ""

  connectedCallback() {
    this.append(this.#form, this.#outcome)
  }

  /** @param {{ id: string, text: string, answer: string | null }} proposal */
  show({ id, text, answer }) {
    this.#id = id
    if (text !== this.#proposed) this.#input.value = text
    this.#proposed = text
    setText(this.#text, say("proposal.text", { text }))
    this.#form.hidden = answer !== null
    this.#outcome.hidden = answer === null
    setText(this.#outcome, say(outcomes[answer ?? ""] ?? "proposal.notRemembered"))
  }

  #beginEditing() {
    this.#text.hidden = true
    this.#input.hidden = false
    this.#edit.hidden = true
    this.#input.focus()
  }

  /** @param {Event} event */
  #submitted(event) {
    event.preventDefault()
    this.#answer("yes")
  }

  /** @param {"yes" | "no" | "never"} answer */
  #answer(answer) {
    const text = answer === "yes" ? this.#input.value.trim() || this.#proposed : this.#proposed
    const detail = { proposal: this.#id, answer, text }
    this.dispatchEvent(new CustomEvent("fact-answer", { bubbles: true, detail }))
  }
}
