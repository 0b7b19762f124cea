// What a screen reader is told: one status, and one log that gets a finished message once.

import { element } from "../dom.js"
import { parseMarkdown } from "../markdown/document.js"
import { plainText } from "../markdown/tree.js"

/** @typedef {import("../chat-state.js").ChatState} ChatState */

export class LiveRegions extends HTMLElement {
  #status = element("div", { role: "status", class: "visually-hidden" })
  #log = element("div", { role: "log", class: "visually-hidden", "aria-label": "Responses" })
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
      // The transcript holds the older ones.
      this.#log.replaceChildren(element("p", {}, plainText(parseMarkdown(log.text))))
    }
  }
}
