// The chat page: defines its elements, starts; nothing else.

import { find, setText } from "./dom.js"
import { ConversationList } from "./elements/conversation-list.js"
import { LateToasts } from "./late-toasts.js"
import { WelcomePanel } from "./elements/welcome-panel.js"
import { listenToList } from "./list-page.js"
import { addressOf } from "./own-path.js"
import { nameTitle } from "./page-title.js"
import { LateMenu } from "./late-menu.js"
import { defineElements, makePage } from "./page.js"
import { say } from "./words.js"

defineElements()
customElements.define("conversation-list", ConversationList)
customElements.define("welcome-panel", WelcomePanel)

const title = find("#conversation-title", HTMLElement)

const { store, chat, shelf, composer, profiles, undo, world, keepers } = makePage({
  kind: "chat",
  views: [
    new LateToasts(),
    find("welcome-panel", WelcomePanel),
    find("conversation-list", ConversationList),
  ],
  render: showTitle,
  showAddress: (id, message) => history.pushState(null, "", addressOf(id, message)),
})

/**
 * The conversation that the URL names, and the message in it.
 *
 * @returns {[string | null, string | null]}
 */
function addressed() {
  const names = new URLSearchParams(location.search)
  return [names.get("c"), names.get("m")]
}

/** @param {import("./chat-state.js").ChatState} state */
function showTitle(state) {
  const summary = state.summaries.find(({ id }) => id === state.chosenId)
  const name = summary?.title || state.conversation?.title || ""
  setText(title, name || say(state.chosenId ? "page.title" : "page.new"))
  nameTitle(name ? say("page.named", { title: name }) : say("page.title"))
}

listenToList({ store, shelf, undo, world, chat, composer, keepers })
new LateMenu(store)
find(".start-new", HTMLElement).addEventListener("click", (event) => {
  event.preventDefault()
  chat.choose(null)
  composer.focusBox()
})
addEventListener("popstate", () => chat.arriveAt(...addressed()))

chat.start(...addressed())
profiles.welcome()
composer.focusBox()
