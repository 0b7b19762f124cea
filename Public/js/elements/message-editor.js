// Changes a message of the reader's in its place. It reports what is typed, sent and left.

import { element, report } from "../dom.js"
import { isCancelKey, isSendKey } from "../send-key.js"
import { say } from "../words.js"

/**
 * @typedef {object} How
 * @property {boolean} canSend Not while a reply runs.
 * @property {import("../settings.js").Settings["sendsWith"]} sendsWith
 */

export class MessageEditor extends HTMLElement {
  #box = element("textarea", {
    class: "editor-box",
    rows: 1,
    autocomplete: "off",
    "aria-label": say("editor.label"),
    "aria-describedby": "editor-note",
    "enterkeyhint": "send",
    oninput: () => this.#typed(),
  })
  #send = element("button", {
    type: "submit",
    class: "button primary",
    "aria-label": say("editor.sendLabel"),
  }, say("editor.send"))
  #form = element(
    "form",
    { class: "editor" },
    this.#box,
    element(
      "div",
      { class: "editor-actions" },
      element("p", { id: "editor-note", class: "editor-note" }, say("editor.note")),
      element(
        "button",
        {
          type: "button",
          class: "button",
          onclick: () => report(this, "message-edit-cancel"),
        },
        say("editor.cancel"),
      ),
      this.#send,
    ),
  )
  #id = ""
  /** @type {How} */
  #how = { canSend: false, sendsWith: "enter" }

  /**
   * @param {string} id The message's.
   * @param {string} text What is there to begin with.
   */
  begin(id, text) {
    this.#id = id
    this.#box.value = text
    this.#box.dir = "auto"
    this.#form.addEventListener("submit", (event) => this.#submitted(event))
    this.#box.addEventListener("keydown", (event) => this.#pressed(event))
    this.append(this.#form)
    this.#fit()
    this.#box.focus()
    this.#box.setSelectionRange(text.length, text.length)
  }

  /** @param {How} how */
  show(how) {
    this.#how = how
    this.#send.disabled = !how.canSend || this.#box.value.trim() === ""
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    event.preventDefault()
    if (this.#send.disabled) return
    report(this, "message-edit-send", { id: this.#id, text: this.#box.value })
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (isCancelKey(event)) {
      event.preventDefault()
      event.stopPropagation()
      return report(this, "message-edit-cancel")
    }
    if (!isSendKey(event, this.#how.sendsWith)) return
    event.preventDefault()
    this.#form.requestSubmit()
  }

  #typed() {
    report(this, "message-edit-draft", { id: this.#id, text: this.#box.value })
    this.show(this.#how)
    this.#fit()
  }

  /** For browsers that cannot size a box by its text. */
  #fit() {
    if (CSS.supports("field-sizing", "content")) return
    this.#box.style.height = "auto"
    this.#box.style.height = `${this.#box.scrollHeight}px`
  }
}
