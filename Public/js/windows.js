// Loads what is beyond the messages that the page has.

import * as states from "./chat-state.js"
import { beyond, edgeChanged, isBeside, withEarlier, withLater } from "./message-window.js"
import { asProblem } from "./problem.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {import("./conversation.js").Conversation} Conversation */

export class Windows {
  #store
  #api
  #whenAtEnd
  /** What is on its way, by edge: what came too late for its window is not put into another. */
  #asked = { earlier: Symbol(), later: Symbol() }

  /**
   * @param {object} parts
   * @param {import("./store.js").Store<ChatState>} parts.store
   * @param {Pick<import("./api.js").API, "conversation">} parts.api
   * @param {(conversation: Conversation) => void} [parts.whenAtEnd] Hears of a conversation whose end
   *   has just been loaded.
   */
  constructor({ store, api, whenAtEnd = () => {} }) {
    this.#store = store
    this.#api = api
    this.#whenAtEnd = whenAtEnd
  }

  /**
   * Loads the messages before the first one, or after the last one, unless they are on their way.
   *
   * @param {"earlier" | "later"} edge
   */
  async load(edge) {
    const { conversation } = this.#store.get()
    const place = conversation && isOpen(conversation[edge]) && beyond(conversation, edge)
    if (!conversation || !place) return
    const { id } = conversation
    const asked = Symbol()
    this.#asked[edge] = asked
    this.#change(id, (before) => edgeChanged(before, edge, "loading"))
    try {
      const answer = await this.#api.conversation(id, undefined, place)
      this.#change(id, (before) => {
        if (before[edge] !== "loading" || this.#asked[edge] !== asked) return before
        // Another part of the conversation may have come meanwhile.
        if (!isBeside(before, edge, place)) return edgeChanged(before, edge, "more")
        return edge === "earlier" ? withEarlier(before, answer) : withLater(before, answer)
      })
    } catch (error) {
      console.debug("No more messages yet:", error)
      if (this.#asked[edge] === asked) this.#failed(id, edge)
    }
    this.#sayWhetherAtEnd(id, edge)
  }

  /**
   * Loads the end of the conversation in place of what is here, unless it is here.
   *
   * @returns {Promise<boolean>} Whether it is here now.
   */
  async goToEnd() {
    const { conversation } = this.#store.get()
    if (states.isAtEnd(this.#store.get()) || !conversation) return true
    const { id, leaf } = conversation
    const asked = Symbol()
    this.#asked.later = asked
    this.#change(id, (before) => edgeChanged(before, "later", "loading"))
    try {
      const answer = await this.#api.conversation(id, undefined, { leaf })
      const isWanted = () => this.#asked.later === asked
      this.#change(id, (before) => before.later === "loading" && isWanted() ? answer : before)
    } catch (error) {
      if (this.#asked.later === asked) this.#failed(id, "later")
      this.#store.update((state) => states.hinted(state, asProblem(error).message))
    }
    this.#sayWhetherAtEnd(id, "later")
    return this.#store.get().chosenId === id && states.isAtEnd(this.#store.get())
  }

  /**
   * @param {string} id
   * @param {(conversation: Conversation) => Conversation} change
   */
  #change(id, change) {
    this.#store.update((state) => {
      const { conversation } = state
      if (conversation?.id !== id) return state
      const changed = change(conversation)
      return changed === conversation ? state : { ...state, conversation: changed }
    })
  }

  /**
   * @param {string} id
   * @param {"earlier" | "later"} edge
   */
  #failed(id, edge) {
    this.#change(
      id,
      (before) => before[edge] === "loading" ? edgeChanged(before, edge, "failed") : before,
    )
  }

  /**
   * @param {string} id
   * @param {"earlier" | "later"} edge
   */
  #sayWhetherAtEnd(id, edge) {
    const { conversation, running } = this.#store.get()
    const isHere = conversation?.id === id && conversation.later === "end"
    if (edge === "later" && isHere && !running) this.#whenAtEnd(conversation)
  }
}

/** @param {import("./conversation.js").Edge} edge */
function isOpen(edge) {
  return edge === "more" || edge === "failed"
}
