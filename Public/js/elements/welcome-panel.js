// What is shown before there is anything to read.

import { element, report, setText } from "../dom.js"
import { icon } from "../icons.js"

/** @typedef {import("../chat-state.js").ChatState} ChatState */

const starters = [
  { title: "Plan my week", text: "Help me plan my week. Ask me what has to be done first." },
  { title: "Begin a small habit", text: "I want to begin a small habit. Help me choose one." },
  {
    title: "Think something through",
    text: "I have a decision to make. Think it through with me.",
  },
  { title: "Learn a new thing", text: "Teach me something worth knowing, step by step." },
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
          { type: "button", class: "starter", onclick: () => report(this, "chat-ask", { text }) },
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
