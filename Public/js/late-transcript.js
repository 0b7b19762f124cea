// Stands for the transcript until it is there. A page that opens needs none; it comes as soon as
// somebody uses the page, or a moment later, so that it is there when the network is not.

import { find } from "./dom.js"

/** By then the page itself has long been there. */
const soonMs = 2_000

/** What a reader does first. */
const firstActs = ["pointermove", "pointerdown", "keydown", "touchstart"]

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {import("./elements/message-list.js").MessageList} MessageList */

export class LateTranscript {
  #places
  /** @type {MessageList | null} */
  #list = null
  #isComing = false
  #attempts = 0
  #hasNewQuestion = false
  /** @type {ChatState | null} */
  #state = null

  /** @param {import("./reading-places.js").ReadingPlaces} places */
  constructor(places) {
    this.#places = places
  }

  /** @param {ChatState} state */
  show(state) {
    this.#state = state
    if (this.#list) return this.#list.show(state)
    if (state.chosenId !== null) this.load()
  }

  /** The reader has asked something. */
  showQuestion() {
    if (this.#list) this.#list.showQuestion()
    else this.#hasNewQuestion = true
  }

  /**
   * Fetches it when the reader does something, or soon, and again when the network is back.
   *
   * @param {import("./world.js").World} world
   */
  loadSoon(world) {
    for (const act of firstActs) {
      addEventListener(act, () => this.load(), { once: true, passive: true })
    }
    world.after(soonMs, () => this.load())
    world.watchNetwork(() => this.load())
  }

  /** Fetches it; may be called any number of times. */
  async load() {
    if (this.#isComing) return
    this.#isComing = true
    this.#attempts += 1
    try {
      // Under another name, because browsers remember that they could not load the first.
      await (this.#attempts === 1
        ? import("./transcript.js")
        : import(`./transcript.js?attempt=${this.#attempts}`))
    } catch (reason) {
      // The page is being left, or there is no network: with the next chance it is tried again.
      console.debug("The transcript cannot be loaded yet:", reason)
      this.#isComing = false
      return
    }
    this.#arrived(/** @type {MessageList} */ (find("message-list", HTMLElement)))
  }

  /** @param {MessageList} list */
  #arrived(list) {
    this.#list = list
    list.places = this.#places
    if (this.#hasNewQuestion && this.#state) {
      list.show(this.#state)
      list.showQuestion()
    }
    if (this.#state) list.show(this.#state)
  }
}
