// The chat page: defines its elements, starts; nothing else.

import { find, setText } from "./dom.js"
import { ConversationList } from "./elements/conversation-list.js"
import { RemovalToasts } from "./elements/removal-toasts.js"
import { ViewSettings } from "./elements/view-settings.js"
import { WelcomePanel } from "./elements/welcome-panel.js"
import { defineElements, makePage, on } from "./page.js"

defineElements()
customElements.define("conversation-list", ConversationList)
customElements.define("welcome-panel", WelcomePanel)
customElements.define("removal-toasts", RemovalToasts)
customElements.define("view-settings", ViewSettings)

const sidebar = find("#sidebar", HTMLElement)
const title = find("#conversation-title", HTMLElement)
const toasts = find("removal-toasts", RemovalToasts)

const { store, chat, shelf, composer } = makePage({
  kind: "chat",
  views: [
    toasts,
    find("welcome-panel", WelcomePanel),
    find("conversation-list", ConversationList),
    find("view-settings", ViewSettings),
  ],
  render: showTitle,
  showAddress: (id) => history.pushState(null, "", id ? `/?c=${encodeURIComponent(id)}` : "/"),
})

/** The conversation that the URL names. */
function addressed() {
  return new URLSearchParams(location.search).get("c")
}

/** @param {import("./chat-state.js").ChatState} state */
function showTitle(state) {
  const summary = state.summaries.find(({ id }) => id === state.chosenId)
  const name = summary?.title || state.conversation?.title || ""
  setText(title, name || (state.chosenId ? "Shuren" : "New conversation"))
  document.title = name ? `${name} · Shuren` : "Shuren"
}

on("chat-choose", ({ id }) => {
  if (sidebar.matches(":popover-open")) sidebar.hidePopover()
  chat.choose(id ?? null)
  composer.focusBox()
})
on("chat-rename", ({ id, title }) => shelf.rename(id ?? "", title ?? ""))
on("chat-remove", ({ id }) => {
  shelf.remove(id ?? "")
  if (store.get().chosenId === id) chat.choose(null)
  requestAnimationFrame(() => toasts.focusLatest())
})
on("chat-undo", ({ id }) => {
  shelf.undo(id ?? "")
  composer.focusBox()
})
find(".start-new", HTMLElement).addEventListener("click", (event) => {
  event.preventDefault()
  chat.choose(null)
  composer.focusBox()
})
addEventListener("popstate", () => chat.arriveAt(addressed()))

chat.start(addressed())
composer.focusBox()
