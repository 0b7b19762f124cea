// What a screen reader is told: one status, and one log that gets a finished message once.

import { element } from "../dom.js"
import { say } from "../words.js"

/** @typedef {import("../chat-state.js").ChatState} ChatState */

export class LiveRegions extends HTMLElement {
  #status = element("div", { role: "status", class: "visually-hidden" })
  #log = element("div", {
    role: "log",
    class: "visually-hidden",
    "aria-label": say("announced.log"),
  })
  #statusNumber = 0
  #logNumber = 0

  connectedCallback() {
    this.append(this.#status, this.#log)
  }

  /** @param {ChatState} state */
  show({ status, log }) {
    if (status.number !== this.#statusNumber) {
      this.#statusNumber = status.number
      this.#status.textContent = status.text
    }
    if (log.number !== this.#logNumber) {
      this.#logNumber = log.number
      this.#say(log.text)
    }
  }

  /**
   * Says what a reply says; the transcript holds the older ones.
   *
   * @param {string} markdown
   */
  async #say(markdown) {
    const number = this.#logNumber
    // Loaded with the transcript, which has shown the reply.
    const [{ parseMarkdown }, { plainText }] = await Promise.all([
      import("../markdown/document.js"),
      import("../markdown/tree.js"),
    ])
    if (number !== this.#logNumber) return
    this.#log.replaceChildren(element("p", {}, plainText(parseMarkdown(markdown))))
  }
}
