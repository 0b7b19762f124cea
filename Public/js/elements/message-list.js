// The transcript: the messages of the chosen conversation, and where the reader is in it.

import { canAsk } from "../chat-state.js"
import { isUnfinished, lastingId } from "../conversation.js"
import { element, keepInOrder, report, setText } from "../dom.js"
import { icon } from "../icons.js"
import { ScrollAnchor } from "../scroll-anchor.js"
import * as follows from "../scroll-follow.js"
import { noHabits } from "../waiting.js"
import { MessageView } from "./message-view.js"
import { WindowEdge } from "./window-edge.js"
import { say } from "../words.js"

/** @typedef {import("../chat-state.js").ChatState} ChatState */
/** @typedef {import("../conversation.js").Message} Message */

/** @type {readonly { id: string, name: string }[]} */
const noAgents = []

const latest = say("transcript.latest")

/** About one line of a reply. */
const linePx = 28

/** Above a question that is held at the top, and below what answers it. */
const topPx = 12
const endPx = 48

/** This close to the end there is no way to show. */
const nearPx = 48

/** Where the reader is, is kept this often at most. */
const keepEveryMs = 250

/** More messages are loaded before the reader has come this close to the last that are there. */
const aheadPx = 900

/**
 * The reader wants another variant: when it comes, it takes the place and the focus of the old one.
 *
 * @typedef {{ questionId: string, role: Message["role"], top: number,
 *   direction: import("./variant-switcher.js").Direction }} Swap
 */

