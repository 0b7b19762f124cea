// What is shown while a reply has no text yet: what happens, for how long, and what it waits for.

import { element, setText } from "../dom.js"
import { waitingLine } from "../waiting.js"

/** @typedef {import("../waiting.js").Way} Way */
/** @typedef {import("../waiting.js").Habits} Habits */
/** @typedef {Parameters<typeof waitingLine>[0]} Waited */

export class ReplyWaiting extends HTMLElement {
  #text = element("span", { class: "waiting-text" })
  #slow = element("span", { class: "waiting-slow", hidden: true })
  #bar = element("span", { class: "waiting-bar", "aria-hidden": "true" })
  /** @type {{ waited: Waited, habits: Habits } | null} */
  #shown = null
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer

  connectedCallback() {
    this.append(this.#text, this.#slow, this.#bar)
  }

  disconnectedCallback() {
    this.#rest()
  }

  /**
   * @param {Waited | null} waited Nothing hides it.
   * @param {Habits} habits
   */
  show(waited, habits) {
    this.hidden = waited === null
    if (waited === null) return this.#rest()
    this.#shown = { waited, habits }
    this.#tick()
    this.#timer ??= setInterval(() => this.#tick(), 500)
  }

  #tick() {
    if (!this.#shown) return
    const { text, slow } = waitingLine(this.#shown.waited, this.#shown.habits, Date.now())
    setText(this.#text, text)
    this.#slow.hidden = slow === null
    setText(this.#slow, slow ?? "")
  }

  #rest() {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#shown = null
  }
}
