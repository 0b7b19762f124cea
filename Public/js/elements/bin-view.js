// What was deleted and is not gone for good yet.

import { element, keepInOrder, report, setText } from "../dom.js"
import { icon } from "../icons.js"
import { nameOf } from "../shelf.js"
import { daysLeft } from "../side-state.js"
import { say } from "../words.js"

/** @typedef {import("../chat-state.js").ChatState} ChatState */
/** @typedef {import("../shelf-api.js").Summary} Summary */

export class BinView extends HTMLElement {
  #note = element("p", { class: "list-note" }, say("bin.note"))
  #list = element("div", { class: "bin-rows", role: "list", "aria-label": say("list.bin") })
  #empty = element(
    "button",
    { type: "button", class: "button empty-bin", onclick: () => this.#ask() },
    icon("remove"),
    say("bin.emptyIt"),
  )
  /** @type {Map<string, BinRow>} */
  #rows = new Map()

  connectedCallback() {
    if (this.childElementCount > 0) return
    this.append(this.#note, this.#list, this.#empty)
  }

  /** @param {ChatState} state */
  show({ side }) {
    if (side.kind !== "bin") return
    const hadFocus = this.contains(document.activeElement)
    const now = Date.now()
    keepInOrder(this.#list, this.#rows, side.summaries, {
      key: (summary) => summary.id,
      make: () => new BinRow(),
      update: (row, summary) => row.show(summary, now),
    })
    const isEmpty = side.summaries.length === 0
    for (const part of [this.#note, this.#list, this.#empty]) part.hidden = isEmpty
    if (hadFocus && !this.contains(document.activeElement)) this.#keepFocus()
  }

  /** A row was restored, and its button is gone. */
  #keepFocus() {
    const [first] = this.#rows.values()
    if (first) first.focusButton()
    else report(this, "list-before")
  }

  /** Asks, because this cannot be taken back; nothing else is asked about. */
  #ask() {
    const dialog = element(
      "dialog",
      {
        class: "dialog",
        "aria-labelledby": "empty-bin-question",
        onclose: () => {
          if (dialog.returnValue === "empty") report(this, "list-act", { act: "empty" })
          dialog.remove()
        },
      },
      element("h2", { id: "empty-bin-question", class: "dialog-heading" }, say("bin.question")),
      element("p", { class: "dialog-text" }, say("bin.warning")),
      element(
        "form",
        { method: "dialog", class: "dialog-buttons" },
        element("button", { class: "button alarming", value: "empty" }, say("bin.emptyIt")),
        element("button", { class: "button", value: "keep", autofocus: true }, say("bin.keep")),
      ),
    )
    // Its Escape is not the list's, which would close the bin around it.
    dialog.addEventListener("keydown", (event) => event.stopPropagation())
    this.append(dialog)
    dialog.showModal()
  }
}

class BinRow extends HTMLElement {
  #title = element("span", { class: "conversation-title", dir: "auto" })
  #left = element("span", { class: "bin-left" })
  #restore = element(
    "button",
    {
      type: "button",
      class: "button bin-restore",
      onclick: () => report(this, "list-act", { act: "restore", id: this.#id }),
    },
    say("bin.restore"),
  )
  #id = ""

  connectedCallback() {
    if (this.childElementCount > 0) return
    this.setAttribute("role", "listitem")
    this.append(element("span", { class: "bin-words" }, this.#title, this.#left), this.#restore)
  }

  focusButton() {
    this.#restore.focus()
  }

  /**
   * @param {Summary} summary
   * @param {number} now
   */
  show(summary, now) {
    const name = nameOf(summary)
    const count = daysLeft(summary.deletedAt ?? now, now)
    this.#id = summary.id
    setText(this.#title, name)
    this.#title.title = name
    setText(this.#left, count <= 1 ? say("bin.today") : say("bin.left", { count }))
    this.#restore.setAttribute("aria-label", say("bin.restoreThis", { title: name }))
  }
}

customElements.define("bin-row", BinRow)