export class MessageList extends HTMLElement {
  /** @type {import("../reading-places.js").ReadingPlaces | null} */
  places = null
  /** Whether nothing more is loaded for now, because another part is on its way. */
  holdsLoading = false
  #earlier = new WindowEdge("earlier")
  #messages = element("div", { class: "messages" })
  #later = new WindowEdge("later")
  #scroller = element("div", {
    class: "transcript",
    role: "region",
    "aria-label": say("transcript.label"),
    "aria-live": "off",
    tabIndex: 0,
  }, element("div", { class: "transcript-column" }, this.#earlier, this.#messages, this.#later))
  #news = element("span", {}, latest)
  #toEnd = element(
    "button",
    {
      type: "button",
      class: "button to-end",
      title: say("transcript.toEnd"),
      hidden: true,
      onclick: () => report(this, "transcript-end"),
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
  #anchor = new ScrollAnchor(this.#scroller)
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
  /** @type {Element | null} The first message that was shown. */
  #first = null
  /** @type {string | null} The message that the reader sought, once it has been shown. */
  #foundId = null
  /** @type {Swap | null} */
  #swap = null

  connectedCallback() {
    this.append(this.#scroller, this.#toEnd)
    this.#scroller.addEventListener("scroll", this.#scrolled, {
      passive: true,
    })
    this.addEventListener("message-variant", this.#swapping)
    this.#sizes = new ResizeObserver(() => this.#grew())
    this.#sizes.observe(this.#scroller)
    this.#sizes.observe(this.#messages)
  }

  disconnectedCallback() {
    this.#scroller.removeEventListener("scroll", this.#scrolled)
    this.removeEventListener("message-variant", this.#swapping)
    this.#sizes?.disconnect()
    clearTimeout(this.#timer)
    clearTimeout(this.#placeTimer)
    this.#timer = undefined
    this.#placeTimer = undefined
  }

  /** @param {ChatState} state */
  show(state) {
    const wasWhole = this.#isWhole
    this.#state = state
    const { conversation } = state
    this.hidden = conversation === null || conversation.messages.length === 0
    if (state.chosenId !== this.#conversationId) this.#startOver(state)
    if (!conversation) return
    this.#anchor.hold(this.#views)
    this.#showMessages(state, conversation)
    this.#stay(wasWhole)
    this.#arrive(conversation.messages)
    this.#swapIn(conversation.messages)
    this.#find(state, conversation.messages)
    this.#loadMore()
  }

  /**
   * @param {ChatState} state
   * @param {import("../conversation.js").Conversation} conversation
   */
  #showMessages(state, conversation) {
    const { running, configuration, profile } = state
    const shown = conversation.messages
    const last = conversation.later === "end" ? shown.at(-1) : null
    /** @type {import("./message-view.js").Acts} */
    const acts = profile !== null ? "none" : canAsk(state) ? "now" : "later"
    this.#earlier.show(conversation.earlier)
    this.#later.show(conversation.later)
    keepInOrder(this.#messages, this.#views, shown, {
      key: (message) => message.id,
      make: () => new MessageView(),
      update: (view, message) =>
        view.show(message, {
          lost: running?.replyId === message.id ? running.lostConnection : null,
          way: running?.replyId === message.id ? running.way : null,
          habits: running?.replyId === message.id ? state.settings.habits : noHabits,
          pace: state.settings.pace,
          sendsWith: state.settings.sendsWith,
          agentName: nameOf(configuration, message.agent),
          answers: state.memory?.answers ?? null,
          memory: state.memory,
          inspected: state.inspections[message.replyTo ?? ""] ?? null,
          acts,
          agents: configuration?.agents ?? noAgents,
          isLast: message === last,
          edit: state.editing?.id === message.id ? state.editing.text : null,
          canContinue: message === last && isUnfinished(message) && canAsk(state),
        }),
    })
  }

  /** Whether the end of the conversation is among the messages. */
  get #isWhole() {
    return this.#state?.conversation?.later === "end"
  }

  /**
   * Leaves the reader where they are, whatever came above and below.
   *
   * @param {boolean} wasWhole Whether the end was there before.
   */
  #stay(wasWhole) {
    const first = this.#messages.firstElementChild
    const cameAbove = first !== this.#first
    this.#first = first
    if (!this.#follow.isFollowing || cameAbove) {
      this.#follow = follows.shifted(this.#follow, this.#anchor.restore(this.#views))
    }
    // What is loaded below is not new, and nobody follows an end that is not there.
    if (!this.#isWhole || !wasWhole) {
      this.#settle({ isFollowing: this.#isWhole })
    }
  }

  /** @param {{ isFollowing: boolean }} if Whether to follow the end still, if that is so already. */
  #settle({ isFollowing }) {
    if (isFollowing && this.#follow.isFollowing) return
    const { scrollTop: top, scrollHeight: height, clientHeight: viewport } = this.#scroller
    this.#follow = follows.settledAt(this.#follow, { top, height, viewport })
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

  /**
   * Shows the message that the reader opened the conversation for.
   *
   * @param {ChatState} state
   * @param {readonly Message[]} shown
   */
  #find({ soughtMessageId }, shown) {
    if (soughtMessageId === this.#foundId) return
    const message = shown.find((one) => lastingId(one) === soughtMessageId)
    const view = message && this.#views.get(message.id)
    for (const other of this.#views.values()) {
      other.classList.toggle("is-sought", other === view)
    }
    if (soughtMessageId !== null && !view) return
    this.#foundId = soughtMessageId
    if (!view) return
    const room = Math.max(topPx, (this.#scroller.clientHeight - view.offsetHeight) / 3)
    this.#goTo(view.offsetTop - room)
    view.tabIndex = -1
    view.focus({ preventScroll: true })
  }

  /** @param {Event} event */
  #swapping = (event) => {
    const { id: questionId, direction } = /** @type {CustomEvent} */ (event).detail
    const view = event.target instanceof Element ? event.target.closest("message-view") : null
    if (!(view instanceof MessageView)) return
    const role = view.dataset.role === "user" ? "user" : "assistant"
    this.#swap = {
      questionId,
      role,
      direction,
      top: view.offsetTop - this.#scroller.scrollTop,
    }
  }

  /**
   * Another variant has come: it stands where the one before stood.
   *
   * @param {readonly Message[]} shown
   */
  #swapIn(shown) {
    const swap = this.#swap
    const message = swap &&
      shown.find(({ role, id, replyTo }) =>
        role === swap.role && (replyTo ?? id) === swap.questionId
      )
    const view = message && this.#views.get(message.id)
    if (!swap || !view) return
    this.#swap = null
    this.#goTo(view.offsetTop - swap.top)
    view.focusVariants(swap.direction)
  }

  /** Has more messages loaded before the reader gets there. */
  #loadMore() {
    const { conversation } = this.#state ?? {}
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller
    const isAtEnd = scrollHeight - scrollTop - clientHeight < nearPx
    // On its way to the end, the page is not where the reader will be.
    if (!conversation || this.holdsLoading || (this.#follow.isFollowing && !isAtEnd)) return
    if (conversation.earlier === "more" && scrollTop < aheadPx) {
      report(this, "transcript-more", { edge: "earlier" })
    }
    if (conversation.later === "more" && scrollHeight - clientHeight - scrollTop < aheadPx) {
      report(this, "transcript-more", { edge: "later" })
    }
  }

  /** @param {number} top */
  #goTo(top) {
    this.#scroller.scrollTop = top
    this.#settle({ isFollowing: false })
    this.#showNews()
  }

  /** Shows the way to the end, and how much is new there. */
  #showNews() {
    const { scrollTop, scrollHeight: height, clientHeight } = this.#scroller
    const isThere = this.#isWhole && height - scrollTop - clientHeight < nearPx
    this.#toEnd.hidden = this.#follow.isFollowing || isThere
    const lines = this.#isWhole ? follows.newLines(this.#follow, { height, lineHeight: linePx }) : 0
    setText(this.#news, lines === 0 ? latest : say("transcript.newLines", { count: lines }))
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

  /** @param {ChatState} state */
  #startOver({ chosenId: conversationId, soughtMessageId }) {
    this.#conversationId = conversationId
    this.#foundId = null
    this.#swap = null
    this.#follow = follows.followingFromTheStart
    this.#toEnd.hidden = true
    const hasPlace = conversationId !== null && soughtMessageId === null
    this.#place = hasPlace ? this.places?.read(conversationId) ?? null : null
    clearTimeout(this.#placeTimer)
    this.#placeTimer = undefined
    this.style.removeProperty("--room")
  }

  #scrolled = () => {
    const { scrollTop: top, scrollHeight: height, clientHeight: viewport } = this.#scroller
    this.#follow = follows.scrolled(this.#follow, { top, height, viewport })
    if (!this.#isWhole) this.#settle({ isFollowing: false })
    this.#showNews()
    this.#placeTimer ??= setTimeout(() => this.#keepPlace(), keepEveryMs)
    this.#loadMore()
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
    this.#loadMore()
  }
}

/**
 * @param {ChatState["configuration"]} configuration
 * @param {string | null} id
 * @returns {string}
 */
function nameOf(configuration, id) {
  return configuration?.agents.find((agent) => agent.id === id)?.name ?? id ?? ""
}
