// Stands for the transcript until it is there. A page that opens needs none; it comes as soon as
// somebody uses the page, or a moment later, so that it is there when the network is not.

import { find } from "./dom.js"
import { LateModule } from "./late-module.js"
import { needStyle } from "./late-style.js"

/** By then the page itself has long been there. */
const soonMs = 2_000

/** What a reader does first. */
const firstActs = ["pointermove", "pointerdown", "keydown", "touchstart"]

/** What messages look like. */
const styles = ["messages", "message-tools", "prose", "code"]

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {typeof import("./transcript.js")} Transcript */
/** @typedef {import("./elements/message-list.js").MessageList} MessageList */

export class LateTranscript {
  #places
  #whenHere
  /** @type {MessageList | null} */
  #list = null
  /** @type {LateModule<Transcript>} */
  #module = new LateModule(async (again) => {
    const [transcript] = await Promise.all([
      import(`./transcript.js${again}`),
      ...styles.map((name) => needStyle(`/css/${name}.css`)),
    ])
    return transcript
  })
  #hasNewQuestion = false
  /** @type {ChatState | null} */
  #state = null

  /**
   * @param {import("./reading-places.js").ReadingPlaces} places
   * @param {(transcript: Transcript) => void} whenHere Hears once of what came.
   */
  constructor(places, whenHere) {
    this.#places = places
    this.#whenHere = whenHere
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

  /** The reader wants to see the end, which is shown with the next frame. */
  jumpToEnd() {
    requestAnimationFrame(() => this.#list?.jumpToEnd())
  }

  /**
   * Nothing is loaded around what is shown while another part of the conversation comes, and until
   * that has been shown.
   *
   * @template Answer
   * @param {Promise<Answer>} coming
   */
  async holdLoading(coming) {
    if (this.#list) this.#list.holdsLoading = true
    try {
      return await coming
    } finally {
      requestAnimationFrame(() => {
        if (this.#list) this.#list.holdsLoading = false
      })
    }
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
    const transcript = await this.#module.get()
    if (transcript === null || this.#list) return
    this.#whenHere(transcript)
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
