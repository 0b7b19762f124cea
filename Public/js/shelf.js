// What a reader can do with the list of conversations.

import * as states from "./chat-state.js"
import * as lists from "./list-state.js"
import { asProblem } from "./problem.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */

/** Time enough to read what was deleted and to change one's mind. */
const undoForMs = 7_000

export class Shelf {
  #store
  #api
  #world
  #forget
  /** @type {Map<string, () => void>} How to cancel each removal that is not final. */
  #timers = new Map()

  /**
   * @param {object} parts
   * @param {import("./store.js").Store<ChatState>} parts.store
   * @param {import("./api.js").API} parts.api
   * @param {import("./world.js").World} parts.world
   * @param {(id: string) => void} [parts.forget] Hears of a conversation that is gone for good.
   */
  constructor({ store, api, world, forget = () => {} }) {
    this.#store = store
    this.#api = api
    this.#world = world
    this.#forget = forget
  }

  /** The page goes away: what was deleted must not come back. */
  leave() {
    for (const [id, cancel] of this.#timers) {
      cancel()
      this.#forget(id)
      this.#api.remove(id, { isLeaving: true }).catch((error) => console.error(error))
    }
    this.#timers.clear()
  }

  /** Looks at what the server has. */
  async refresh() {
    try {
      const summaries = await this.#api.conversations()
      this.#store.update((state) => lists.listed(state, summaries))
    } catch (error) {
      console.error("No list of conversations:", error)
      this.#store.update(lists.listFailed)
    }
  }

  /**
   * @param {string} id
   * @param {string} typed
   */
  async rename(id, typed) {
    const title = typed.trim()
    const before = this.#store.get().summaries.find((summary) => summary.id === id)?.title
    if (!title || before === undefined || title === before) return
    this.#store.update((state) => lists.renamed(state, id, title))
    try {
      await this.#api.rename(id, title)
    } catch (error) {
      this.#store.update((state) =>
        states.hinted(lists.renamed(state, id, before), asProblem(error).message)
      )
    }
  }

  /**
   * Takes a conversation out of the list at once and off the server a little later, so that it can
   * be undone.
   *
   * @param {string} id
   */
  remove(id) {
    this.#store.update((state) => lists.removed(state, id))
    this.#timers.set(id, this.#world.after(undoForMs, () => this.#removeForGood(id)))
  }

  /** @param {string} id */
  undo(id) {
    this.#timers.get(id)?.()
    this.#timers.delete(id)
    this.#store.update((state) => lists.restored(state, id))
  }

  /** @param {string} id */
  async #removeForGood(id) {
    this.#timers.delete(id)
    try {
      await this.#api.remove(id)
      this.#forget(id)
      this.#store.update((state) => lists.forgotten(state, id))
    } catch (error) {
      const problem = asProblem(error)
      const isGone = problem.status === 404
      if (isGone) this.#forget(id)
      this.#store.update((state) =>
        isGone
          ? lists.forgotten(state, id)
          : states.hinted(lists.restored(state, id), problem.message)
      )
    }
  }
}
