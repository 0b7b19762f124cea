// How far the onboarding is.

import { element, setText } from "../dom.js"

export class OnboardingProgress extends HTMLElement {
  #bar = element("progress", { max: 1, value: 0, "aria-label": "Questions answered" })
  #text = element("span", { class: "progress-text" })

  connectedCallback() {
    this.append(this.#bar, this.#text)
  }

  /** @param {import("../chat-state.js").ChatState} state */
  show({ profile }) {
    this.hidden = profile === null || profile.steps.length === 0
    if (!profile) return
    const step = profile.steps.find(({ fields }) => fields.some(({ id }) => id === profile.nextId))
    this.#bar.value = profile.progress
    const percent = Math.round(100 * profile.progress)
    setText(this.#text, profile.isCompleted ? "All done" : `${step?.title ?? ""} · ${percent} %`)
  }
}
