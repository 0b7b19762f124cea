// Whether the system says that a reply is there. Asked for by the reader's own click, never before.

import { element, setText } from "../dom.js"
import { say } from "../words.js"
import { card, reportChange, switching } from "./choosing.js"

export class NotificationSettings extends HTMLElement {
  #switch = switching({
    label: say("notify.label"),
    help: say("notify.help"),
    turn: (isOn) => this.#turn(isOn),
  })
  #note = element("p", { class: "settings-why", hidden: true })
  #isOn = false

  connectedCallback() {
    this.append(
      card("notifications", say("settings.notifications"), this.#switch.node, this.#note),
    )
  }

  /** @param {import("../chat-state.js").ChatState} state */
  show({ settings }) {
    this.#isOn = settings.notifies
    const permission = permissionNow()
    this.#switch.show(settings.notifies && permission === "granted")
    this.#switch.input.disabled = permission === "missing"
    const note = permission === "missing"
      ? say("notify.missing")
      : permission === "denied"
      ? say("notify.denied")
      : ""
    this.#note.hidden = note === ""
    setText(this.#note, note)
  }

  /** @param {boolean} isOn */
  async #turn(isOn) {
    if (!isOn) return reportChange(this, { notifies: false })
    const permission = await Notification.requestPermission()
    const notifies = permission === "granted"
    this.#switch.show(notifies)
    this.#note.hidden = notifies
    if (!notifies) setText(this.#note, say("notify.denied"))
    if (notifies !== this.#isOn) reportChange(this, { notifies })
  }
}

/** @returns {NotificationPermission | "missing"} Missing off https, and where a browser has none. */
function permissionNow() {
  return "Notification" in globalThis ? Notification.permission : "missing"
}
