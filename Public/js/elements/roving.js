// Arrow keys through a list. Tab finds only the item that was reached last, so that a long list is
// one stop on the way.

/**
 * @typedef {object} How
 * @property {() => readonly HTMLElement[]} items In their order, as they are now.
 * @property {(item: HTMLElement, isReachable: boolean) => void} [reach] Lets Tab find an item, or
 *   not.
 * @property {(direction: "before" | "behind") => void} [leave] The reader goes on past an end.
 */

export class Roving {
  #root
  #items
  #reach
  #leave
  /** @type {HTMLElement | null} */
  #current = null
  /** @type {HTMLElement | null} */
  #preferred = null

  /**
   * @param {HTMLElement} root
   * @param {How} how
   */
  constructor(root, { items, reach = setReachable, leave = () => {} }) {
    this.#root = root
    this.#items = items
    this.#reach = reach
    this.#leave = leave
    root.addEventListener("keydown", (event) => this.#pressed(event))
    root.addEventListener("focusin", (event) => this.#focused(event))
  }

  /**
   * The items may be others now.
   *
   * @param {HTMLElement | null} [preferred] What Tab finds from when it is another one than before,
   *   unless the reader is in the list; after that, what was reached last.
   */
  update(preferred = null) {
    const items = this.#items()
    const isThere = this.#current !== null && items.includes(this.#current)
    const isHere = isThere && this.#root.contains(document.activeElement)
    const leads = preferred !== this.#preferred || !isThere
    if (preferred && leads && !isHere) this.#current = preferred
    else if (!isThere) this.#current = items[0] ?? null
    this.#preferred = preferred
    for (const item of items) this.#reach(item, item === this.#current)
  }

  /** @param {FocusEvent} event */
  #focused({ target }) {
    if (!(target instanceof HTMLElement) || target === this.#current) return
    if (!this.#items().includes(target)) return
    if (this.#current) this.#reach(this.#current, false)
    this.#current = target
    this.#reach(target, true)
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const items = this.#items()
    const at = items.findIndex((item) => item === event.target)
    if (at < 0) return
    const to = next(event.key, at, items.length)
    if (to === null) return
    event.preventDefault()
    if (to < 0) this.#leave("before")
    else if (to >= items.length) this.#leave("behind")
    else items[to]?.focus()
  }
}

/**
 * Where a key leads to.
 *
 * @param {string} key
 * @param {number} at
 * @param {number} count
 * @returns {number | null}
 */
export function next(key, at, count) {
  if (key === "ArrowDown") return at + 1
  if (key === "ArrowUp") return at - 1
  if (key === "Home") return 0
  if (key === "End") return count - 1
  return null
}

/**
 * @param {HTMLElement} item
 * @param {boolean} isReachable
 */
function setReachable(item, isReachable) {
  item.tabIndex = isReachable ? 0 : -1
}
