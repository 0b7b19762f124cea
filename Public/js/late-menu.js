// Stands for the menu beside the title until a conversation is open: the first page has none.

import { LateModule } from "./late-module.js"

export class LateMenu {
  #store
  /** @type {LateModule<typeof import("./exporting.js")>} */
  #module = new LateModule((again) => import(`./exporting.js${again}`))
  /** @type {import("./elements/conversation-menu.js").ConversationMenu | null} */
  #menu = null

  /** @param {import("./store.js").Store<import("./chat-state.js").ChatState>} store */
  constructor(store) {
    this.#store = store
    store.subscribe(() => this.#changed())
  }

  async #changed() {
    if (this.#menu) return this.#menu.show(this.#store.get())
    if (this.#store.get().chosenId === null) return
    const module = await this.#module.get()
    if (module && !this.#menu) this.#menu = module.placeMenu(this.#store)
  }
}
