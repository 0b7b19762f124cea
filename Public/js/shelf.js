// The list of conversations: what the server has, and what goes on in it. What a reader does with it
// is in shelf-acts.js.

import { hinted } from "./chat-state.js"
import * as lists from "./list-state.js"
import { asProblem } from "./problem.js"
import { say } from "./words.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {import("./shelf-api.js").Summary} Summary */

/** A model that looks for a title is done within seconds, or not at all. */
const titleAfterMs = 1_500
const mostTitleLooks = 4

/** Where no list is shown, nobody asks for them; what is left out is only a mark. */
const mostUnnoted = 100

export class Shelf {
  #store
  #api
  #world
  /** @type {import("./unread.js").Unread | null} */
  #unread = null
  /** What was heard and seen before it was there. */
  #unnoted = /** @type {((unread: import("./unread.js").Unread) => void)[]} */ ([])
  /** The number of the last request for the list; the answers to older ones come too late. */
  #lastRequest = 0
  /** Changes so far, and those on their way: a list that was asked for before may not have them. */
  #changes = 0
  #underway = 0
  #isStale = false
  #titleLooks = 0
  /** Hears of every change that the server has. */
  whenChanged = () => {}

  /**
   * @param {object} parts
   * @param {import("./store.js").Store<ChatState>} parts.store
   * @param {Pick<import("./shelf-api.js").ListAPI, "page">} parts.api
   * @param {import("./world.js").World} parts.world
   */
  constructor({ store, api, world }) {
    this.#store = store
    this.#api = api
    this.#world = world
  }

  // What the server has

  /**
   * Looks at the first page of the list.
   *
   * @returns {Promise<void>}
   */
  async refresh() {
    if (this.#underway > 0) {
      this.#isStale = true
      return
    }
    const [request, changes] = [this.#lastRequest += 1, this.#changes]
    try {
      const page = await this.#api.page("shown")
      if (request !== this.#lastRequest) return
      if (changes !== this.#changes) return this.refresh()
      this.#store.update((state) => lists.listed(state, page))
      this.#watchTitles()
    } catch (error) {
      console.error("No list of conversations:", error)
      this.#store.update(lists.listFailed)
    }
  }

  /** A title that a model finds comes a moment after the reply. */
  #watchTitles() {
    if (!this.#store.get().summaries.some(({ isTitling }) => isTitling)) {
      this.#titleLooks = 0
    } else if (this.#titleLooks < mostTitleLooks) {
      this.#titleLooks += 1
      this.#world.after(titleAfterMs, () => this.refresh())
    }
  }

  // What runs elsewhere

  /**
   * What the server says of the replies that run, or have just ended.
   *
   * @param {readonly import("./api.js").ActiveReply[]} active
   */
  heard(active) {
    const { chosenId } = this.#store.get()
    this.#note((unread) => unread.heard(active, chosenId))
    this.#store.update((state) => lists.marked(state, active))
    this.lookAtUnread()
  }

  /**
   * The reader looks at a conversation.
   *
   * @param {string} id
   */
  opened(id) {
    this.#note((unread) => unread.opened(id))
    this.lookAtUnread()
  }

  /**
   * The reader has watched the reply to a question to its end.
   *
   * @param {string} questionId
   */
  saw(questionId) {
    this.#note((unread) => unread.saw(questionId))
  }

  /**
   * From now on it is noted what was read: it comes after the page.
   *
   * @param {import("./unread.js").Unread} unread
   */
  noteIn(unread) {
    this.#unread = unread
    for (const note of this.#unnoted.splice(0)) note(unread)
    this.lookAtUnread()
  }

  /** @param {(unread: import("./unread.js").Unread) => void} note */
  #note(note) {
    if (this.#unread) note(this.#unread)
    else if (this.#unnoted.length < mostUnnoted) this.#unnoted.push(note)
  }

  /** Shows what the browser knows; another tab may have changed it. */
  lookAtUnread() {
    const unread = this.#unread?.read() ?? []
    this.#store.update((state) => lists.unreadChanged(state, unread))
  }

  // What is changed

  /**
   * Sends a change. Lists that do not know it yet are not shown.
   *
   * @param {() => Promise<void>} send
   */
  async send(send) {
    this.#underway += 1
    this.#changes += 1
    try {
      await send()
      this.whenChanged()
    } finally {
      this.#underway -= 1
      if (this.#underway === 0 && this.#isStale) {
        this.#isStale = false
        this.refresh()
      }
    }
  }

  /** @param {unknown} error */
  fail(error) {
    console.error("The list could not be changed:", error)
    this.#store.update((state) => hinted(state, asProblem(error).message))
  }
}

/** @param {Pick<Summary, "title">} summary */
export function nameOf({ title }) {
  return title || say("list.untitled")
}
