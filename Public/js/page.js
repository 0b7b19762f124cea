// What the pages have in common: the elements of a conversation, and what the reader does with them.

import { API } from "./api.js"
import { Chat } from "./chat.js"
import * as states from "./chat-state.js"
import { find, on } from "./dom.js"
import { Drafts } from "./drafts.js"
import { LiveRegions } from "./elements/live-regions.js"
import { MessageComposer } from "./elements/message-composer.js"
import { bringComfortsLate } from "./late-comforts.js"
import { lateFollowing } from "./late-following.js"
import { LateTranscript } from "./late-transcript.js"
import { makeShelf } from "./list-page.js"
import { loginAddress } from "./own-path.js"
import { Outbox } from "./outbox.js"
import { Profiles } from "./profiles.js"
import { ReadingPlaces } from "./reading-places.js"
import { SettingsKeeper } from "./settings.js"
import { followSettings } from "./settings-following.js"
import { renderEachFrame, Store } from "./store.js"
import { listenForUndo, Undo } from "./undo.js"
import { browserWorld } from "./world.js"
import { fetchInLanguage, say } from "./words.js"

export { on } from "./dom.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {{ show: (state: ChatState) => void }} View */

/** Defines the elements that every page has. */
export function defineElements() {
  customElements.define("message-composer", MessageComposer)
  customElements.define("live-regions", LiveRegions)
}

/**
 * Builds the store and the chat, and shows every change to the views.
 *
 * @param {object} how
 * @param {import("./api.js").Kind} how.kind
 * @param {readonly View[]} how.views The views of this page alone.
 * @param {(state: ChatState) => void} how.render Shows what is in no view.
 * @param {(conversationId: string | null, messageId: string | null) => void} how.showAddress
 * @param {(heard: import("./reply.js").Heard) => void} [how.overhear]
 */
export function makePage({ kind, views, render, showAddress, overhear = () => {} }) {
  const places = new ReadingPlaces(() => localStorage)
  // Until the transcript is here, there is nothing to read.
  /** @type {import("./page-messages.js").Reading} */
  let reading = { goToEnd: () => Promise.resolve(true), offerBack: () => {} }
  const messages = new LateTranscript(places, ({ readMessages }) => {
    reading = readMessages({ store, api, chat, shelf, world, undo, messages, composer })
  })
  const composer = find("message-composer", MessageComposer)
  const all = [messages, composer, find("live-regions", LiveRegions), ...views]
  const world = browserWorld()
  const drafts = new Drafts(() => localStorage)
  composer.drafts = drafts
  const settings = new SettingsKeeper(() => localStorage)
  /** @type {Store<ChatState>} */
  const store = new Store({ ...states.firstState, settings: settings.read() })
  const api = new API(fetchInLanguage, { kind, place: world.place })
  const outbox = new Outbox(() => localStorage, kind)
  const undo = new Undo({ store, world })
  const shelf = makeShelf({ store, world })
  const chat = new Chat({
    store,
    api,
    shelf,
    drafts,
    outbox,
    world,
    following: lateFollowing,
    showAddress,
    placeIn: (id) => places.read(id)?.messageId ?? null,
    whenInstead: (changed) => {
      if (kind === "chat") reading.offerBack(changed)
    },
    overhear,
  })
  const profiles = new Profiles({ store, api })

  bringComfortsLate({ store, world, shelf })
  listenForUndo(undo)
  messages.loadSoon(world)
  on("chat-ask", async ({ text }) => {
    const { chosenId } = store.get()
    const isThere = await reading.goToEnd()
    // Meanwhile the reader may have gone elsewhere: there it would be said to somebody else.
    if (store.get().chosenId !== chosenId) return drafts.write(chosenId, text ?? "")
    if (isThere && chat.ask(text ?? "")) messages.showQuestion()
    else composer.giveBack(text ?? "")
    composer.focusBox()
  })
  on("chat-suggest", ({ text }) => composer.suggest(text ?? ""))
  on("chat-stop", () => chat.stop())
  on("chat-retry", ({ id }) => {
    chat.retry(id ?? "")
    composer.focusBox()
  })
  on("reply-inspect", ({ id }) => chat.inspect(id ?? ""))
  on("chat-pick", ({ agent }) => chat.pick(agent || null))
  on("chat-continue", () => {
    if (chat.continue()) messages.showQuestion()
    composer.focusBox()
  })
  on("outbox-send", ({ id }) => chat.sendNow(id ?? ""))
  on("outbox-discard", ({ id }) => chat.discard(id ?? ""))
  on("chat-login", () => location.assign(loginAddress(location)))
  on("chat-reopen", () => chat.reopen())
  on("chat-copied", () => store.update((state) => states.announced(state, say("announced.copied"))))
  on("say-status", ({ text }) => store.update((state) => states.announced(state, text ?? "")))
  on("chat-focus-lost", () => composer.focusBox())
  document.addEventListener("fact-answer", (event) => {
    const { proposal, answer, text } = /** @type {CustomEvent} */ (event).detail
    profiles.answer(proposal, answer, text)
    composer.focusBox()
  })
  addEventListener("pagehide", () => chat.leave())
  addEventListener("pageshow", (event) => {
    // Back from the browser's memory, as it was left.
    if (event.persisted) chat.reopen()
  })

  /** @param {ChatState} state */
  const show = (state) => {
    if (state.configuration?.needsLogin) return location.replace(loginAddress(location))
    render(state)
    for (const view of all) view.show(state)
  }
  renderEachFrame(store, show, requestAnimationFrame)
  show(store.get())
  followSettings(store, settings, { whenStreamingChanged: () => chat.configure() })
  profiles.recall()
  return {
    store,
    api,
    chat,
    shelf,
    composer,
    profiles,
    undo,
    world,
    keepers: { outbox, drafts, places },
  }
}
