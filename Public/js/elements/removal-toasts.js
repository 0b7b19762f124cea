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
    this.hidden = removals.length === 0
    if (hadFocus && !this.contains(document.activeElement)) report(this, "chat-focus-lost")
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
