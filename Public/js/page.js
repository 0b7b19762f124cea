// What the pages have in common: the elements of a conversation, and what the reader does with them.

import { API } from "./api.js"
import { Chat } from "./chat.js"
import * as states from "./chat-state.js"
import { find } from "./dom.js"
import { Drafts } from "./drafts.js"
import { LiveRegions } from "./elements/live-regions.js"
import { MessageComposer } from "./elements/message-composer.js"
import { LateTranscript } from "./late-transcript.js"
import { askBeforeLeaving } from "./leaving.js"
import { loginAddress } from "./own-path.js"
import { Outbox } from "./outbox.js"
import { Profiles } from "./profiles.js"
import { ReadingPlaces } from "./reading-places.js"
import { SettingsKeeper } from "./settings.js"
import { Shelf } from "./shelf.js"
import { renderEachFrame, Store } from "./store.js"
import { browserWorld } from "./world.js"

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
 * @param {(conversationId: string | null) => void} how.showAddress
 * @param {(heard: import("./reply.js").Heard) => void} [how.overhear]
 */
export function makePage({ kind, views, render, showAddress, overhear = () => {} }) {
  const places = new ReadingPlaces(() => localStorage)
  const messages = new LateTranscript(places)
  const composer = find("message-composer", MessageComposer)
  const all = [messages, composer, find("live-regions", LiveRegions), ...views]
  const world = browserWorld()
  const drafts = new Drafts(() => localStorage)
  composer.drafts = drafts
  const settings = new SettingsKeeper(() => localStorage)
  /** @type {Store<ChatState>} */
  const store = new Store({ ...states.firstState, settings: settings.read() })
  const api = new API((url, options) => fetch(url, options), { kind, place: world.place })
  const outbox = new Outbox(() => localStorage, kind)
  const shelf = new Shelf({
    store,
    api,
    world,
    forget: (id) => {
      outbox.forget(id)
      drafts.write(id, "")
      places.write(id, null)
      store.update((state) => states.unsentChanged(state, outbox.read(), world.now()))
    },
  })
  const chat = new Chat({ store, api, shelf, drafts, outbox, world, showAddress, overhear })
  const profiles = new Profiles({ store, api })

  askBeforeLeaving()
  messages.loadSoon(world)
  on("chat-ask", ({ text }) => {
    if (chat.ask(text ?? "")) messages.showQuestion()
    composer.focusBox()
  })
  on("chat-suggest", ({ text }) => composer.suggest(text ?? ""))
  on("chat-stop", () => chat.stop())
  on("chat-retry", ({ id }) => {
    chat.retry(id ?? "")
    composer.focusBox()
  })
  on("chat-ask-other", ({ id, agent }) => {
    chat.askOther(id ?? "", agent ?? "")
    messages.showQuestion()
    composer.focusBox()
  })
  on("reply-inspect", ({ id }) => chat.inspect(id ?? ""))
  on("chat-pick", ({ agent }) => chat.pick(agent || null))
  on("chat-continue", () => {
    if (chat.continue()) messages.showQuestion()
    composer.focusBox()
  })
  on(
    "settings-change",
    ({ keeps }) =>
      store.update((state) => states.set(state, { keepsQuestionInView: keeps === "yes" })),
  )
  on("outbox-send", ({ id }) => chat.sendNow(id ?? ""))
  on("outbox-discard", ({ id }) => chat.discard(id ?? ""))
  on("chat-login", () => location.assign(loginAddress(location)))
  on("chat-reopen", () => chat.reopen())
  on("chat-copied", () => store.update((state) => states.announced(state, "Copied.")))
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
    render(state)
    for (const view of all) view.show(state)
  }
  renderEachFrame(store, show, requestAnimationFrame)
  show(store.get())
  keepSettings(store, settings)
  profiles.recall()
  return { store, chat, shelf, composer, profiles }
}

/**
 * @param {Store<ChatState>} store
 * @param {SettingsKeeper} keeper
 */
function keepSettings(store, keeper) {
  let kept = store.get().settings
  store.subscribe(() => {
    const { settings } = store.get()
    if (settings === kept) return
    kept = settings
    keeper.write(settings)
  })
}

/**
 * @param {string} name
 * @param {(detail: Record<string, string>) => void} act
 */
export function on(name, act) {
  document.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail))
}
