// The box above the list in which a reader looks for words.

import { element, report } from "../dom.js"
import { icon } from "../icons.js"
import { say } from "../words.js"

export class ConversationSearch extends HTMLElement {
  #box = element("input", {
    type: "search",
    class: "search-box",
    name: "search",
    autocomplete: "off",
    "aria-label": say("search.label"),
    placeholder: say("search.placeholder"),
    "aria-controls": "conversation-results",
    oninput: () => this.#typed(),
  })

  connectedCallback() {
    if (this.childElementCount > 0) return
    this.append(element("search", { class: "search" }, icon("search"), this.#box))
    this.#box.addEventListener("keydown", (event) => this.#pressed(event))
  }

  get isEmpty() {
    return this.#box.value.trim() === ""
  }

  focusBox() {
    this.#box.focus()
  }

  /** Something else has taken the place of what was found. */
  clear() {
    this.#box.value = ""
  }

  #typed() {
    report(this, "list-act", { act: "search", words: this.#box.value })
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.isComposing) return
    if (event.key === "ArrowDown") {
      event.preventDefault()
      report(this, "search-down")
    } else if (event.key === "Escape" && this.#box.value !== "") {
      // The first takes the words away, and only the next closes the drawer.
      event.preventDefault()
      event.stopPropagation()
      this.clear()
      this.#typed()
    }
  }
}

customElements.define("conversation-search", ConversationSearch)
