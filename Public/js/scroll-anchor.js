// Keeps what the reader looks at where it is, whatever comes or goes above it. Most browsers do that by
// themselves, and then nothing is left to do here; WebKit does not.

export class ScrollAnchor {
  #scroller
  /** @type {{ key: string, top: number } | null} */
  #held = null

  /** @param {HTMLElement} scroller */
  constructor(scroller) {
    this.#scroller = scroller
  }

  /**
   * Remembers where the first thing stands that is in view.
   *
   * @param {ReadonlyMap<string, HTMLElement>} views
   */
  hold(views) {
    this.#held = null
    const edge = this.#scroller.getBoundingClientRect()
    for (const [key, view] of views) {
      const { top, bottom } = view.getBoundingClientRect()
      if (bottom <= edge.top || top >= edge.bottom) continue
      if (!this.#held || top < this.#held.top) this.#held = { key, top }
    }
  }

  /**
   * Scrolls so that it stands there again, if it is still there.
   *
   * @param {ReadonlyMap<string, HTMLElement>} views
   * @returns {number} By how many pixels it stood lower in what is scrolled.
   */
  restore(views) {
    const view = this.#held && views.get(this.#held.key)
    if (!this.#held || !view) return 0
    const before = this.#scroller.scrollTop
    const moved = view.getBoundingClientRect().top - this.#held.top
    if (Math.abs(moved) >= 0.5) this.#scroller.scrollTop += moved
    return this.#scroller.scrollTop - before
  }
}
