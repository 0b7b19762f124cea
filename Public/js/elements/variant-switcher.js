// The way from one variant of a question or a reply to the next: ‹ 2/3 ›.

import { element, report, setText } from "../dom.js"
import { icon } from "../icons.js"
import { say } from "../words.js"

/** @typedef {NonNullable<ReturnType<typeof import("../variants.js").placeAmongVariants>>} Place */
/** @typedef {"earlier" | "later"} Direction */

/** @type {Readonly<Record<"user" | "assistant", string>>} */
const names = {
  user: say("variants.ofMessage"),
  assistant: say("variants.ofReply"),
}

export class VariantSwitcher extends HTMLElement {
  #earlier = this.#button("earlier", say("variants.earlier"), "back")
  #later = this.#button("later", say("variants.later"), "forward")
  #number = element("span", { class: "variant-number" })
  /** @type {Place | null} */
  #place = null
  #canSwitch = false

  connectedCallback() {
    if (this.hasChildNodes()) return
    this.setAttribute("role", "group")
    this.append(this.#earlier, this.#number, this.#later)
    this.addEventListener("keydown", (event) => this.#pressed(event))
  }

  /**
   * @param {Place | null} place Nothing hides it.
   * @param {{ role: "user" | "assistant", canSwitch: boolean }} how
   */
  show(place, { role, canSwitch }) {
    this.#place = place
    this.#canSwitch = canSwitch
    this.hidden = place === null
    if (!place) return
    this.setAttribute("aria-label", names[role])
    setText(this.#number, `${place.number}/${place.total}`)
    this.#earlier.disabled = !canSwitch || place.earlier === null
    this.#later.disabled = !canSwitch || place.later === null
  }

  /**
   * Takes the focus where the reader had it, or on the other side where there is no more.
   *
   * @param {Direction} direction
   */
  focusButton(direction) {
    const [wanted, other] = direction === "earlier"
      ? [this.#earlier, this.#later]
      : [this.#later, this.#earlier]
    const button = wanted.disabled ? other : wanted
    button.focus({ preventScroll: true })
  }

  /**
   * @param {Direction} direction
   * @param {string} name
   * @param {"back" | "forward"} picture
   */
  #button(direction, name, picture) {
    return element(
      "button",
      {
        type: "button",
        class: "icon-button small",
        "aria-label": name,
        title: name,
        onclick: () => this.#choose(direction),
      },
      icon(picture),
    )
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const isRight = event.key === "ArrowRight"
    if (!isRight && event.key !== "ArrowLeft") return
    event.preventDefault()
    const isReversed = getComputedStyle(this).direction === "rtl"
    this.#choose(isRight === isReversed ? "earlier" : "later")
  }

  /** @param {Direction} direction */
  #choose(direction) {
    const id = this.#place?.[direction]
    if (!id || !this.#place || !this.#canSwitch) return
    const { number, total } = this.#place
    const next = number + (direction === "later" ? 1 : -1)
    const sentence = say("variants.number", { number: next, total })
    report(this, "message-variant", { id, direction, sentence })
  }
}
