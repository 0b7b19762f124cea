// Stands for the rows of the list until there is one: who comes for the first time has none.

import { LateModule } from "./late-module.js"

/** @typedef {import("./elements/conversation-groups.js").ConversationGroups} ConversationGroups */
/** @typedef {Parameters<ConversationGroups["show"]>[0]} Shown */

export class LateGroups {
  /** Where they will be. */
  view = document.createElement("conversation-groups")
  /** @type {LateModule<unknown>} */
  #module = new LateModule((again) => import(`./elements/conversation-groups.js${again}`))
  /** @type {ConversationGroups | null} */
  #groups = null
  /** @type {Shown | null} */
  #shown = null
  #ready

  /** @param {() => void} ready Told when the rows have come. */
  constructor(ready) {
    this.#ready = ready
  }

  /** Whether the rows are there, or there are none to show. */
  get isReady() {
    return this.#groups !== null || !this.#shown?.summaries.length
  }

  /** @param {Shown} shown */
  show(shown) {
    this.#shown = shown
    if (this.#groups) this.#groups.show(shown)
    else if (shown.summaries.length > 0) this.#load()
  }

  /** Leads to the first row. */
  focusFirst() {
    this.#groups?.focusFirst()
  }

  async #load() {
    if (await this.#module.get() === null) return
    this.#groups = /** @type {ConversationGroups} */ (this.view)
    if (this.#shown) this.#groups.show(this.#shown)
    this.#ready()
  }
}
