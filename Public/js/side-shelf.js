// What a reader can do beside the list: look into the archive and the bin, and search. Imported
// when somebody does.

import { announced, hinted } from "./chat-state.js"
import { asProblem } from "./problem.js"
import { nameOf } from "./shelf.js"
import * as sides from "./side-state.js"
import { say } from "./words.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */

/** Whoever types on has not finished the word. */
const settledAfterMs = 180

export class SideShelf {
  #store
  #api
  #world
  #shelf
  /** Ends the request of what is looked at. */
  #request = new AbortController()
  #cancelTyping = () => {}
  #isLoadingMore = false

  /**
   * @param {object} parts
   * @param {import("./store.js").Store<ChatState>} parts.store
   * @param {import("./shelf-acts-api.js").ShelfAPI} parts.api
   * @param {import("./world.js").World} parts.world
   * @param {import("./shelf.js").Shelf} parts.shelf
   */
  constructor({ store, api, world, shelf }) {
    this.#store = store
    this.#api = api
    this.#world = world
    this.#shelf = shelf
    shelf.whenChanged = () => this.#reload()
  }

  // Archive and bin

  /** @param {"archive" | "bin"} kind */
  async open(kind) {
    this.#letGo()
    this.#store.update((state) => sides.shelfOpened(state, kind))
    await this.#load(kind)
  }

  /** The list again. */
  close() {
    this.#letGo()
    this.#store.update(sides.listShown)
  }

  /** @param {"archive" | "bin"} kind */
  async #load(kind) {
    this.#request.abort()
    this.#request = new AbortController()
    const { signal } = this.#request
    try {
      const page = await this.#api.page(kind, { signal })
      if (!signal.aborted) this.#store.update((state) => sides.shelfListed(state, kind, page))
    } catch (error) {
      if (!signal.aborted) this.#fail(kind, error)
    }
  }

  /** Something was changed while this is open. */
  #reload() {
    const { kind } = this.#store.get().side
    if (kind === "archive" || kind === "bin") this.#load(kind)
  }

  /**
   * Takes a conversation out of the bin.
   *
   * @param {string} id
   */
  async restore(id) {
    await this.#bringBack(id, () => this.#api.restore(id))
  }

  /**
   * Takes a conversation out of the archive.
   *
   * @param {string} id
   */
  async unarchive(id) {
    await this.#bringBack(id, () => this.#api.change(id, { archived: false }))
  }

  /**
   * @param {string} id
   * @param {() => Promise<void>} send
   */
  async #bringBack(id, send) {
    const { side } = this.#store.get()
    if (side.kind !== "archive" && side.kind !== "bin") return
    const one = side.summaries.find((summary) => summary.id === id)
    if (!one) return
    this.#store.update((state) => sides.sideWithout(state, id))
    try {
      await send()
      const title = nameOf(one)
      this.#store.update((state) => announced(state, say("list.restored", { title })))
      this.#shelf.refresh()
    } catch (error) {
      this.#tell(error)
      this.#reload()
    }
  }

  /** Everything in the bin is gone for good. It is the one act that cannot be taken back. */
  async emptyBin() {
    const { side } = this.#store.get()
    if (side.kind !== "bin") return
    try {
      await this.#api.emptyBin()
      this.#store.update((state) => announced(state, say("bin.emptied")))
    } catch (error) {
      this.#tell(error)
    }
    this.#reload()
  }

  // Search

  /**
   * Looks for words, once the reader stops typing. No words bring the list back.
   *
   * @param {string} typed
   */
  search(typed) {
    const words = typed.trim()
    const { side } = this.#store.get()
    if (words === "") return this.close()
    if (side.kind === "search" && side.words === words && side.phase === "ready") return
    this.#letGo()
    this.#store.update((state) => sides.searching(state, words))
    this.#cancelTyping = this.#world.after(settledAfterMs, () => this.#find(words))
  }

  /** Tries again what did not work. */
  retry() {
    const { side } = this.#store.get()
    if (side.kind === "search") {
      this.#store.update((state) => sides.searching(state, side.words))
      return this.#find(side.words)
    }
    if (side.kind !== "list") return this.open(side.kind)
  }

  /** @param {string} words */
  async #find(words) {
    const { signal } = this.#request
    try {
      const page = await this.#api.search(words, { signal })
      if (signal.aborted) return
      this.#store.update((state) =>
        announced(sides.found(state, words, page), resultOf(words, page.hits.length))
      )
    } catch (error) {
      if (!signal.aborted) this.#fail("search", error)
    }
  }

  /** What comes after what is shown. */
  async more() {
    const { side } = this.#store.get()
    if (side.kind === "list" || side.next === null || this.#isLoadingMore) return
    const { next: before } = side
    const { signal } = this.#request
    this.#isLoadingMore = true
    try {
      if (side.kind === "search") {
        const page = await this.#api.search(side.words, { before, signal })
        this.#store.update((state) => sides.foundMore(state, before, page))
      } else {
        const page = await this.#api.page(side.kind, { before, signal })
        this.#store.update((state) => sides.shelfContinued(state, before, page))
      }
    } catch (error) {
      if (!signal.aborted) this.#tell(error)
    } finally {
      this.#isLoadingMore = false
    }
  }

  /** What was asked for before is not wanted any more. */
  #letGo() {
    this.#cancelTyping()
    this.#request.abort()
    this.#request = new AbortController()
  }

  /**
   * @param {sides.Side["kind"]} kind
   * @param {unknown} error
   */
  #fail(kind, error) {
    console.error("It could not be looked up:", error)
    this.#store.update((state) => sides.sideFailed(state, kind))
  }

  /** @param {unknown} error */
  #tell(error) {
    console.error("It could not be done:", error)
    this.#store.update((state) => hinted(state, asProblem(error).message))
  }
}

/**
 * @param {string} words
 * @param {number} count
 */
function resultOf(words, count) {
  return count === 0 ? say("search.nothing", { words }) : say("search.count", { count })
}
