// The transcript: the messages of the chosen conversation, and where the reader is in it.

import { canAsk } from "../chat-state.js"
import { element, keepInOrder, report } from "../dom.js"
import { icon } from "../icons.js"
import * as follows from "../scroll-follow.js"
import { MessageView } from "./message-view.js"

/** @typedef {import("../chat-state.js").ChatState} ChatState */
/** @typedef {import("../conversation.js").Message} Message */

/** @type {readonly { id: string, name: string }[]} */
const noAgents = []

/** Older messages wait behind a button, so that a long conversation stays light. */
const shownAtFirst = 50

export class MessageList extends HTMLElement {
  #earlier = element(
    "button",
    { type: "button", class: "button earlier", hidden: true, onclick: () => this.#showEarlier() },
    "Show earlier messages",
  )
  #messages = element("div", { class: "messages" })
  #scroller = element("div", {
    class: "transcript",
    role: "region",
    "aria-label": "Messages",
    "aria-live": "off",
    tabIndex: 0,
  }, element("div", { class: "transcript-column" }, this.#earlier, this.#messages))
  #toEnd = element(
    "button",
    {
      type: "button",
      class: "icon-button to-end",
      "aria-label": "Jump to the latest message",
      title: "Jump to the latest message",
      hidden: true,
      onclick: () => this.jumpToEnd(),
    },
    icon("down"),
  )
  /** @type {Map<string, MessageView>} */
  #views = new Map()
  #follow = follows.followingFromTheStart
  /** @type {number | undefined} */
  #timer
  #limit = shownAtFirst
  /** @type {string | null} */
  #conversationId = null
  /** @type {ResizeObserver | null} */
  #sizes = null
  /** @type {ChatState | null} */
  #state = null

  connectedCallback() {
    this.append(this.#scroller, this.#toEnd)
    this.#scroller.addEventListener("scroll", this.#scrolled, { passive: true })
    this.#sizes = new ResizeObserver(() => this.#grew())
    this.#sizes.observe(this.#scroller)
    this.#sizes.observe(this.#messages)
  }

  disconnectedCallback() {
    this.#scroller.removeEventListener("scroll", this.#scrolled)
    this.#sizes?.disconnect()
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** @param {ChatState} state */
  show(state) {
    this.#state = state
    const { conversation, running, configuration, profile } = state
    this.hidden = conversation === null || conversation.messages.length === 0
    if (state.chosenId !== this.#conversationId) this.#startOver(state.chosenId)
    if (!conversation) return

    const shown = conversation.messages.slice(-this.#limit)
    const last = shown.at(-1)
    this.#earlier.hidden = shown.length === conversation.messages.length
    keepInOrder(this.#messages, this.#views, shown, {
      key: (message) => message.id,
      make: () => new MessageView(),
      update: (view, message) =>
        view.show(message, {
          lost: running?.replyId === message.id ? running.lostConnection : null,
          way: running?.replyId === message.id ? running.way : null,
          habits: state.settings.habits,
          agentName: nameOf(configuration, message.agent),
          answers: state.memory?.answers ?? null,
          memory: state.memory,
          inspected: state.inspections[message.replyTo ?? ""] ?? null,
          others: canAsk(state) && message === last && profile === null
            ? configuration?.agents ?? noAgents
            : noAgents,
          canContinue: message === last && isUnfinished(message) && canAsk(state),
        }),
    })
  }

  jumpToEnd() {
    this.#follow = follows.jumped(this.#follow)
    this.#grew()
  }

  /** @param {string | null} conversationId */
  #startOver(conversationId) {
    this.#conversationId = conversationId
    this.#limit = shownAtFirst
    this.#follow = follows.followingFromTheStart
    this.#toEnd.hidden = true
  }

  #showEarlier() {
    const before = this.#scroller.scrollHeight - this.#scroller.scrollTop
    this.#limit += shownAtFirst
    if (this.#state) this.show(this.#state)
    this.#scroller.scrollTop = this.#scroller.scrollHeight - before
    if (this.#earlier.hidden) this.#scroller.focus({ preventScroll: true })
  }

  #scrolled = () => {
    const { scrollTop: top, scrollHeight: height, clientHeight: viewport } = this.#scroller
    this.#follow = follows.scrolled(this.#follow, { top, height, viewport })
    this.#toEnd.hidden = this.#follow.isFollowing
    report(this, "chat-scrolled")
  }

  /** The text grew, or the window changed. */
  #grew() {
    if (this.#timer !== undefined) return
    const delay = follows.scrollDelayMs(this.#follow, performance.now())
    if (delay === null) return
    this.#timer = setTimeout(() => this.#scrollToEnd(), delay)
  }

  #scrollToEnd() {
    this.#timer = undefined
    if (!this.#follow.isFollowing) return
    this.#follow = follows.scrolledToEnd(this.#follow, performance.now())
    this.#scroller.scrollTop = this.#scroller.scrollHeight
    this.#toEnd.hidden = true
  }
}

/**
 * Whether a reply has text that breaks off.
 *
 * @param {Message} message
 */
function isUnfinished({ state, text }) {
  return text !== "" && (state === "interrupted" || state === "stopped")
}

/**
 * @param {ChatState["configuration"]} configuration
 * @param {string | null} id
 * @returns {string}
 */
function nameOf(configuration, id) {
  return configuration?.agents.find((agent) => agent.id === id)?.name ?? id ?? ""
}
