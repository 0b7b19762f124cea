// What was done a moment ago, and the way back. The last act is shown; those before it come up
// when it is taken back or put away.

import { element, report, setText } from "../dom.js"
import { Holding } from "../holding.js"
import { icon } from "../icons.js"
import { undoKeyName } from "../undo.js"
import { say } from "../words.js"

/** @typedef {import("../undo-state.js").UndoState} UndoState */

export class UndoToasts extends HTMLElement {
  #text = element("span", { class: "toast-text", dir: "auto" })
  #more = element("span", { class: "toast-more", hidden: true })
  #undo = element(
    "button",
    {
      type: "button",
      class: "button undo",
      title: undoKeyName(),
      onclick: () => report(this, "undo-act", { id: this.#id }),
    },
    say("undo.button"),
  )
  #close = element("button", {
    type: "button",
    class: "icon-button small",
    "aria-label": say("undo.close"),
    onclick: () => report(this, "undo-withdraw", { id: this.#id }),
  }, icon("close"))
  #holding = new Holding({
    began: () => report(this, "undo-hold"),
    ended: () => report(this, "undo-release"),
  })
  #id = ""

  connectedCallback() {
    if (this.childElementCount > 0) return
    const toast = element(
      "div",
      { class: "toast" },
      this.#text,
      this.#more,
      this.#undo,
      this.#close,
    )
    this.append(toast)
    this.addEventListener("pointerenter", () => this.#holding.came("pointer"))
    this.addEventListener("pointerleave", () => this.#holding.went("pointer"))
    this.addEventListener("focusin", () => this.#holding.came("focus"))
    this.addEventListener("focusout", ({ relatedTarget }) => {
      const isWithin = relatedTarget instanceof Node && this.contains(relatedTarget)
      if (!isWithin) this.#holding.went("focus")
    })
  }

  /** @param {UndoState} state */
  show({ undoables }) {
    const last = undoables[undoables.length - 1]
    const hadFocus = this.contains(document.activeElement)
    if (last) {
      const before = undoables.length - 1
      this.#id = last.id
      setText(this.#text, last.sentence)
      setText(this.#more, say("undo.more", { count: before }))
      this.#more.hidden = before === 0
      // Not `disabled`, which would take the focus away.
      this.#undo.setAttribute("aria-disabled", String(last.isBeingUndone))
    }
    this.#float(last !== undefined)
    if (hadFocus && !last) report(this, "chat-focus-lost")
  }

  /**
   * Above everything, the open drawer too.
   *
   * @param {boolean} isNeeded
   */
  #float(isNeeded) {
    if (isNeeded === this.matches(":popover-open")) return
    if (isNeeded) {
      this.showPopover()
    } else {
      this.hidePopover()
      this.#holding.over()
    }
  }
}
