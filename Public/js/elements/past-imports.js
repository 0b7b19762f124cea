// What was brought along before, to take back or to bring back.

import { element, keepInOrder, report, setText } from "../dom.js"
import { momentOf, productOf } from "../imports/naming.js"
import { say } from "../words.js"

/** @typedef {import("../imports/imports-api.js").PastImport} PastImport */

export class PastImports extends HTMLElement {
  #list = element("ul", { class: "past-imports" })
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map()
  #problem = element("p", { class: "import-trouble", hidden: true })

  connectedCallback() {
    if (this.childElementCount > 0) return
    this.append(element("h4", {}, say("imports.past")), this.#problem, this.#list)
  }

  /**
   * @param {readonly PastImport[]} past
   * @param {string | null} problem
   */
  show(past, problem) {
    this.hidden = past.length === 0 && problem === null
    this.#problem.hidden = problem === null
    setText(this.#problem, problem ?? "")
    keepInOrder(this.#list, this.#rows, past, {
      key: ({ id }) => id,
      make: () =>
        element(
          "li",
          { class: "past-import" },
          element("span", {}),
          element("button", { type: "button", class: "button" }),
        ),
      update: (row, item) => this.#showRow(row, item),
    })
  }

  /**
   * @param {HTMLElement} row
   * @param {PastImport} item
   */
  #showRow(row, { id, source, createdAt, count, isUndone }) {
    const [about, button] = row.children
    if (!about || !(button instanceof HTMLButtonElement)) return
    const what = { product: productOf(source), when: momentOf(createdAt), count }
    setText(about, isUndone ? say("imports.past.undone", what) : say("imports.past.line", what))
    setText(button, isUndone ? say("imports.past.restore") : say("imports.past.undo"))
    const label = { what: button.textContent ?? "", product: what.product, when: what.when }
    button.setAttribute("aria-label", say("imports.past.label", label))
    button.onclick = () => report(this, isUndone ? "import-restore" : "import-undo", { id })
  }
}

customElements.define("past-imports", PastImports)
