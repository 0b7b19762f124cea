// How a reader wants to read.

import { element, report } from "../dom.js"

/** @typedef {import("../chat-state.js").ChatState} ChatState */

export class ViewSettings extends HTMLElement {
  #keeps = element("input", {
    type: "checkbox",
    onchange: () => report(this, "settings-change", { keeps: this.#keeps.checked ? "yes" : "no" }),
  })

  connectedCallback() {
    this.append(element("label", {}, this.#keeps, "Keep my question at the top while reading"))
  }

  /** @param {ChatState} state */
  show({ settings }) {
    this.#keeps.checked = settings.keepsQuestionInView
  }
}
