// What a reader does with the list: its menus, the archive, the bin and the search. Imported when
// somebody is near the list.

import { unsentChanged } from "./chat-state.js"
import { BinView } from "./elements/bin-view.js"
import { editTitle } from "./elements/row-editing.js"
import { openRowMenu } from "./elements/row-menu.js"
import { SearchResults } from "./elements/search-results.js"
import { ConversationRow } from "./elements/conversation-row.js"
import { exportConversation } from "./exporting.js"
import { needStyle } from "./late-style.js"
import { setAside } from "./set-aside.js"
import { ShelfActs } from "./shelf-acts.js"
import { ShelfAPI } from "./shelf-acts-api.js"
import { SideShelf } from "./side-shelf.js"
import { fetchInLanguage } from "./words.js"

/**
 * @typedef {object} Parts
 * @property {import("./store.js").Store<import("./chat-state.js").ChatState>} store
 * @property {import("./world.js").World} world
 * @property {import("./undo.js").Undo} undo
 * @property {import("./shelf.js").Shelf} shelf
 * @property {import("./chat.js").Chat} chat
 * @property {import("./elements/message-composer.js").MessageComposer} composer
 * @property {import("./set-aside.js").Keepers} keepers What the browser keeps of conversations.
 */

/** @typedef {Readonly<Record<string, string>>} Detail What is to be done, and with what. */

export class ListActs {
  #acts
  #side

  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts
    const { store, undo, world, shelf } = parts
    const api = new ShelfAPI(fetchInLanguage)
    this.#acts = new ShelfActs({ store, api, undo, shelf, setAside: (id) => this.#setAside(id) })
    this.#side = new SideShelf({ store, api, world, shelf })
    needStyle("/css/side-views.css")
    customElements.define("bin-view", BinView)
    customElements.define("search-results", SearchResults)
  }

  /**
   * @param {Detail} detail
   * @param {EventTarget | null} target What it was done with.
   */
  perform(detail, target) {
    const { act = "", id = "" } = detail
    const isList = this.parts.store.get().side.kind === "list"
    switch (act) {
      case "menu":
        return target instanceof ConversationRow && openRowMenu(target)
      case "edit":
        return target instanceof ConversationRow && editTitle(target)
      case "rename":
        return this.#acts.rename(id, detail.title ?? "")
      case "pin":
        return this.#acts.pin(id, true)
      case "unpin":
        return this.#acts.pin(id, false)
      case "archive":
        return this.#acts.archive(id)
      case "unarchive":
        return this.#side.unarchive(id)
      case "remove":
        return this.#remove(id)
      case "export":
        return exportConversation(
          this.parts.store,
          id,
          detail.format === "json" ? "json" : "markdown",
        )
      case "more":
        return isList ? this.#acts.more() : this.#side.more()
      case "retry":
        return isList ? this.parts.shelf.refresh() : this.#side.retry()
      case "open":
        return this.#side.open(detail.kind === "bin" ? "bin" : "archive")
      case "close":
        return this.#side.close()
      case "search":
        return this.#side.search(detail.words ?? "")
      case "restore":
        return this.#side.restore(id)
      case "empty":
        return this.#side.emptyBin()
      default:
        throw new Error(`There is nothing called ${act}.`)
    }
  }

  /** @param {string} id */
  #remove(id) {
    const { store, chat } = this.parts
    const wasChosen = store.get().chosenId === id
    this.#acts.remove(id, () => {
      if (wasChosen && store.get().chosenId === null) chat.choose(id)
    })
    if (wasChosen) chat.choose(null)
  }

  /** @param {string} id */
  #setAside(id) {
    const { store, keepers, world } = this.parts
    const showUnsent = () =>
      store.update((state) => unsentChanged(state, keepers.outbox.read(), world.now()))
    const putBack = setAside(keepers, id)
    showUnsent()
    return () => {
      putBack()
      showUnsent()
    }
  }
}
