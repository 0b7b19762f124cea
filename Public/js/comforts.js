// What makes the page pleasant and need not be there when it opens: loaded by late-comforts.js.

import { API } from "./api.js"
import { BackgroundWatch } from "./background.js"
import { browserSigns } from "./background-signs.js"
import { keepPage } from "./kept-page.js"
// Ready before the first question is asked.
import "./reply.js"
import { listenForShortcuts } from "./shortcut-acts.js"
import { noteUnread } from "./unread.js"
import { followKeyboard } from "./visible-area.js"

/**
 * @param {object} page
 * @param {import("./store.js").Store<import("./chat-state.js").ChatState>} page.store
 * @param {import("./world.js").World} page.world
 * @param {import("./shelf.js").Shelf} page.shelf
 */
export function bringComforts({ store, world, shelf }) {
  const api = new API((url, options) => fetch(url, options))
  new BackgroundWatch({ store, api, world, signs: browserSigns }).begin()
  noteUnread(shelf, { storage: () => localStorage, target: globalThis })
  listenForShortcuts(store)
  followKeyboard()
  keepPage(world)
}
