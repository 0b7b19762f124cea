// Tables of the admin page: wide ones can be scrolled, by keys as well.

import { element } from "../dom.js"

/** @typedef {string | Node | null} Cell */

/**
 * @param {string} caption
 * @param {readonly string[]} heads
 * @param {readonly (readonly Cell[])[]} rows The first cell of each names it.
 * @param {string} none What stands there without rows.
 */
export function table(caption, heads, rows, none) {
  if (rows.length === 0) return element("p", { class: "help" }, none)
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)))
  const body = rows.map(([name, ...cells]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, name ?? ""),
      ...cells.map((cell) => element("td", {}, cell)),
    )
  )
  return element(
    "div",
    { class: "wide", role: "region", tabIndex: 0, "aria-label": caption },
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)),
  )
}

/**
 * Puts a table in place of the one that is there, which keeps the focus and how far it was scrolled.
 *
 * @param {HTMLElement} place
 * @param {HTMLElement} next
 */
export function replaceTable(place, next) {
  const before = place.firstElementChild
  const [left, hadFocus] = [
    before?.scrollLeft ?? 0,
    before !== null && before === document.activeElement,
  ]
  place.replaceChildren(next)
  next.scrollLeft = left
  if (hadFocus) next.focus({ preventScroll: true })
}
