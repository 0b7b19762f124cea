// What stands where the page has no more messages: that more are coming, or a way to ask once more.

import { element, report } from "../dom.js"
import { say } from "../words.js"

/** @typedef {import("../conversation.js").Edge} Edge */

const texts = {
  earlier: { loading: say("window.earlier"), failed: say("window.earlierFailed") },
  later: { loading: say("window.later"), failed: say("window.laterFailed") },
}

export class WindowEdge extends HTMLElement {
  #edge
  #note = element("p", { class: "edge-note" })
  #retry = element(
    "button",
    {
      type: "button",
      class: "button",
      onclick: () => report(this, "transcript-more", { edge: this.#edge }),
    },
    say("window.again"),
  )

  /** @param {"earlier" | "later"} edge */
  constructor(edge) {
    super()
    this.#edge = edge
  }

  connectedCallback() {
    this.append(this.#note, this.#retry)
  }

  /** @param {Edge} phase */
  show(phase) {
    this.hidden = phase === "end"
    this.dataset.phase = phase
    this.#note.textContent = texts[this.#edge][phase === "failed" ? "failed" : "loading"]
    this.#retry.hidden = phase !== "failed"
  }
}
