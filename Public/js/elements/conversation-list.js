// The conversations: open, rename, delete.

import { element, keepInOrder, report, setText } from "../dom.js"
import { icon } from "../icons.js"

/** @typedef {import("../chat-state.js").ChatState} ChatState */
/** @typedef {import("../api.js").Summary} Summary */

export class ConversationList extends HTMLElement {
  #start = element(
    "a",
    { class: "button new-conversation", href: "/", onclick: (event) => choose(event, this, null) },
    icon("compose"),
    "New conversation",
  )
  #list = element("div", { class: "conversations", role: "list" })
  #note = element("p", { class: "list-note", hidden: true })
  /** @type {Map<string, ConversationRow>} */
  #rows = new Map()

  connectedCallback() {
    this.append(this.#start, this.#list, this.#note)
  }

  /** @param {ChatState} state */
  show({ summaries, listPhase, chosenId }) {
    keepInOrder(this.#list, this.#rows, summaries, {
      key: (summary) => summary.id,
      make: () => new ConversationRow(),
      update: (row, summary) => row.show(summary, summary.id === chosenId),
    })
    const note = noteFor(listPhase, summaries.length)
    this.#list.hidden = summaries.length === 0
    this.#note.hidden = note === ""
    setText(this.#note, note)
    if (chosenId === null) this.#start.setAttribute("aria-current", "page")
    else this.#start.removeAttribute("aria-current")
  }
}

/**
 * @param {ChatState["listPhase"]} phase
 * @param {number} count
 */
function noteFor(phase, count) {
  if (count > 0 || phase === "loading") return ""
  return phase === "failed"
    ? "Your conversations could not be loaded."
    : "Your conversations will be listed here."
}

/**
 * @param {Event} event
 * @param {HTMLElement} from
 * @param {string | null} id
 */
function choose(event, from, id) {
  // A new tab or window is the browser's to open.
  const isPlain = event instanceof MouseEvent && !event.ctrlKey && !event.metaKey && !event.shiftKey
  if (!isPlain) return
  event.preventDefault()
  report(from, "chat-choose", { id })
}

/** One row. */
class ConversationRow extends HTMLElement {
  #title = element("span", { class: "conversation-title", dir: "auto" })
  #dot = element("span", {
    class: "running-dot",
    role: "img",
    "aria-label": "is being answered",
    hidden: true,
  })
  #link = element(
    "a",
    { class: "conversation-link", onclick: (event) => choose(event, this, this.#id) },
    this.#title,
    this.#dot,
  )
  #rename = element(
    "button",
    { type: "button", class: "icon-button small", onclick: () => this.#edit() },
    icon("rename"),
  )
  #remove = element(
    "button",
    {
      type: "button",
      class: "icon-button small",
      onclick: () => report(this, "chat-remove", { id: this.#id }),
    },
    icon("remove"),
  )
  #actions = element("div", { class: "conversation-actions" }, this.#rename, this.#remove)
  #id = ""

  connectedCallback() {
    if (this.childElementCount > 0) return
    this.setAttribute("role", "listitem")
    this.append(this.#link, this.#actions)
  }

  /**
   * @param {Summary} summary
   * @param {boolean} isChosen
   */
  show({ id, title, isRunning }, isChosen) {
    const name = title || "Untitled"
    this.#id = id
    setText(this.#title, name)
    this.#link.title = name
    this.#link.href = `/?c=${encodeURIComponent(id)}`
    this.#dot.hidden = !isRunning
    this.classList.toggle("is-chosen", isChosen)
    if (isChosen) this.#link.setAttribute("aria-current", "page")
    else this.#link.removeAttribute("aria-current")
    label(this.#rename, `Rename ${name}`)
    label(this.#remove, `Delete ${name}`)
  }

  #edit() {
    const input = element("input", {
      type: "text",
      class: "rename-box",
      value: this.#title.textContent,
      maxLength: 200,
      "aria-label": "New title",
    })
    const form = element("form", { class: "rename-form" }, input)
    let isOver = false

    /** @param {boolean} isWanted */
    const finish = (isWanted) => {
      if (isOver) return
      isOver = true
      const hadFocus = form.contains(document.activeElement)
      form.replaceWith(this.#link, this.#actions)
      if (hadFocus) this.#rename.focus()
      if (isWanted) report(this, "chat-rename", { id: this.#id, title: input.value })
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault()
      finish(true)
    })
    input.addEventListener("blur", () => finish(true))
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return
      event.preventDefault()
      event.stopPropagation()
      finish(false)
    })
    this.replaceChildren(form)
    input.focus()
    input.select()
  }
}

/**
 * @param {HTMLElement} button
 * @param {string} text
 */
function label(button, text) {
  button.setAttribute("aria-label", text)
  button.title = text
}

customElements.define("conversation-row", ConversationRow)
