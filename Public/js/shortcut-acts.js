// What the shortcuts do on the chat page. Each does what a button on the page does, too.

import { announced, set } from "./chat-state.js"
import { report } from "./dom.js"
import { isMac, openShortcutList } from "./shortcut-list.js"
import { actFor } from "./shortcuts.js"
import { say } from "./words.js"

/** @typedef {import("./shortcuts.js").Act} Act */
/** @typedef {import("./store.js").Store<import("./chat-state.js").ChatState>} ChatStore */

/** From here on there is room for the list beside the messages: layout.css. */
const roomy = matchMedia("(min-width: 56rem)")

const writableInputs =
  "input:not([type=checkbox], [type=radio], [type=button], [type=file], [type=range])"

/**
 * Listens for the keys, and for `shortcuts-open`.
 *
 * @param {ChatStore} store
 */
export function listenForShortcuts(store) {
  /** @param {Act} act */
  const perform = (act) => {
    if (act === "list") return openShortcutList({ act: perform })
    if (acts[act](store)) return
    store.update((state) => announced(state, say("shortcuts.nothing")))
  }
  document.addEventListener("shortcuts-open", () => perform("list"))
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || isElsewhere(event)) return
    if (isEditKey(event)) return report(document, "edit-last")
    const act = actFor(event, {
      isWriting: isWriting(event.target),
      isMac,
      hasSingleKeys: store.get().settings.hasShortcuts,
    })
    // Where nothing runs, Escape is the browser's.
    if (!act || (act === "stop" && store.get().running === null)) return
    event.preventDefault()
    perform(act)
  })
}

/**
 * Each says whether there was something to do it with.
 *
 * @type {Readonly<Record<Exclude<Act, "list">, (store: ChatStore) => boolean>>}
 */
const acts = {
  new: () => tell("chat-choose", { id: null }),
  search: () => tell("search-open"),
  focus: () => focus(document.querySelector("#message-box")),
  stop: () => tell("chat-stop"),
  copyReply: () => clickLast("[data-role=assistant] .copy-message"),
  copyCode: () => clickLast(".copy-code"),
  nextMessage: () => goToMessage(1),
  previousMessage: () => goToMessage(-1),
  nextConversation: () => goToConversation(1),
  previousConversation: () => goToConversation(-1),
  edit: () => tell("edit-last"),
  sidebar: toggleSidebar,
}

/**
 * @param {string} name
 * @param {Record<string, string | null>} [detail]
 */
function tell(name, detail) {
  report(document, name, detail)
  return true
}

/** @param {ChatStore} store */
function toggleSidebar(store) {
  const sidebar = document.querySelector("#sidebar")
  if (!(sidebar instanceof HTMLElement)) return false
  if (roomy.matches) {
    store.update((state) => set(state, { showsSidebar: !state.settings.showsSidebar }))
  } else {
    sidebar.togglePopover()
  }
  return true
}

/**
 * Whether a dialog has the keys, or an open drawer its way to close.
 *
 * @param {KeyboardEvent} event
 */
function isElsewhere({ key }) {
  const hasDrawer = document.querySelector("#sidebar:popover-open") !== null
  return document.querySelector("dialog[open]") !== null || (hasDrawer && key === "Escape")
}

/**
 * Whether what is typed goes into a text, or chooses from a list.
 *
 * @param {EventTarget | null} target
 */
function isWriting(target) {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches(`textarea, select, ${writableInputs}`)
}

/**
 * The arrow upwards in an empty message box.
 *
 * @param {KeyboardEvent} event
 */
function isEditKey({ key, target, shiftKey, ctrlKey, metaKey, altKey, isComposing }) {
  const isPlain = key === "ArrowUp" && !shiftKey && !ctrlKey && !metaKey && !altKey
  return isPlain && !isComposing && target instanceof HTMLTextAreaElement &&
    target.id === "message-box" && target.value === ""
}

/** @param {Element | null | undefined} node */
function focus(node) {
  if (!(node instanceof HTMLElement)) return false
  node.focus()
  return true
}

/** @param {string} selector */
function clickLast(selector) {
  const all = [...document.querySelectorAll(`message-view ${selector}`)]
  const last = all.filter((node) => node instanceof HTMLElement && node.checkVisibility()).at(-1)
  if (last instanceof HTMLElement) last.click()
  return last !== undefined
}

/**
 * To the message after or before that which has the focus, or that is at the top of what is seen.
 *
 * @param {1 | -1} step
 */
function goToMessage(step) {
  const views = [...document.querySelectorAll("message-view")]
  const focused = views.findIndex((view) => view.contains(document.activeElement))
  const top = document.querySelector(".transcript")?.getBoundingClientRect().top ?? 0
  // Half a line more, because a message that is reached stands at the very top.
  const seen = views.findIndex((view) => view.getBoundingClientRect().bottom > top + 12)
  const next = focused >= 0 ? focused + step : step > 0 ? seen : seen - 1
  const view = views[next]
  if (!(view instanceof HTMLElement)) return false
  view.tabIndex = -1
  view.focus({ preventScroll: true })
  view.scrollIntoView({ block: "start" })
  return true
}

/** @param {1 | -1} step */
function goToConversation(step) {
  const links = [...document.querySelectorAll("conversation-list .conversation-link")]
  const chosen = links.findIndex((link) => link.getAttribute("aria-current") === "page")
  const link = links[chosen + step]
  if (chosen < 0 && step < 0) return false
  if (!(link instanceof HTMLElement)) return false
  link.click()
  return true
}
