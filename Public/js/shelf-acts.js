// What a reader can do with the list of conversations. Everything happens at once, here and on the
// server; what takes a conversation away can be taken back.

import * as changes from "./list-changes.js"
import { renamed } from "./list-state.js"
import { asProblem } from "./problem.js"
import { nameOf } from "./shelf.js"
import { say } from "./words.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {import("./shelf-api.js").Summary} Summary */

/**
 * How a conversation leaves the list, and how it comes back.
 *
 * @typedef {object} Leaving
 * @property {() => Promise<void>} away
 * @property {() => Promise<void>} back
 * @property {string} sentence
 * @property {() => void} whenBack
 */

export class ShelfActs {
  #store
  #api
  #undo
  #shelf
  #setAside

  /**
   * @param {object} parts
   * @param {import("./store.js").Store<ChatState>} parts.store
   * @param {import("./shelf-acts-api.js").ShelfAPI} parts.api
   * @param {import("./undo.js").Undo} parts.undo
   * @param {import("./shelf.js").Shelf} parts.shelf
   * @param {(id: string) => () => void} [parts.setAside] Takes away what the browser keeps of a
   *   conversation that is deleted; answers how it comes back.
   */
  constructor({ store, api, undo, shelf, setAside = () => () => {} }) {
    this.#store = store
    this.#api = api
    this.#undo = undo
    this.#shelf = shelf
    this.#setAside = setAside
  }

  /** Looks at the next page. */
  async more() {
    const { listCursor } = this.#store.get()
    if (listCursor === null || this.#store.get().isLoadingMore) return
    this.#store.update((state) => ({ ...state, isLoadingMore: true }))
    try {
      const page = await this.#api.page("shown", { before: listCursor })
      this.#store.update((state) =>
        state.listCursor === listCursor ? changes.continued(state, page) : state
      )
    } catch (error) {
      this.#shelf.fail(error)
    }
    this.#store.update((state) => ({ ...state, isLoadingMore: false }))
  }

  /**
   * @param {string} id
   * @param {string} typed
   */
  async rename(id, typed) {
    const title = typed.trim()
    const before = this.#find(id)?.title
    if (!title || before === undefined || title === before) return
    const naming = this.#name(id, title, before)
    // A conversation that had no title yet has none to go back to.
    if (!before) return naming
    // Offered at once, so that what is done while the server is asked is taken back before it.
    const withdraw = this.#undo.offer({
      sentence: say("list.renamed", { title }),
      undo: async () => {
        await naming
        await this.#shelf.send(() => this.#api.change(id, { title: before }))
        this.#store.update((state) => renamed(state, id, before))
      },
      undone: say("list.renamedBack", { title: before }),
    })
    if (!await naming) withdraw()
  }

  /**
   * @param {string} id
   * @param {string} title
   * @param {string} before
   * @returns {Promise<boolean>} Whether the server has it.
   */
  #name(id, title, before) {
    return this.#change(
      (state) => renamed(state, id, title),
      () => this.#api.change(id, { title }),
      (state) => renamed(state, id, before),
    )
  }

  /**
   * @param {string} id
   * @param {boolean} isPinned
   */
  async pin(id, isPinned) {
    const one = this.#find(id)
    if (!one || one.isPinned === isPinned) return
    await this.#change(
      (state) => changes.pinned(state, id, isPinned),
      () => this.#api.change(id, { pinned: isPinned }),
      (state) => changes.pinned(state, id, !isPinned),
    )
  }

  /**
   * @param {string} id
   * @param {() => void} [whenBack] What is done when the reader has it back.
   */
  archive(id, whenBack = () => {}) {
    const one = this.#find(id)
    if (!one) return
    this.#leave(one, {
      away: () => this.#api.change(id, { archived: true }),
      back: () => this.#api.change(id, { archived: false }),
      sentence: say("list.archived", { title: nameOf(one) }),
      whenBack,
    })
  }

  /**
   * Moves a conversation into the bin.
   *
   * @param {string} id
   * @param {() => void} [whenBack]
   */
  remove(id, whenBack = () => {}) {
    const one = this.#find(id)
    if (!one) return
    const putBack = this.#setAside(id)
    let wasThere = true
    this.#leave(one, {
      away: async () => {
        try {
          await this.#api.remove(id)
        } catch (error) {
          // Nothing of it had been sent.
          wasThere = !isUnknown(error)
          if (wasThere) throw error
        }
      },
      back: async () => {
        if (wasThere) await this.#api.restore(id)
      },
      sentence: say("list.deleted", { title: nameOf(one) }),
      whenBack: () => {
        putBack()
        whenBack()
      },
    })
  }

  /**
   * @param {Summary} one
   * @param {Leaving} leaving
   */
  #leave(one, { away, back, sentence, whenBack }) {
    const isBack = () => {
      this.#store.update((state) => changes.putBack(state, one))
      whenBack()
    }
    this.#store.update((state) => changes.takenOut(state, one.id))
    const leaving = this.#shelf.send(away)
    const withdraw = this.#undo.offer({
      sentence,
      undo: async () => {
        await leaving
        await this.#shelf.send(back)
        isBack()
      },
      undone: say("list.restored", { title: nameOf(one) }),
    })
    leaving.catch((error) => {
      withdraw()
      isBack()
      this.#shelf.fail(error)
    })
  }

  /** @param {string} id */
  #find(id) {
    return changes.summaryOf(this.#store.get(), id)
  }

  /**
   * Shows a change at once, and as it was before when the server does not take it.
   *
   * @param {(state: ChatState) => ChatState} change
   * @param {() => Promise<void>} send
   * @param {(state: ChatState) => ChatState} back
   */
  async #change(change, send, back) {
    this.#store.update(change)
    try {
      await this.#shelf.send(send)
      return true
    } catch (error) {
      this.#store.update(back)
      this.#shelf.fail(error)
      return false
    }
  }
}

/** @param {unknown} error */
function isUnknown(error) {
  const { status } = asProblem(error)
  return status === 404 || status === 401
}
