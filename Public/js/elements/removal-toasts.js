// What was deleted a moment ago, and the way back.

import { element, keepInOrder, report } from "../dom.js"

/** @typedef {import("../chat-state.js").ChatState} ChatState */

export class RemovalToasts extends HTMLElement {
  /** @type {Map<string, HTMLElement>} */
  #toasts = new Map()

  /** @param {ChatState} state */
  show({ removals }) {
    const hadFocus = this.contains(document.activeElement)
    keepInOrder(this, this.#toasts, removals, {
      key: (removal) => removal.id,
      make: ({ id, title }) => this.#toast(id, title),
      update: () => {},
    })
    this.#float(removals.length > 0)
    if (hadFocus && !this.contains(document.activeElement)) report(this, "chat-focus-lost")
  }

  /** Puts the way back under the reader's hand. */
  focusLatest() {
    const buttons = this.querySelectorAll("button")
    buttons[buttons.length - 1]?.focus()
  }

  /**
   * Above everything, the open drawer too.
   *
   * @param {boolean} isNeeded
   */
  #float(isNeeded) {
    if (isNeeded === this.matches(":popover-open")) return
    if (isNeeded) this.showPopover()
    else this.hidePopover()
  }

  /**
   * @param {string} id
   * @param {string} title
   */
  #toast(id, title) {
    const undo = element("button", {
      type: "button",
      class: "button undo",
      onclick: () => report(this, "chat-undo", { id }),
    }, "Undo")
    return element(
      "div",
      { class: "toast" },
      element("span", { class: "toast-text" }, `Deleted “${title || "Untitled"}”`),
      undo,
    )
  }
}
