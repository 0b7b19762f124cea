// What a reader can take along, bring, and have deleted.

import { element, report } from "../dom.js"
import { formatTag, say } from "../words.js"
import { card } from "./choosing.js"
import { keptNotes } from "./readers-state.js"

const days = new Intl.DateTimeFormat(formatTag, { dateStyle: "long" })

export class DataSettings extends HTMLElement {
  #kept = element("div", { class: "kept-days", hidden: true })
  /** @type {import("./readers-state.js").KeptDays | null} */
  #shownKept = null
  #erase = element(
    "button",
    { type: "button", class: "button alarming", onclick: () => report(this, "data-erase") },
    say("data.erase"),
  )
  #restore = element(
    "button",
    { type: "button", class: "button", onclick: () => report(this, "data-restore") },
    say("data.restore"),
  )

  connectedCallback() {
    this.append(
      card(
        "data",
        say("settings.data"),
        document.createElement("export-panel"),
        document.createElement("import-panel"),
        this.#kept,
        element("h3", {}, say("data.erase.heading")),
        element("p", { class: "help" }, say("data.erase.help")),
        element("div", { class: "settings-act" }, this.#erase, this.#restore),
      ),
    )
  }

  /**
   * @param {import("../chat-state.js").ChatState} _state
   * @param {import("./readers-state.js").ReadersState} own
   */
  show(_state, { isErasing, kept }) {
    if (kept !== this.#shownKept) this.#showKept(kept)
    this.#erase.disabled = isErasing
    this.#restore.disabled = isErasing
  }

  /** @param {import("./readers-state.js").KeptDays} kept */
  #showKept(kept) {
    this.#shownKept = kept
    const notes = keptNotes(kept, Date.now())
    this.#kept.hidden = notes.length === 0
    this.#kept.replaceChildren(
      element("h3", {}, say("data.kept.heading")),
      ...notes.map(({ about, days: count, until }) => {
        const values = { count, date: days.format(until) }
        const sentence = about === "conversations"
          ? say("data.kept.conversations", values)
          : say("data.kept.guests", values)
        return element("p", { class: "help" }, sentence)
      }),
    )
  }
}
