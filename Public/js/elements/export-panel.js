// Taking everything along.

import { element, report } from "../dom.js"
import { say } from "../words.js"

export class ExportPanel extends HTMLElement {
  #problem = element("p", { class: "import-trouble", hidden: true })
  #button = element(
    "button",
    { type: "button", class: "button", onclick: () => this.#wanted() },
    say("exports.everything"),
  )
  #isUnderway = false

  connectedCallback() {
    if (this.childElementCount > 0) return
    this.append(
      element("h3", {}, say("exports.heading")),
      element("p", { class: "help" }, say("exports.help")),
      element("div", {}, this.#button),
      this.#problem,
    )
  }

  /**
   * @param {boolean} isUnderway
   * @param {string | null} problem
   */
  show(isUnderway, problem) {
    this.#isUnderway = isUnderway
    this.#button.setAttribute("aria-disabled", String(isUnderway))
    this.#button.textContent = isUnderway ? say("exports.underway") : say("exports.everything")
    this.#problem.hidden = problem === null
    this.#problem.textContent = problem ?? ""
  }

  #wanted() {
    if (!this.#isUnderway) report(this, "export-everything")
  }
}
