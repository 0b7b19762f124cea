// The transcript: the messages of the chosen conversation, and where the reader is in it.

import { canAsk } from "../chat-state.js"
import { element, keepInOrder, setText } from "../dom.js"
import { counted } from "../durations.js"
import { icon } from "../icons.js"
import * as follows from "../scroll-follow.js"
import { noHabits } from "../waiting.js"
import { MessageView } from "./message-view.js"

/** @typedef {import("../chat-state.js").ChatState} ChatState */
/** @typedef {import("../conversation.js").Message} Message */

/** @type {readonly { id: string, name: string }[]} */
const noAgents = []

const latest = "Jump to latest"

/** About one line of a reply. */
const linePx = 28

/** Above a question that is held at the top, and below what answers it. */
const topPx = 12
const endPx = 48

/** This close to the end there is no way to show. */
const nearPx = 48

/** Where the reader is, is kept this often at most. */
const keepEveryMs = 250

/** Older messages wait behind a button, so that a long conversation stays light. */
const shownAtFirst = 50

export class MessageList extends HTMLElement {
  /** @type {import("../reading-places.js").ReadingPlaces | null} */
  places = null
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
  #news = element("span", {}, latest)
  #toEnd = element(
    "button",
    {
      type: "button",
      class: "button to-end",
      title: "Jump to the latest message",
      hidden: true,
      onclick: () => this.jumpToEnd(),
    },
    icon("down"),
    this.#news,
  )
  /** @type {Map<string, MessageView>} */
  #views = new Map()
  #follow = follows.followingFromTheStart
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #placeTimer
  #limit = shownAtFirst
  /** @type {string | null} */
  #conversationId = null
  /** @type {ResizeObserver | null} */
  #sizes = null
  /** @type {ChatState | null} */
  #state = null
  /** Whether the next render has a new question that is to stay at the top. */
  #hasNewQuestion = false
  /** @type {import("../reading-places.js").Place | null} Where to go once the messages are there. */
  #place = null

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
    clearTimeout(this.#placeTimer)
    this.#timer = undefined
    this.#placeTimer = undefined
  }

  /** @param {ChatState} state */
  show(state) {
    this.#state = state
    const { conversation, running, configuration, profile } = state
    this.hidden = conversation === null || conversation.messages.length === 0
    if (state.chosenId !== this.#conversationId) this.#startOver(state.chosenId)
    if (!conversation) return

    if (this.#place) this.#reach(this.#place, conversation.messages)
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
          habits: running?.replyId === message.id ? state.settings.habits : noHabits,
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
    this.#arrive(shown)
  }

  jumpToEnd() {
    this.#follow = follows.jumped(this.#follow)
    this.#grew()
  }

  /** The reader has asked something: it is shown, at the end or where they want it. */
  showQuestion() {
    if (!this.#state?.settings.keepsQuestionInView) return this.jumpToEnd()
    this.#hasNewQuestion = true
  }

  /**
   * Makes sure that the message is among those that are shown.
   *
   * @param {import("../reading-places.js").Place} place
   * @param {readonly Message[]} messages
   */
  #reach({ messageId }, messages) {
    const index = messages.findIndex((message) => lastingId(message) === messageId)
    if (index >= 0) this.#limit = Math.max(this.#limit, messages.length - index)
  }

  /**
   * Goes to where reading stopped, or holds a new question at the top.
   *
   * @param {readonly Message[]} shown
   */
  #arrive(shown) {
    const place = this.#place
    const stopped = place && shown.find((message) => lastingId(message) === place.messageId)
    const view = stopped && this.#views.get(stopped.id)
    this.#place = null
    if (place && view) this.#goTo(view.offsetTop - place.offset)
    if (!this.#hasNewQuestion) return
    this.#hasNewQuestion = false
    const question = shown.findLast(({ role }) => role === "user")
    const asked = question && this.#views.get(question.id)
    if (!asked) return
    const room = this.#scroller.clientHeight - asked.offsetHeight - topPx - endPx
    this.style.setProperty("--room", `${Math.max(0, room)}px`)
    this.#goTo(asked.offsetTop - topPx)
  }

  /** @param {number} top */
  #goTo(top) {
    this.#scroller.scrollTop = top
    const { scrollTop, scrollHeight: height, clientHeight: viewport } = this.#scroller
    this.#follow = follows.settledAt(this.#follow, { top: scrollTop, height, viewport })
    this.#showNews()
  }

  /** Shows the way to the end, and how much is new there. */
  #showNews() {
    const { scrollTop, scrollHeight: height, clientHeight } = this.#scroller
    const isThere = height - scrollTop - clientHeight < nearPx
    this.#toEnd.hidden = this.#follow.isFollowing || isThere
    const lines = follows.newLines(this.#follow, { height, lineHeight: linePx })
    setText(this.#news, lines === 0 ? latest : counted(lines, "new line", "new lines"))
  }

  /** Keeps where the reader is, unless that is the end. */
  #keepPlace() {
    this.#placeTimer = undefined
    const id = this.#conversationId
    if (!id || !this.places) return
    if (this.#follow.isFollowing) return this.places.write(id, null)
    const { scrollTop } = this.#scroller
    for (const [messageId, view] of this.#views) {
      if (view.offsetTop + view.offsetHeight <= scrollTop) continue
      const message = this.#state?.conversation?.messages.find((one) => one.id === messageId)
      if (!message) return
      const offset = view.offsetTop - scrollTop
      return this.places.write(id, { messageId: lastingId(message), offset })
    }
  }

  /** @param {string | null} conversationId */
  #startOver(conversationId) {
    this.#conversationId = conversationId
    this.#limit = shownAtFirst
    this.#follow = follows.followingFromTheStart
    this.#toEnd.hidden = true
    this.#place = conversationId ? this.places?.read(conversationId) ?? null : null
    clearTimeout(this.#placeTimer)
    this.#placeTimer = undefined
    this.style.removeProperty("--room")
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
    this.#showNews()
    this.#placeTimer ??= setTimeout(() => this.#keepPlace(), keepEveryMs)
  }

  /** The text grew, or the window changed. */
  #grew() {
    this.#showNews()
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
 * What a message is called after a reload, too.
 *
 * @param {Message} message
 */
function lastingId({ id, serverId }) {
  return serverId ?? id
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
