// Where the reader is signed in, and how to end that.

import { element, keepInOrder, report, setText } from "../dom.js"
import { formatTag, say } from "../words.js"
import { card } from "./choosing.js"

/** @typedef {import("./readers-state.js").Device} Device */

const times = new Intl.DateTimeFormat(formatTag, { dateStyle: "medium", timeStyle: "short" })

export class DeviceSettings extends HTMLElement {
  #list = element("ul", { class: "devices" })
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map()
  #note = element("p", { class: "help" })
  #dialog = element(
    "dialog",
    { class: "dialog", "aria-labelledby": "end-here" },
    element("p", { id: "end-here" }, say("devices.endHere.question")),
    element(
      "form",
      { method: "dialog", class: "dialog-actions" },
      element("button", { class: "button", value: "stay" }, say("devices.endHere.stay")),
      element("button", { class: "button alarming", value: "end" }, say("devices.end")),
    ),
  )
  #currentId = ""

  connectedCallback() {
    this.append(
      card("devices", say("settings.devices"), this.#note, this.#list),
      this.#dialog,
    )
    this.#dialog.addEventListener("close", this.#closed)
  }

  disconnectedCallback() {
    this.#dialog.removeEventListener("close", this.#closed)
  }

  /**
   * @param {import("../chat-state.js").ChatState} _state
   * @param {import("./readers-state.js").ReadersState} own
   */
  show(_state, { devices }) {
    setText(this.#note, devices?.length === 0 ? say("devices.none") : say("devices.help"))
    this.#currentId = devices?.find(({ isCurrent }) => isCurrent)?.id ?? ""
    keepInOrder(this.#list, this.#rows, devices ?? [], {
      key: ({ id }) => id,
      make: (device) => this.#row(device),
      update: () => {},
    })
  }

  /** @param {Device} device */
  #row({ id, name, usedAt, isCurrent }) {
    const called = name ?? say("devices.unnamed")
    return element(
      "li",
      { class: "device" },
      element(
        "div",
        { class: "device-text" },
        element("strong", {}, called),
        element(
          "span",
          { class: "help" },
          isCurrent ? say("devices.current") : say("devices.used", { when: times.format(usedAt) }),
        ),
      ),
      element(
        "button",
        {
          type: "button",
          class: "button",
          "aria-label": say("devices.end.named", { name: called }),
          onclick: () => isCurrent ? this.#dialog.showModal() : report(this, "device-end", { id }),
        },
        say("devices.end"),
      ),
    )
  }

  #closed = () => {
    if (this.#dialog.returnValue === "end") report(this, "device-end", { id: this.#currentId })
    this.#dialog.returnValue = ""
  }
}
