// One conversation in a list: its title, what goes on in it, and the way to what can be done.

import { choose } from "../choosing.js"
import { element, report, setText } from "../dom.js"
import { icon } from "../icons.js"
import { addressOf } from "../own-path.js"
import { nameOf } from "../shelf.js"
import { summary } from "../shelf-api.js"
import { say } from "../words.js"

/** @typedef {import("../shelf-api.js").Summary} Summary */
/** @typedef {"running" | "unread" | "none"} Mark */

export class ConversationRow extends HTMLElement {
  #title = element("span", { class: "conversation-title", dir: "auto" })
  #mark = element("span", { class: "conversation-mark", role: "img", hidden: true })
  /** What the arrow keys lead to. */
  link = element(
    "a",
    { class: "conversation-link", onclick: (event) => choose(event, this.summary.id) },
    this.#title,
    this.#mark,
  )
  /** The browser closes a menu before it says that the button was pressed. */
  #wasOpen = false
  /** What its menu opens at. */
  button = element(
    "button",
    {
      type: "button",
      class: "icon-button small menu-button",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      onpointerdown: () => {
        this.#wasOpen = this.button.getAttribute("aria-expanded") === "true"
      },
      onclick: () => {
        if (!this.#wasOpen) this.#want("menu")
        this.#wasOpen = false
      },
    },
    icon("more"),
  )
  summary = summary({ id: "" })
  /** @type {Mark} */
  #shownMark = "none"

  connectedCallback() {
    if (this.childElementCount > 0) return
    this.setAttribute("role", "listitem")
    this.append(this.link, this.button)
    this.link.addEventListener("keydown", (event) => this.#pressed(event))
  }

  /**
   * Lets Tab find this row, or not.
   *
   * @param {boolean} isReachable
   */
  setReachable(isReachable) {
    this.link.tabIndex = isReachable ? 0 : -1
    this.button.tabIndex = isReachable ? 0 : -1
  }

  /**
   * @param {Summary} summary
   * @param {{ isChosen: boolean, isUnread: boolean }} how
   */
  show(summary, { isChosen, isUnread }) {
    const mark = summary.isRunning ? "running" : isUnread ? "unread" : "none"
    if (summary !== this.summary) this.#name(summary)
    this.classList.toggle("is-chosen", isChosen)
    this.classList.toggle("is-unread", mark === "unread")
    if (isChosen) this.link.setAttribute("aria-current", "page")
    else this.link.removeAttribute("aria-current")
    this.#showMark(mark)
  }

  /** @param {Summary} summary */
  #name(summary) {
    const name = nameOf(summary)
    this.summary = summary
    setText(this.#title, name)
    this.link.title = name
    this.link.href = addressOf(summary.id)
    this.button.setAttribute("aria-label", say("row.menu", { title: name }))
  }

  /** @param {Mark} mark */
  #showMark(mark) {
    if (mark === this.#shownMark) return
    this.#shownMark = mark
    this.#mark.hidden = mark === "none"
    this.#mark.dataset.mark = mark
    const label = mark === "running" ? say("list.running") : say("row.unread")
    this.#mark.setAttribute("aria-label", label)
  }

  /** @param {"menu" | "edit" | "remove"} act */
  #want(act) {
    report(this, "list-act", { act, id: this.summary.id })
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    if (event.key === "F2") this.#want("edit")
    else if (event.key === "Delete") this.#want("remove")
    else return
    event.preventDefault()
  }
}

customElements.define("conversation-row", ConversationRow)
