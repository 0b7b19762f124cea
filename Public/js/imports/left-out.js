// What does not come along, counted while a file is read, so that the reader is told before
// anything is sent.

/**
 * `pictures`, `files`, `sounds` were attached; `steps` of tools; `hidden` instructions that nobody
 * saw in the conversation; `failures` instead of replies; `sources` behind footnotes; `empty`
 * conversations; `unreadable` ones; `repeated` ones that are in the file twice; `shortened` messages
 * of which the end is missing; `openings` without a question, which come along behind a “…”.
 *
 * @typedef {"pictures" | "files" | "sounds" | "steps" | "hidden" | "failures" | "sources" | "empty"
 *   | "unreadable" | "repeated" | "shortened" | "openings"} Kind
 */

/** As many kinds of pieces as are worth naming; what comes after is counted with them. */
const mostNames = 12
const longestName = 60

export class LeftOut {
  /** @type {Map<Kind, number>} */
  #counts = new Map()
  /** @type {Map<string, number>} Pieces that nobody here knows, by what the file calls them. */
  #unknown = new Map()

  /**
   * @param {Kind} kind
   * @param {number} [count]
   */
  count(kind, count = 1) {
    if (count > 0) this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count)
  }

  /** @param {unknown} name What the file calls the piece. */
  countUnknown(name) {
    const wanted = typeof name === "string" && name !== "" ? name.slice(0, longestName) : "?"
    const isKept = this.#unknown.has(wanted) || this.#unknown.size < mostNames
    const kept = isKept ? wanted : "…"
    this.#unknown.set(kept, (this.#unknown.get(kept) ?? 0) + 1)
  }

  /** @returns {{ counts: [Kind, number][], unknown: [string, number][] }} */
  summary() {
    return { counts: [...this.#counts], unknown: [...this.#unknown] }
  }
}
