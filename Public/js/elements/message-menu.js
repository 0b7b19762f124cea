// The menu of a message: what can be done with it besides the few things that are always in view.

import { element } from "../dom.js"

/** @typedef {{ text: string, isOff?: boolean, act: () => void }} MenuItem */

/** How far from the edge of the window it stays. */
const marginPx = 8

/** @type {{ menu: HTMLElement, button: HTMLElement } | null} There is one at a time. */
let open = null

/**
 * Opens a menu beside its button, or closes it where it is open.
 *
 * @param {HTMLElement} button
 * @param {string} name
 * @param {readonly MenuItem[]} items
 */
export function toggleMenu(button, name, items) {
  if (open?.button === button) return open.menu.hidePopover()
  const listeners = new AbortController()
  const menu = element(
    "div",
    {
      class: "message-menu",
      role: "menu",
      popover: "auto",
      "aria-label": name,
    },
    ...items.map((item) => menuItem(item, () => menu.hidePopover())),
  )
  const { signal } = listeners
  menu.addEventListener("keydown", (event) => pressed(event, menu), { signal })
  // At once, so that the next key finds it closed.
  menu.addEventListener("beforetoggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") return
    listeners.abort()
    button.setAttribute("aria-expanded", "false")
    if (open?.menu === menu) open = null
    menu.addEventListener("toggle", () => menu.remove())
  }, { signal })
  addEventListener("scroll", () => place(menu, button), {
    signal,
    capture: true,
    passive: true,
  })
  addEventListener("resize", () => place(menu, button), { signal })
  // In the region that it belongs to.
  const region = button.closest("main") ?? document.body
  region.append(menu)
  menu.showPopover()
  open = { menu, button }
  button.setAttribute("aria-expanded", "true")
  place(menu, button)
  buttonsIn(menu)[0]?.focus({ preventScroll: true })
}

/**
 * @param {MenuItem} item
 * @param {() => void} close
 */
function menuItem({ text, isOff = false, act }, close) {
  return element(
    "button",
    {
      type: "button",
      role: "menuitem",
      class: "menu-item",
      tabIndex: -1,
      disabled: isOff,
      onclick: () => {
        // First, because closing gives the focus back to where it was.
        close()
        act()
      },
    },
    text,
  )
}

/** @param {HTMLElement} menu */
function buttonsIn(menu) {
  return [...menu.querySelectorAll("button")].filter((button) => !button.disabled)
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} menu
 */
function pressed(event, menu) {
  const buttons = buttonsIn(menu)
  const index = buttons.findIndex((button) => button === document.activeElement)
  const next = nextIndex(event.key, index, buttons.length)
  if (next === null) return
  event.preventDefault()
  if (next === "close") menu.hidePopover()
  else buttons[next]?.focus()
}

/**
 * @param {string} key
 * @param {number} index
 * @param {number} count
 * @returns {number | "close" | null}
 */
function nextIndex(key, index, count) {
  switch (key) {
    case "ArrowDown":
      return (index + 1) % count
    case "ArrowUp":
      return (index - 1 + count) % count
    case "Home":
      return 0
    case "End":
      return count - 1
    case "Tab":
    case "Escape":
      return "close"
    default:
      return null
  }
}

/**
 * Below the button, or above it where there is no room; within the window.
 *
 * @param {HTMLElement} menu
 * @param {HTMLElement} button
 */
function place(menu, button) {
  const at = button.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = menu
  const hasRoomBelow = at.bottom + height + marginPx <= innerHeight
  const top = hasRoomBelow ? at.bottom : at.top - height
  const isReversed = getComputedStyle(button).direction === "rtl"
  const x = isReversed ? at.right - width : at.left
  menu.style.setProperty("--x", `${within(x, innerWidth - width)}px`)
  menu.style.setProperty("--y", `${within(top, innerHeight - height)}px`)
}

/**
 * @param {number} value
 * @param {number} most
 */
function within(value, most) {
  return Math.max(marginPx, Math.min(value, most - marginPx))
}
