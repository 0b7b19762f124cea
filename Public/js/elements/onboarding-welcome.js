// What the onboarding begins with.

import { element, report, setText } from "../dom.js"
import { icon } from "../icons.js"
import { say } from "../words.js"
import { GrowthRings } from "./growth-rings.js"

export class OnboardingWelcome extends HTMLElement {
  #rings = new GrowthRings()
  #steps = element("p", { class: "welcome-steps" })
  #question = element("p", { class: "welcome-question" })
  #why = element("p", { class: "welcome-text" })
  #title = element("h2", { class: "welcome-title" }, say("onboarding.welcome"))
  #text = element("p", { class: "welcome-text" }, say("onboarding.how"))
  #again = element(
    "button",
    { type: "button", class: "button", onclick: () => report(this, "chat-reopen") },
    icon("again"),
    say("welcome.again"),
  )

  connectedCallback() {
    const words = [this.#title, this.#text, this.#question, this.#why]
    this.append(this.#rings, this.#steps, ...words, this.#again)
  }

  /** @param {import("../chat-state.js").ChatState} state */
  show({ conversation, conversationPhase, profile, hint }) {
    const isEmpty = conversation === null || conversation.messages.length === 0
    // It comes whole, so that nothing moves; without an answer it says at least what this is.
    const isComing = profile === null && hint === null
    this.hidden = !isEmpty || isComing || conversationPhase === "loading"
    const fields = profile?.steps.flatMap((step) => step.fields) ?? []
    const next = fields.find(({ id }) => id === profile?.nextId)
    const isOff = profile !== null && profile.steps.length === 0
    this.#rings.hidden = profile === null || isOff
    if (profile) this.#rings.show(profile)
    setText(this.#steps, profile?.steps.map(({ title }) => title).join(" · ") ?? "")
    const nothing = profile ? say("onboarding.nothingLeft") : ""
    setText(this.#question, isOff ? say("onboarding.off") : next?.question ?? nothing)
    setText(this.#why, next?.why ?? "")
    this.#again.hidden = conversationPhase !== "failed"
  }
}
