// What the onboarding begins with.

import { element, report, setText } from "../dom.js"
import { icon } from "../icons.js"

export class OnboardingWelcome extends HTMLElement {
  #question = element("p", { class: "welcome-question" })
  #why = element("p", { class: "welcome-text" })
  #title = element("h2", { class: "welcome-title" }, "Let's get to know you")
  #text = element(
    "p",
    { class: "welcome-text" },
    "A few questions, so that what the assistants suggest fits you. Answer in your own words, several at once if you like, or say “skip”.",
  )
  #again = element(
    "button",
    { type: "button", class: "button", onclick: () => report(this, "chat-reopen") },
    icon("again"),
    "Try again",
  )

  connectedCallback() {
    this.append(icon("rings"), this.#title, this.#text, this.#question, this.#why, this.#again)
  }

  /** @param {import("../chat-state.js").ChatState} state */
  show({ conversation, conversationPhase, profile }) {
    const isEmpty = conversation === null || conversation.messages.length === 0
    this.hidden = !isEmpty || conversationPhase === "loading"
    const fields = profile?.steps.flatMap((step) => step.fields) ?? []
    const next = fields.find(({ id }) => id === profile?.nextId)
    const isOff = profile !== null && profile.steps.length === 0
    setText(
      this.#question,
      isOff
        ? "Nothing is asked on this server."
        : next?.question ?? (profile ? "Nothing is left to ask." : ""),
    )
    setText(this.#why, next?.why ?? "")
    this.#again.hidden = conversationPhase !== "failed"
  }
}
