// What a search has found: the places in each conversation, with the words marked.

import { element, report, setText } from "../dom.js"
import { addressOf } from "../own-path.js"
import { hitsByConversation } from "../side-state.js"
import { formatTag, say } from "../words.js"
import { choose } from "../choosing.js"
import { Roving } from "./roving.js"

/** @typedef {import("../chat-state.js").ChatState} ChatState */
/** @typedef {import("../shelf-acts-api.js").Hit} Hit */

const dates = new Intl.DateTimeFormat(formatTag, { dateStyle: "medium" })

export class SearchResults extends HTMLElement {
  #count = element("p", { class: "list-note" })
  #list = element("div", { class: "result-groups" })
  /** @type {readonly Hit[] | null} */
  #shown = null
  #roving = new Roving(this, {
    items: () => [...this.querySelectorAll("a")],
    leave: (direction) => report(this, direction === "before" ? "list-before" : "list-behind"),
  })

  connectedCallback() {
    if (this.childElementCount > 0) return
    this.append(this.#count, this.#list)
  }

  /** @param {ChatState} state */
  show({ side, chosenId, soughtMessageId }) {
    if (side.kind !== "search") return
    if (side.hits !== this.#shown) this.#render(side.hits)
    this.classList.toggle("is-searching", side.phase === "searching")
    const isLooking = side.phase === "searching" && side.hits.length === 0
    setText(this.#count, isLooking ? say("search.searching") : "")
    this.#count.hidden = !isLooking
    this.#markCurrent(chosenId, soughtMessageId)
  }

  /** @param {readonly Hit[]} hits */
  #render(hits) {
    this.#shown = hits
    const focused = this.#linkLike(document.activeElement)
    this.#list.replaceChildren(...hitsByConversation(hits).map(groupView))
    this.#roving.update()
    focused?.()?.focus()
  }

  /**
   * How to find the link that leads where this one leads, once all are made anew.
   *
   * @param {Element | null} link
   * @returns {(() => HTMLAnchorElement | undefined) | null}
   */
  #linkLike(link) {
    if (!(link instanceof HTMLAnchorElement) || !this.contains(link)) return null
    const { conversation, message } = link.dataset
    return () =>
      [...this.querySelectorAll("a")].find(({ dataset }) =>
        dataset.conversation === conversation && dataset.message === message
      )
  }

  /**
   * @param {string | null} chosenId
   * @param {string | null} messageId
   */
  #markCurrent(chosenId, messageId) {
    for (const link of this.querySelectorAll("a")) {
      const { conversation, message = "" } = link.dataset
      const isCurrent = conversation === chosenId && message === (messageId ?? "")
      if (isCurrent) link.setAttribute("aria-current", "true")
      else link.removeAttribute("aria-current")
    }
  }
}

let groupsMade = 0

/** @param {ReturnType<typeof hitsByConversation>[number]} group */
function groupView({ conversationId, title, isArchived, hits }) {
  groupsMade += 1
  const id = `result-group-${groupsMade}`
  const own = hits.find(({ messageId }) => messageId === null)
  const link = element(
    "a",
    {
      class: "result-title",
      href: addressOf(conversationId),
      dir: "auto",
      data: { conversation: conversationId },
      onclick: (event) => choose(event, conversationId),
    },
    ...(own ? own.snippet.map(pieceView) : [title || say("list.untitled")]),
  )
  return element(
    "div",
    { class: "result-group" },
    element(
      "h3",
      { class: "result-heading", id },
      link,
      isArchived ? element("span", { class: "result-note" }, say("search.archived")) : null,
    ),
    element(
      "div",
      {
        class: "result-rows",
        role: "list",
        "aria-labelledby": id,
        hidden: hits.length === 1 && !!own,
      },
      ...hits.filter((hit) => hit.messageId !== null).map(hitView),
    ),
  )
}

/** @param {Hit} hit */
function hitView({ conversationId, messageId, isReply, createdAt, snippet }) {
  const link = element(
    "a",
    {
      class: "result-link",
      href: addressOf(conversationId, messageId),
      data: { conversation: conversationId, message: messageId ?? "" },
      onclick: (event) => choose(event, conversationId, messageId),
    },
    element(
      "span",
      { class: "result-who" },
      isReply ? say("search.assistant") : say("search.you"),
      " · ",
      element("time", { dateTime: new Date(createdAt).toISOString() }, dates.format(createdAt)),
    ),
    element("span", { class: "result-text", dir: "auto" }, ...snippet.map(pieceView)),
  )
  return element("div", { role: "listitem" }, link)
}

/** @param {Hit["snippet"][number]} piece */
function pieceView({ text, isHit }) {
  return isHit ? element("mark", {}, text) : text
}
