// The conversations beside the messages: a new one, a search, and the list by days. In the place of
// the list stand the archive, the bin or what was found, while a reader looks at them.

import { choose } from "../choosing.js"
import { element, find, report, setText } from "../dom.js"
import { icon } from "../icons.js"
import { say } from "../words.js"
import { LateGroups } from "../late-groups.js"
import { ConversationSearch } from "./conversation-search.js"

/** @typedef {import("../chat-state.js").ChatState} ChatState */
/** @typedef {{ show?: (state: ChatState) => void }} LateView An element that may not be there yet. */

export class ConversationList extends HTMLElement {
  #start = element(
    "a",
    { class: "button new-conversation", href: "/", onclick: (event) => choose(event, null) },
    icon("compose"),
    say("page.new"),
  )
  #search = new ConversationSearch()
  #back = element(
    "button",
    { type: "button", class: "icon-button small", onclick: () => act(this, "close") },
    icon("back"),
  )
  #heading = element("h2", { class: "side-heading" })
  #head = element("div", { class: "side-head", hidden: true }, this.#back, this.#heading)
  #groups = new LateGroups(() => this.#showMore())
  #bin = document.createElement("bin-view")
  #results = document.createElement("search-results")
  #note = element("p", { class: "list-note", hidden: true })
  #retry = element(
    "button",
    { type: "button", class: "button", hidden: true, onclick: () => act(this, "retry") },
    icon("again"),
    say("list.retry"),
  )
  #more = element(
    "button",
    {
      type: "button",
      class: "button list-more",
      hidden: true,
      onclick: () => act(this, "more"),
    },
    say("list.more"),
  )
  #scroller = element(
    "div",
    { class: "conversations", id: "conversation-results" },
    this.#groups.view,
    this.#bin,
    this.#results,
    this.#note,
    this.#retry,
    this.#more,
  )
  #foot = element(
    "div",
    { class: "list-foot" },
    this.#opener("archive", say("list.archive")),
    this.#opener("bin", say("list.bin")),
  )
  /** @type {ChatState["side"]["kind"]} */
  #kind = "list"
  #hasMore = false

  connectedCallback() {
    if (this.childElementCount > 0) return
    this.append(this.#start, this.#search, this.#head, this.#scroller, this.#foot)
    this.#bin.hidden = true
    this.#results.hidden = true
    this.#back.setAttribute("aria-label", say("list.close"))
    this.#back.title = say("list.close")
    this.addEventListener("search-down", () => this.#focusFirst())
    this.addEventListener("list-before", () => this.#search.focusBox())
    this.addEventListener("list-emptied", () => this.#start.focus())
    this.addEventListener("keydown", (event) => this.#pressed(event))
    const watcher = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) act(this, "more")
    }, { root: this.#scroller, rootMargin: "0px 0px 400px" })
    watcher.observe(this.#more)
  }

  /** @param {ChatState} state */
  show(state) {
    const { side, chosenId, unread } = state
    const shelf = side.kind === "archive" ? side.summaries : state.summaries
    this.#switchTo(side.kind)
    if (side.kind === "list" || side.kind === "archive") {
      this.#groups.show({ summaries: shelf, chosenId, unread })
    }
    for (const view of [this.#bin, this.#results]) /** @type {LateView} */ (view).show?.(state)
    this.#groups.view.hidden = side.kind === "bin" || side.kind === "search" || shelf.length === 0
    const note = noteFor(state)
    this.#note.hidden = note === ""
    setText(this.#note, note)
    this.#retry.hidden = phaseOf(state) !== "failed"
    this.#hasMore = cursorOf(state) !== null
    this.#showMore()
    if (chosenId === null) this.#start.setAttribute("aria-current", "page")
    else this.#start.removeAttribute("aria-current")
  }

  /** Before the rows are there, the end of the list is in sight and would ask for more at once. */
  #showMore() {
    this.#more.hidden = !this.#hasMore || !this.#groups.isReady
  }

  /** @param {ChatState["side"]["kind"]} kind */
  #switchTo(kind) {
    if (kind === this.#kind) return
    const before = this.#kind
    this.#kind = kind
    this.#scroller.scrollTop = 0
    this.#head.hidden = kind !== "archive" && kind !== "bin"
    this.#foot.hidden = kind !== "list"
    this.#bin.hidden = kind !== "bin"
    this.#results.hidden = kind !== "search"
    if (kind !== "search") this.#search.clear()
    setText(this.#heading, kind === "bin" ? say("list.bin") : say("list.archive"))
    this.#moveFocus(before, kind)
  }

  /**
   * What had the focus may be gone with what it was in.
   *
   * @param {ChatState["side"]["kind"]} before
   * @param {ChatState["side"]["kind"]} kind
   */
  #moveFocus(before, kind) {
    if (this.#search.contains(document.activeElement)) return
    if (kind === "archive" || kind === "bin") this.#back.focus()
    else if (kind === "list" && before !== "search") {
      find(`[data-opens=${before}]`, HTMLElement, this.#foot).focus()
    }
  }

  #focusFirst() {
    if (this.#kind === "search") {
      find("search-results", HTMLElement, this).querySelector("a")?.focus()
    } else if (this.#kind !== "bin") this.#groups.focusFirst()
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key !== "Escape" || this.#head.hidden) return
    event.preventDefault()
    act(this, "close")
  }

  /**
   * @param {"archive" | "bin"} kind
   * @param {string} label
   */
  #opener(kind, label) {
    return element(
      "button",
      {
        type: "button",
        class: "list-opener",
        data: { opens: kind },
        onclick: () => report(this, "list-open", { kind }),
      },
      icon(kind),
      label,
    )
  }
}

/**
 * @param {HTMLElement} from
 * @param {"close" | "retry" | "more"} name
 */
function act(from, name) {
  report(from, "list-act", { act: name })
}

/** @param {ChatState} state */
function phaseOf({ side, listPhase }) {
  return side.kind === "list" ? listPhase : side.phase
}

/** @param {ChatState} state */
function cursorOf({ side, listPhase, listCursor }) {
  if (side.kind === "list") return listPhase === "ready" ? listCursor : null
  return side.phase === "ready" ? side.next : null
}

/** @param {ChatState} state */
function noteFor(state) {
  const { side, summaries } = state
  const phase = phaseOf(state)
  if (phase === "failed") return side.kind === "list" ? say("list.failed") : say("list.sideFailed")
  if (phase !== "ready") return ""
  switch (side.kind) {
    case "list":
      return summaries.length === 0 ? say("list.empty") : ""
    case "archive":
      return side.summaries.length === 0 ? say("list.archiveEmpty") : ""
    case "bin":
      return side.summaries.length === 0 ? say("bin.empty") : ""
    case "search":
      return side.hits.length === 0 ? say("search.nothing", { words: side.words }) : ""
  }
}
