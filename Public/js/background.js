// Tells somebody who looks elsewhere that a reply is finished: in the title, in the icon, on the
// badge, and with a notification where the reader has asked for one.

import * as backgrounds from "./background-state.js"

/** @typedef {import("./store.js").Store<import("./chat-state.js").ChatState>} ChatStore */

/** A page that nobody looks at holds no stream: it asks now and then. */
const lookEveryMs = 5_000

/**
 * @typedef {object} Signs
 * @property {(mark: string, count: number) => void} show Shows how many replies are finished.
 * @property {(reply: import("./background-state.js").Watched) => void} notify
 */

export class BackgroundWatch {
  #store
  #api
  #world
  #signs
  #background = backgrounds.nothingInBackground
  /** @type {string | null} The question of the reply that ran when the page last looked. */
  #runningId = null
  #cancelLook = () => {}

  /**
   * @param {object} parts
   * @param {ChatStore} parts.store
   * @param {Pick<import("./api.js").API, "active">} parts.api One of its own: what it has been told
   *   is no news any more for whoever asks through the same.
   * @param {import("./world.js").World} parts.world
   * @param {Signs} parts.signs
   */
  constructor({ store, api, world, signs }) {
    this.#store = store
    this.#api = api
    this.#world = world
    this.#signs = signs
  }

  begin() {
    this.#store.subscribe(() => this.#stateChanged())
    this.#world.watchVisibility(() => this.#visibilityChanged())
    this.#stateChanged()
    this.#visibilityChanged()
  }

  #stateChanged() {
    /** @type {import("./chat-state.js").ChatState} */
    const { running, chosenId, conversation, summaries } = this.#store.get()
    const before = this.#runningId
    this.#runningId = running?.questionId ?? null
    if (running && chosenId) {
      const summary = summaries.find(({ id }) => id === chosenId)
      const title = summary?.title || conversation?.title || ""
      const reply = { messageId: running.questionId, conversationId: chosenId, title }
      this.#become(backgrounds.began(this.#background, reply))
    }
    // Whoever goes to another conversation leaves the reply running.
    const isSame = conversation?.messages.some(({ id }) => id === before)
    if (before !== null && before !== this.#runningId && isSame) {
      this.#become(backgrounds.ended(this.#background, before, this.#world.isVisible()))
    }
  }

  #visibilityChanged() {
    this.#cancelLook()
    if (this.#world.isVisible()) this.#become(backgrounds.returned(this.#background))
    else this.#lookLater()
  }

  #lookLater() {
    this.#cancelLook()
    this.#cancelLook = this.#world.after(lookEveryMs, () => this.#look())
  }

  async #look() {
    if (this.#background.watched.length > 0) {
      try {
        const active = await this.#api.active()
        if (active) this.#become(backgrounds.looked(this.#background, active))
      } catch (error) {
        // The next look is soon.
        console.debug("Whether the reply is finished is not known:", error)
      }
    }
    if (this.#world.isVisible()) this.#become(backgrounds.returned(this.#background))
    else this.#lookLater()
  }

  /** @param {import("./background-state.js").Background} background */
  #become(background) {
    const before = this.#background
    this.#background = background
    if (background.finished === before.finished) return
    this.#signs.show(backgrounds.titleMark(background), background.finished.length)
    if (!this.#store.get().settings.notifies || this.#world.isVisible()) return
    for (const reply of background.finished) {
      if (!before.finished.includes(reply)) this.#signs.notify(reply)
    }
  }
}
