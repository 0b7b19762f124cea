// Builds the store, defines the elements, starts; nothing else.

import { API } from "./api.js"
import { Chat } from "./chat.js"
import { announced, firstState } from "./chat-state.js"
import { find, setText } from "./dom.js"
import { Drafts } from "./drafts.js"
import { ConversationList } from "./elements/conversation-list.js"
import { LiveRegions } from "./elements/live-regions.js"
import { MessageComposer } from "./elements/message-composer.js"
import { MessageList } from "./elements/message-list.js"
import { MessageView } from "./elements/message-view.js"
import { RemovalToasts } from "./elements/removal-toasts.js"
import { WelcomePanel } from "./elements/welcome-panel.js"
import { renderEachFrame, Store } from "./store.js"
import { browserWorld } from "./world.js"

customElements.define("message-view", MessageView)
customElements.define("message-list", MessageList)
customElements.define("message-composer", MessageComposer)
customElements.define("conversation-list", ConversationList)
customElements.define("welcome-panel", WelcomePanel)
customElements.define("removal-toasts", RemovalToasts)
customElements.define("live-regions", LiveRegions)

/** @typedef {import("./chat-state.js").ChatState} ChatState */

const messages = find("message-list", MessageList)
const composer = find("message-composer", MessageComposer)
const sidebar = find("#sidebar", HTMLElement)
const title = find("#conversation-title", HTMLElement)
const toasts = find("removal-toasts", RemovalToasts)
const views = [
  messages,
  composer,
  toasts,
  find("welcome-panel", WelcomePanel),
  find("conversation-list", ConversationList),
  find("live-regions", LiveRegions),
]

const drafts = new Drafts(() => localStorage)
composer.drafts = drafts
/** @type {Store<ChatState>} */
const store = new Store(firstState)
const chat = new Chat({
  store,
  api: new API((url, options) => fetch(url, options)),
  drafts,
  world: browserWorld(),
  showAddress: (id) => history.pushState(null, "", id ? `/?c=${encodeURIComponent(id)}` : "/"),
})

/** The conversation that the URL names. */
function addressed() {
  return new URLSearchParams(location.search).get("c")
}

/** @param {ChatState} state */
function render(state) {
  const summary = state.summaries.find(({ id }) => id === state.chosenId)
  const name = summary?.title || state.conversation?.title || ""
  setText(title, name || (state.chosenId ? "Shuren" : "New conversation"))
  document.title = name ? `${name} · Shuren` : "Shuren"
  for (const view of views) view.show(state)
}

/**
 * @param {string} name
 * @param {(detail: Record<string, string>) => void} act
 */
function on(name, act) {
  document.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail))
}

on("chat-ask", ({ text }) => {
  if (chat.ask(text ?? "")) messages.jumpToEnd()
  composer.focusBox()
})
on("chat-suggest", ({ text }) => composer.suggest(text ?? ""))
on("chat-stop", () => chat.stop())
on("chat-retry", ({ id }) => {
  chat.retry(id ?? "")
  composer.focusBox()
})
on("chat-continue", () => {
  if (chat.continue()) messages.jumpToEnd()
  composer.focusBox()
})
on("chat-choose", ({ id }) => {
  if (sidebar.matches(":popover-open")) sidebar.hidePopover()
  chat.choose(id ?? null)
  composer.focusBox()
})
on("chat-rename", ({ id, title }) => chat.rename(id ?? "", title ?? ""))
on("chat-remove", ({ id }) => {
  chat.remove(id ?? "")
  requestAnimationFrame(() => toasts.focusLatest())
})
on("chat-undo", ({ id }) => {
  chat.undoRemoval(id ?? "")
  composer.focusBox()
})
on("chat-reopen", () => chat.reopen())
on("chat-copied", () => store.update((state) => announced(state, "Copied.")))
on("chat-focus-lost", () => composer.focusBox())
find(".start-new", HTMLElement).addEventListener("click", (event) => {
  event.preventDefault()
  chat.choose(null)
  composer.focusBox()
})
addEventListener("popstate", () => chat.arriveAt(addressed()))
addEventListener("pagehide", () => chat.leave())
addEventListener("pageshow", (event) => {
  // Back from the browser's memory, as it was left.
  if (event.persisted) chat.reopen()
})

renderEachFrame(store, render, requestAnimationFrame)
render(store.get())
chat.start(addressed())
composer.focusBox()
