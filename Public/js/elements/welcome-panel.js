// What is shown before there is anything to read.

import { element, report, setText } from "../dom.js"
import { icon } from "../icons.js"

/** @typedef {import("../chat-state.js").ChatState} ChatState */

const starters = [
  { title: "Run my first 5 km", text: "I would like a plan for my first 5 km run." },
  { title: "Train twice a week", text: "Give me a strength workout for two days a week." },
  { title: "Sleep better", text: "I sleep badly and I am tired. What helps?" },
  { title: "Begin a small habit", text: "I want to begin a small habit. Help me choose one." },
]

/** @type {Readonly<Record<string, { title: string, text: string }>>} */
const words = {
  new: {
    title: "What would you like to grow?",
    text: "Begin with a question, or with one of these.",
  },
  missing: {
    title: "This conversation is not here",
    text: "It may have been deleted, or belong to somebody else.",
  },
  failed: { title: "This conversation could not be loaded", text: "" },
}

export class WelcomePanel extends HTMLElement {
  #title = element("h2", { class: "welcome-title" })
  #text = element("p", { class: "welcome-text" })
  #starters = element(
    "ul",
    { class: "starters" },
    ...starters.map(({ title, text }) =>
      element(
        "li",
        {},
        element(
          "button",
          {
            type: "button",
            class: "starter",
            onclick: () => report(this, "chat-suggest", { text }),
          },
          element("span", { class: "starter-title" }, title),
          element("span", { class: "starter-text" }, text),
        ),
      )
    ),
  )
  #again = element(
    "button",
    { type: "button", class: "button", onclick: () => report(this, "chat-reopen") },
    icon("again"),
    "Try again",
  )

  #startNew = element(
    "button",
    { type: "button", class: "button", onclick: () => report(this, "chat-choose", { id: null }) },
    icon("compose"),
    "Begin a new conversation",
  )

  connectedCallback() {
    const buttons = [this.#again, this.#startNew]
    this.append(icon("rings"), this.#title, this.#text, this.#starters, ...buttons)
  }

  /** @param {ChatState} state */
  show({ conversation, conversationPhase }) {
    const isEmpty = conversation !== null && conversation.messages.length === 0
    const phase = isEmpty ? "new" : conversationPhase
    const said = words[phase]
    this.hidden = said === undefined
    if (!said) return
    setText(this.#title, said.title)
    setText(this.#text, said.text)
    this.#starters.hidden = phase !== "new"
    this.#again.hidden = phase !== "failed"
    this.#startNew.hidden = phase !== "missing"
  }
}
