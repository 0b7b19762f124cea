// A menu at a button: a popover with the keys that menus have.

import { element } from "../dom.js"
import { icon } from "../icons.js"
import { next } from "./roving.js"

/**
 * @typedef {object} MenuItem
 * @property {string} label
 * @property {Parameters<typeof icon>[0]} icon
 * @property {string} [key] What does the same on the row.
 * @property {boolean} [isAlarming]
 * @property {() => void} act
 */

/** Between the menu and its button, and the edges of the window. */
const gapPx = 4

export class PopupMenu extends HTMLElement {
  /** @type {HTMLElement | null} */
  #button = null

  connectedCallback() {
    this.popover = "auto"
    this.setAttribute("role", "menu")
    this.addEventListener("keydown", (event) => this.#pressed(event))
    this.addEventListener("beforetoggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState === "closed") this.#closing()
    })
  }

  /**
   * @param {HTMLElement} button
   * @param {string} label
   * @param {readonly MenuItem[]} items
   */
  openAt(button, label, items) {
    this.setAttribute("aria-label", label)
    this.replaceChildren(...items.map((item) => this.#entry(item)))
    this.#button = button
    button.setAttribute("aria-expanded", "true")
    this.showPopover()
    this.#place(button)
    this.#entries()[0]?.focus()
  }

  /** @param {MenuItem} item */
  #entry({ label, icon: name, key, isAlarming = false, act }) {
    return element(
      "button",
      {
        type: "button",
        role: "menuitem",
        class: isAlarming ? "menu-item alarming" : "menu-item",
        tabIndex: -1,
        onclick: () => {
          this.hidePopover()
          act()
        },
      },
      icon(name),
      element("span", { class: "menu-label" }, label),
      key ? element("kbd", { "aria-hidden": "true" }, key) : null,
    )
  }

  #entries() {
    return [...this.querySelectorAll("button")]
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    // Whatever lies below has keys of its own.
    event.stopPropagation()
    if (event.key === "Tab") return this.hidePopover()
    const entries = this.#entries()
    const at = entries.findIndex((entry) => entry === document.activeElement)
    const to = next(event.key, at, entries.length) ?? this.#beginningWith(event.key, at)
    if (to === null) return
    event.preventDefault()
    entries[(to + entries.length) % entries.length]?.focus()
  }

  /**
   * @param {string} key
   * @param {number} at
   * @returns {number | null}
   */
  #beginningWith(key, at) {
    if ([...key].length !== 1 || key === " ") return null
    const labels = this.#entries().map((entry) => entry.textContent?.toLowerCase() ?? "")
    for (let step = 1; step <= labels.length; step += 1) {
      const index = (at + step) % labels.length
      if (labels[index]?.startsWith(key.toLowerCase())) return index
    }
    return null
  }

  /** The focus goes back to where it came from, unless it went elsewhere. */
  #closing() {
    this.#button?.setAttribute("aria-expanded", "false")
    if (this.contains(document.activeElement)) this.#button?.focus()
  }

  /**
   * Below the button where there is room, else above it; flush with its end.
   *
   * @param {HTMLElement} button
   */
  #place(button) {
    const at = button.getBoundingClientRect()
    const isRightToLeft = getComputedStyle(button).direction === "rtl"
    const end = isRightToLeft ? at.left : innerWidth - at.right
    const hasRoom = at.bottom + gapPx + this.offsetHeight <= innerHeight - gapPx
    const top = hasRoom ? at.bottom + gapPx : at.top - gapPx - this.offsetHeight
    this.style.insetInlineStart = "auto"
    this.style.insetInlineEnd = `${Math.max(gapPx, Math.min(end, innerWidth - this.offsetWidth))}px`
    this.style.insetBlockStart = `${Math.max(gapPx, top)}px`
  }
}

customElements.define("popup-menu", PopupMenu)
