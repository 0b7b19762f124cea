// The menu beside the title, and what comes of it: conversations that are taken along.

import { announced, hinted } from "./chat-state.js"
import { find } from "./dom.js"
import { ConversationMenu } from "./elements/conversation-menu.js"
import { LateModule } from "./late-module.js"
import { asProblem, Problem } from "./problem.js"
import { fetchInLanguage, loadMoreWords, say } from "./words.js"

/** @typedef {import("./store.js").Store<import("./chat-state.js").ChatState>} ChatStore */

/**
 * Few conversations are taken along: what does that, and says so, comes when one is.
 *
 * @type {LateModule<typeof import("./exports.js")>}
 */
const late = new LateModule(async (again) => {
  await loadMoreWords()
  return import(`./exports.js${again}`)
})

/** @param {ChatStore} store */
export function placeMenu(store) {
  customElements.define("conversation-menu", ConversationMenu)
  listenForExports(store)
  const menu = find("conversation-menu", ConversationMenu)
  menu.show(store.get())
  return menu
}

/** @param {ChatStore} store */
function listenForExports(store) {
  document.addEventListener("conversation-export", (event) => {
    const { id, format } = /** @type {CustomEvent} */ (event).detail
    exportConversation(store, id, format)
  })
}

/**
 * Saves a conversation as a file, and says so.
 *
 * @param {ChatStore} store
 * @param {string} id
 * @param {import("./exports.js").Format} format
 */
export async function exportConversation(store, id, format) {
  try {
    const module = await late.get()
    if (module === null) throw new Problem("offline")
    await module.Exports.over(fetchInLanguage).conversation(id, format)
    store.update((state) => announced(state, say("exports.done")))
  } catch (error) {
    store.update((state) => hinted(state, asProblem(error).message))
  }
}
