// Whether somebody is at something: as long as the pointer or the focus is on it.

/** @typedef {"pointer" | "focus"} By */

export class Holding {
  #began
  #ended
  /** @type {Set<By>} */
  #by = new Set()

  /** @param {{ began: () => void, ended: () => void }} tell Of the first who comes, and the last who goes. */
  constructor({ began, ended }) {
    this.#began = began
    this.#ended = ended
  }

  /** @param {By} by */
  came(by) {
    if (this.#by.size === 0) this.#began()
    this.#by.add(by)
  }

  /** @param {By} by */
  went(by) {
    if (this.#by.delete(by) && this.#by.size === 0) this.#ended()
  }

  /** It is gone, and nobody at it any more. */
  over() {
    for (const by of [...this.#by]) this.went(by)
  }
}
