// What a reader does with messages that are there: reads on, changes them, asks again, branches.

import { Branches } from "./branches.js"
import { on } from "./dom.js"
import { Windows } from "./windows.js"

/**
 * @typedef {object} Reading
 * @property {() => Promise<boolean>} goToEnd Whether the end of the conversation is there now.
 * @property {(changed: import("./chat.js").Changed) => void} offerBack
 */

/**
 * @param {object} parts
 * @param {import("./store.js").Store<import("./chat-state.js").ChatState>} parts.store
 * @param {import("./api.js").API} parts.api
 * @param {import("./chat.js").Chat} parts.chat
 * @param {import("./shelf.js").Shelf} parts.shelf
 * @param {import("./world.js").World} parts.world
 * @param {import("./undo.js").Undo} parts.undo
 * @param {import("./late-transcript.js").LateTranscript} parts.messages
 * @param {import("./elements/message-composer.js").MessageComposer} parts.composer
 * @returns {Reading}
 */
export function readMessages({ store, api, chat, shelf, world, undo, messages, composer }) {
  const windows = new Windows({ store, api, whenAtEnd: (loaded) => chat.resumeIn(loaded) })
  const branches = new Branches({ store, api, chat, shelf, world, undo })
  const goToEnd = () => messages.holdLoading(windows.goToEnd())
  /** @param {boolean} isSent */
  const asked = (isSent) => {
    if (!isSent) return
    messages.showQuestion()
    composer.focusBox()
  }
  on("message-again", ({ id, agent }) => asked(chat.askInstead(id ?? "", { agent: agent || null })))
  on("message-edit", ({ id }) => chat.edit(id ?? ""))
  on("edit-last", () => chat.editLast())
  on("message-edit-draft", ({ id, text }) => chat.keepEdit(id ?? "", text ?? ""))
  on("message-edit-cancel", () => chat.cancelEdit())
  on("message-edit-send", ({ id, text }) => asked(chat.askInstead(id ?? "", { text: text ?? "" })))
  on("message-variant", ({ id, sentence }) => branches.show(id ?? "", sentence ?? ""))
  on("message-branch", async ({ id }) => {
    await branches.branch(id ?? "")
    composer.focusBox()
  })
  on("transcript-more", ({ edge }) => windows.load(edge === "later" ? "later" : "earlier"))
  on("transcript-end", async () => {
    if (await goToEnd()) messages.jumpToEnd()
  })
  return {
    goToEnd,
    offerBack: (changed) => branches.offerBack(changed),
  }
}
