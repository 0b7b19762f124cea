// Beside the title of the open conversation: taking it along as a file.

import { element, report } from "../dom.js"
import { icon } from "../icons.js"
import { say } from "../words.js"

/** Between the button and what it opens. */
const gapPx = 4

export class ConversationMenu extends HTMLElement {
  #choices = element(
    "div",
    { class: "export-choices", popover: "auto" },
    this.#choice("exports.markdown", "markdown"),
    this.#choice("exports.json", "json"),
  )
  #button = element(
    "button",
    {
      type: "button",
      class: "export-button",
      "aria-label": say("exports.conversation"),
      title: say("exports.conversation"),
    },
    icon("download"),
  )
  #id = ""

  connectedCallback() {
    if (this.childElementCount > 0) return
    this.append(this.#button, this.#choices)
    // The browser says whether it is open, closes it again, and gives the focus back.
    this.#button.popoverTargetElement = this.#choices
    this.#choices.addEventListener("toggle", () => this.#place())
  }

  /** @param {import("../chat-state.js").ChatState} state */
  show({ chosenId, conversation }) {
    this.#id = chosenId ?? ""
    // What the server does not have yet makes no file.
    this.hidden = chosenId === null || !conversation?.messages.some(({ isReceived }) => isReceived)
  }

  /**
   * @param {import("../words.js").WordKey} key
   * @param {import("../exports.js").Format} format
   */
  #choice(key, format) {
    const want = () => {
      this.#choices.hidePopover()
      report(this, "conversation-export", { id: this.#id, format })
    }
    return element("button", { type: "button", class: "button", onclick: want }, say(key))
  }

  /** Below the button, within the window. */
  #place() {
    const { bottom, left } = this.#button.getBoundingClientRect()
    const most = innerWidth - this.#choices.offsetWidth - gapPx
    this.#choices.style.top = `${bottom + gapPx}px`
    this.#choices.style.left = `${Math.max(gapPx, Math.min(left, most))}px`
  }
}
