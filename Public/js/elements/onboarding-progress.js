// How far the onboarding is.

import { element, setText } from "../dom.js"
import { answers } from "../growth-rings.js"
import { say } from "../words.js"
import { GrowthRings } from "./growth-rings.js"

export class OnboardingProgress extends HTMLElement {
  #rings = new GrowthRings()
  #step = element("span", { class: "progress-step" })
  #count = element("span", { class: "progress-count" })

  connectedCallback() {
    this.append(this.#rings, element("span", { class: "progress-text" }, this.#step, this.#count))
  }

  /** @param {import("../chat-state.js").ChatState} state */
  show({ profile }) {
    this.hidden = profile === null || profile.steps.length === 0
    if (!profile) return
    const step = profile.steps.find(({ fields }) => fields.some(({ id }) => id === profile.nextId))
    this.#rings.show(profile)
    setText(this.#step, profile.isCompleted ? say("onboarding.done") : step?.title ?? "")
    const { answered, count } = answers(profile)
    setText(this.#count, `${answered} / ${count}`)
  }
}
