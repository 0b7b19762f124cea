// What is in a file, before anything of it is sent.

import { element, keepInOrder, report, setText } from "../dom.js"
import { countOwn } from "../imports/counting.js"
import { counts, matching, toSend } from "../imports/import-state.js"
import { dayOf, linesFor, productOf, spanSentence } from "../imports/naming.js"
import { say } from "../words.js"

/** @typedef {import("../imports/import-state.js").Preview} Preview */
/** @typedef {import("../imports/conversations.js").Conversation} Conversation */

/** More than this hides the conversations, which matter more. */
const mostLinesOpen = 8

export class ImportPreview extends HTMLElement {
  #heading = element("p", { class: "import-heading", tabIndex: -1 })
  #dates = element("p", { class: "help" })
  #known = element("p", { class: "import-note" })
  #leftOut = element("ul", {})
  #leftOutNote = element(
    "details",
    { class: "import-left-out" },
    element("summary", {}, say("imports.leftOut")),
    this.#leftOut,
  )
  #filter = element("input", {
    type: "search",
    "aria-label": say("imports.filter"),
    placeholder: say("imports.filter"),
    oninput: () => report(this, "import-filter", { filter: this.#filter.value }),
  })
  #all = pressed("imports.all", () => report(this, "import-pick-all", { is: "yes" }))
  #none = pressed("imports.none", () => report(this, "import-pick-all", { is: "no" }))
  #list = element("div", { class: "import-list", role: "list" })
  /** @type {Map<string, ImportRow>} */
  #rows = new Map()
  #more = pressed("imports.more", () => report(this, "import-more"))
  #nothing = element("p", { class: "help" }, say("imports.noMatch"))
  #send = element("button", {
    type: "button",
    class: "button primary",
    onclick: () => this.#wanted(),
  })
  /** @type {Preview["found"] | null} */
  #found = null

  connectedCallback() {
    if (this.childElementCount > 0) return
    this.classList.add("import-stage")
    this.append(
      this.#heading,
      this.#dates,
      this.#known,
      this.#leftOutNote,
      element("div", { class: "import-tools" }, this.#filter, this.#all, this.#none),
      this.#list,
      this.#nothing,
      this.#more,
      element(
        "div",
        { class: "import-acts" },
        this.#send,
        pressed("imports.cancel", () => report(this, "import-cancel")),
      ),
    )
  }

  focusHeading() {
    this.#heading.focus()
  }

  /** @param {Preview} preview */
  show(preview) {
    if (preview.found !== this.#found) this.#summarise(preview)
    if (this.#filter.value !== preview.filter) this.#filter.value = preview.filter
    const all = matching(preview)
    keepInOrder(this.#list, this.#rows, all.slice(0, preview.most), {
      key: ({ id }) => id,
      make: (conversation) => new ImportRow(conversation, preview.known?.has(conversation.id)),
      update: (row, { id }) => row.show(preview.chosen.has(id)),
    })
    this.#list.hidden = all.length === 0
    this.#nothing.hidden = all.length > 0
    this.#more.hidden = all.length <= preview.most
    const count = toSend(preview).length
    setText(this.#send, say("imports.send", { count }))
    // Not `disabled`, which would take the focus away.
    this.#send.setAttribute("aria-disabled", String(count === 0))
  }

  /** @param {Preview} preview */
  #summarise({ found, known, ...rest }) {
    this.#found = found
    const { conversations, messages, known: here, from, to } = counts({ found, known, ...rest })
    const product = productOf(found.source)
    setText(this.#heading, say("imports.found", { count: conversations, product }))
    setText(this.#dates, spanSentence(messages, dayOf(from), dayOf(to)))
    setText(this.#known, knownNote(known, here, conversations))
    this.#known.hidden = this.#known.textContent === ""
    const lines = linesFor(found.leftOut)
    this.#leftOut.replaceChildren(...lines.map((line) => element("li", {}, line)))
    this.#leftOutNote.hidden = lines.length === 0
    this.#leftOutNote.open = lines.length <= mostLinesOpen
    this.#rows.clear()
    this.#list.replaceChildren()
  }

  #wanted() {
    if (this.#send.getAttribute("aria-disabled") === "true") return
    report(this, "import-send")
  }
}

/**
 * @param {Preview["known"]} known
 * @param {number} here
 * @param {number} all
 */
function knownNote(known, here, all) {
  if (known === null) return say("imports.unknown")
  if (here === 0) return ""
  return here === all ? say("imports.knownAll") : say("imports.known", { count: here })
}

/** One conversation that may come along. */
class ImportRow extends HTMLElement {
  #box
  #conversation
  #isKnown

  /**
   * @param {Conversation} conversation
   * @param {boolean} [isKnown]
   */
  constructor(conversation, isKnown = false) {
    super()
    this.#conversation = conversation
    this.#isKnown = isKnown
    this.#box = element("input", {
      type: "checkbox",
      onchange: () => this.#picked(),
    })
  }

  connectedCallback() {
    if (this.childElementCount > 0) return
    const { title, updated_at: at, messages } = this.#conversation
    const about = say("imports.row", { count: countOwn(messages), when: dayOf(at) })
    this.setAttribute("role", "listitem")
    this.append(
      element(
        "label",
        {},
        this.#box,
        element(
          "span",
          { class: "import-about" },
          element("span", { class: "import-title", dir: "auto" }, title || say("imports.untitled")),
          element("span", { class: "help" }, about),
          this.#isKnown ? element("span", { class: "import-known" }, say("imports.here")) : null,
        ),
      ),
    )
  }

  /** @param {boolean} isChosen */
  show(isChosen) {
    this.#box.checked = isChosen
  }

  #picked() {
    const detail = { id: this.#conversation.id, is: this.#box.checked ? "yes" : "no" }
    report(this, "import-pick", detail)
  }
}

/**
 * @param {import("../words.js").WordKey} key
 * @param {() => void} act
 */
function pressed(key, act) {
  return element("button", { type: "button", class: "button", onclick: act }, say(key))
}

customElements.define("import-row", ImportRow)
customElements.define("import-preview", ImportPreview)
