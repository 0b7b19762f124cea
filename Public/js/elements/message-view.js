// One message: what was said, how far it is, and what can be done about it.

import { finishCode } from "../code/code-tools.js"
import { messageCopying } from "../code/copying.js"
import { element, keepInOrder, report, setText } from "../dom.js"
import { secondsText } from "../durations.js"
import { icon } from "../icons.js"
import * as paces from "../pace.js"
import { noHabits } from "../waiting.js"
import { MarkdownRenderer } from "../markdown/renderer.js"
import { reasonSentence } from "../agent-reason.js"
import { FactProposal } from "./fact-proposal.js"
import { ReplyActivities } from "./reply-activities.js"
import { ReplyDetails } from "./reply-details.js"
import { ReplyWaiting } from "./reply-waiting.js"
import { sentences } from "../problem.js"

/** @typedef {import("../conversation.js").Message} Message */
/** @typedef {import("../chat-state.js").LostConnection} LostConnection */
/** @typedef {import("../chat-state.js").Inspected} Inspected */
/** @typedef {Readonly<Record<string, string>> | null} Answers What the reader said to proposals. */
/**
 * @typedef {{ lost: LostConnection | null, way: import("../waiting.js").Way | null,
 *   habits: import("../waiting.js").Habits, agentName: string, canContinue: boolean,
 *   others: readonly { id: string, name: string }[], inspected: Inspected | null,
 *   memory: import("../api.js").Memory | null, answers: Answers }} Around
 */

/** @type {Readonly<Record<Message["saving"], string>>} */
const savingTexts = {
  unknown: "",
  waiting: "Safe, not in the database yet",
  saved: "On disk",
}

/** @type {Readonly<Record<Exclude<Message["waits"], "nothing">, string>>} */
const waitingTexts = {
  network: "Waiting for the network",
  consent: "Written a while ago, and never sent",
}

/** @type {readonly { id: string, text: string }[]} */
const noFacts = []

/** @type {Readonly<Record<string, string>>} */
const endings = { stopped: "Stopped", interrupted: "Interrupted" }

export class MessageView extends HTMLElement {
  #content = element("div", { class: "message-content" })
  #renderer = new MarkdownRenderer(this.#content, finishCode)
  #cursor = element("span", { class: "typing-cursor", role: "img", "aria-label": "typing" }, "▊")
  #waiting = new ReplyWaiting()
  #activities = new ReplyActivities()
  #proposals = element("div", { class: "message-proposals" })
  /** @type {Map<string, FactProposal>} */
  #proposalViews = new Map()
  #reasoningText = element("div", { class: "reasoning-text" })
  #reasoning = element(
    "details",
    { class: "message-reasoning", hidden: true },
    element("summary", {}, "Reasoning"),
    this.#reasoningText,
  )
  #problemText = element("p", { class: "problem-text" })
  #retry = element(
    "button",
    { type: "button", class: "button retry", onclick: () => this.#reportRetry() },
    icon("again"),
    "Try again",
  )
  #login = element(
    "button",
    { type: "button", class: "button login", onclick: () => report(this, "chat-login") },
    "Log in",
  )
  #remedies = element("div", { class: "remedies" }, this.#login, this.#retry)
  #problem = element(
    "div",
    { class: "message-problem", hidden: true },
    this.#problemText,
    this.#remedies,
  )
  #standInText = element("span")
  #standIn = element(
    "p",
    { class: "message-stand-in", hidden: true },
    this.#standInText,
    element(
      "button",
      { type: "button", class: "button", onclick: () => this.#askModel() },
      "Ask the model again",
    ),
  )
  #receipt = element("p", { class: "message-receipt" })
  #sendNow = element(
    "button",
    { type: "button", class: "button", onclick: () => this.#reportUnsent("outbox-send") },
    "Send now",
  )
  #unsent = element(
    "div",
    { class: "message-unsent", hidden: true },
    this.#sendNow,
    element(
      "button",
      { type: "button", class: "button", onclick: () => this.#reportUnsent("outbox-discard") },
      "Do not send",
    ),
  )
  #details = new ReplyDetails()
  #agent = element("span", { class: "message-agent" })
  #ending = element("span", { class: "message-ending" })
  #saved = element("span", { class: "message-saved" })
  #rest = element(
    "button",
    { type: "button", class: "button show-rest", hidden: true, onclick: () => this.#showRest() },
    "Show the rest",
  )
  #continue = element(
    "button",
    {
      type: "button",
      class: "button continue",
      hidden: true,
      onclick: () => report(this, "chat-continue"),
    },
    "Continue",
  )
  #other = element("select", {
    class: "ask-other",
    "aria-label": "Ask another assistant instead",
    hidden: true,
    onchange: () => this.#askOther(),
  })
  #copy = messageCopying(() => this.#message?.text ?? "")
  #foot = element(
    "footer",
    { class: "message-foot" },
    this.#agent,
    this.#ending,
    this.#saved,
    this.#rest,
    this.#continue,
    this.#other,
    this.#copy,
    this.#details,
  )
  /** @type {Message | null} */
  #message = null
  /** @type {Around} */
  #around = {
    lost: null,
    way: null,
    habits: noHabits,
    agentName: "",
    canContinue: false,
    others: [],
    inspected: null,
    memory: null,
    answers: null,
  }
  #pace = paces.atTheBeginning
  /** Whether the reply was being written while it was shown. */
  #isLive = false
  /** @type {number | null} The frame that shows more of what has arrived. */
  #flowing = null
  /** Whether the reader wants to see what came after the stop. */
  #isWhole = false

  /**
   * @param {Message} message
   * @param {Around} around
   */
  show(message, around) {
    const before = this.#around
    const names = /** @type {(keyof Around)[]} */ (Object.keys(before))
    if (message === this.#message && names.every((name) => before[name] === around[name])) return
    const isFirst = this.#message === null
    this.#message = message
    this.#around = around
    if (isFirst) this.#build(message)
    if (message.role === "assistant") {
      this.#begin(message, isFirst)
      return this.#showReply(message)
    }
    this.#showState("complete")
    this.#showQuestion(message)
  }

  /** @param {Message["state"]} state */
  #showState(state) {
    this.dataset.state = state
    this.classList.toggle("is-streaming", state === "streaming")
    this.classList.toggle("is-final", state !== "streaming")
  }

  /**
   * What was there before the page came is shown at once; what arrives flows.
   *
   * @param {Message} message
   * @param {boolean} isFirst
   */
  #begin(message, isFirst) {
    this.#isLive = this.#isLive || message.state === "streaming"
    const isAtOnce = message.state === "stopped" || !movesText()
    if (isAtOnce || !this.#isLive || (isFirst && message.text !== "")) {
      this.#pace = paces.upTo(message.text.length)
    }
    if (this.#flowing === null && this.#isBehind(message)) this.#flow()
  }

  /** @param {Message} message */
  #isBehind(message) {
    return Math.floor(this.#pace.shown) < message.text.length
  }

  /** Goes on showing what has arrived, frame by frame. */
  #flow() {
    const last = performance.now()
    this.#flowing = requestAnimationFrame((now) => {
      this.#flowing = null
      const message = this.#message
      if (!message || !this.isConnected) return
      const elapsedMs = Math.max(0, now - last)
      const { length } = message.text
      this.#pace = movesText()
        ? paces.advanced(this.#pace, { length, elapsedMs })
        : paces.upTo(length)
      if (this.#isBehind(message)) this.#flow()
      this.#showReply(message)
    })
  }

  /** @param {Message} message */
  #build(message) {
    const isReply = message.role === "assistant"
    this.dataset.role = message.role
    this.setAttribute("role", "article")
    this.append(
      element("h2", { class: "visually-hidden" }, isReply ? "Assistant said" : "You said"),
    )
    if (!isReply) return this.append(this.#content, this.#receipt, this.#unsent)
    this.append(
      this.#standIn,
      this.#reasoning,
      this.#activities,
      this.#content,
      this.#waiting,
      this.#proposals,
      this.#problem,
      this.#foot,
    )
  }

  /** @param {Message} message */
  #showQuestion({ text, isReceived, waits }) {
    setText(this.#content, text)
    this.#receipt.dataset.state = isReceived ? "received" : "sending"
    const isSent = waits === "nothing"
    setText(this.#receipt, isReceived ? "Received" : isSent ? "Sending…" : waitingTexts[waits])
    this.#unsent.hidden = isSent
    this.#sendNow.hidden = waits !== "consent"
  }

  /** @param {Message} message */
  #showReply(message) {
    const isOpen = message.state === "streaming" || this.#isBehind(message)
    this.#showState(isOpen ? "streaming" : message.state)
    this.#cursor.remove()
    this.#renderer.show(this.#visibleText(message), { isOpen })
    if (isOpen) placeForCursor(this.#content).append(this.#cursor)
    this.#showWaiting(message)
    this.#showReasoning(message)
    this.#activities.show(message.activities)
    this.#showStandIn(message)
    this.#showProposals(message)
    this.#showProblem(message)
    this.#showFoot(message)
  }

  /**
   * A stopped reply ends where the reader stopped it; what the server had by then waits folded.
   *
   * @param {Message} message
   */
  #visibleText({ text, shown }) {
    const known = shown === null || this.#isWhole ? text : text.slice(0, shown)
    return paces.shownPart(known, this.#pace)
  }

  #showRest() {
    this.#isWhole = true
    if (this.#message) this.#showReply(this.#message)
  }

  /** @param {Message} message */
  #showWaiting({ state, text, phase, activities }) {
    const { lost, way, habits, agentName } = this.#around
    const isWaiting = state === "streaming" && (text === "" || phase === "tool") && !lost
    const tool = activities.findLast((activity) => activity.state === "running")?.name ?? null
    this.#waiting.show(isWaiting && way ? { way, phase, agentName, tool } : null, habits)
  }

  /** @param {Message} message */
  #showReasoning({ reasoning }) {
    this.#reasoning.hidden = reasoning === ""
    setText(this.#reasoningText, reasoning)
  }

  /** @param {Message} message */
  #showStandIn({ standIn, state }) {
    this.#standIn.hidden = standIn === null
    setText(this.#standInText, standIn ?? "")
    const canAsk = state !== "streaming" && this.#around.others.length > 0
    const button = this.#standIn.querySelector("button")
    if (button) button.hidden = !canAsk
  }

  /** @param {string} name */
  #reportUnsent(name) {
    if (this.#message) report(this, name, { id: this.#message.id })
  }

  #askModel() {
    if (!this.#message) return
    report(this, "chat-ask-other", { id: this.#message.id, agent: this.#message.agent })
  }

  /**
   * What the assistant wants to have remembered, once the reply is there and it is known what was said.
   *
   * @param {Message} message
   */
  #showProposals({ id, serverId, activities }) {
    const { answers } = this.#around
    const isOpen = this.dataset.state === "streaming"
    const proposals = isOpen || !answers ? [] : activities.flatMap((activity) => {
      const proposal = `${serverId ?? id}/${activity.id}`
      return activity.proposed
        ? [{ id: proposal, text: activity.proposed, answer: answers[proposal] ?? null }]
        : []
    })
    keepInOrder(this.#proposals, this.#proposalViews, proposals, {
      key: (proposal) => proposal.id,
      make: () => new FactProposal(),
      update: (view, proposal) => view.show(proposal),
    })
  }

  /** @param {Message} message */
  #showProblem({ state, error, needsLogin }) {
    this.#login.hidden = !needsLogin
    this.#retry.hidden = needsLogin
    const isOpen = this.dataset.state === "streaming"
    const isOver = !isOpen && (state === "failed" || state === "interrupted")
    const { lost } = this.#around
    const sentence = lost ? lostSentence(lost) : isOver ? error ?? sentences.interrupted : null
    this.#problem.hidden = sentence === null
    setText(this.#problemText, sentence ?? "")
  }

  /** @param {Message} message */
  #showFoot({ state, text, shown, agent, reason, replyTo, saving, stopSeconds }) {
    this.#showOthers(agent)
    const isOpen = this.dataset.state === "streaming"
    this.#foot.hidden = isOpen
    const { agentName, inspected, memory } = this.#around
    setText(this.#agent, agentName)
    this.#agent.title = reasonSentence(agentName, reason)
    this.#agent.dataset.letter = agentName.slice(0, 1)
    setText(this.#saved, savingTexts[saving])
    this.#saved.dataset.state = saving
    this.#details.hidden = isOpen || replyTo === null
    this.#details.show({
      questionId: replyTo ?? "",
      reason: reasonSentence(agentName, reason),
      inspected,
      facts: memory?.facts ?? noFacts,
    })
    this.#rest.hidden = shown === null || this.#isWhole
    this.#continue.hidden = !this.#around.canContinue
    const took = stopSeconds === null ? "" : ` in ${secondsText(stopSeconds)}`
    setText(this.#ending, (endings[state] ?? "") + (state === "stopped" ? took : ""))
    this.#copy.hidden = text === ""
    // Beside the other way out of an interruption; a stop is no problem, and has a quieter place.
    const place = state === "interrupted" ? this.#remedies : this.#foot
    if (this.#continue.parentElement === place) return
    place.insertBefore(this.#continue, state === "interrupted" ? this.#retry : this.#copy)
  }

  /**
   * Whom else the reader may ask.
   *
   * @param {string | null} agent Who has answered.
   */
  #showOthers(agent) {
    const others = this.#around.others.filter(({ id }) => id !== agent)
    this.#other.hidden = others.length === 0
    if (this.#other.hidden || this.#other.dataset.agent === agent) return
    this.#other.dataset.agent = agent ?? ""
    const options = [{ id: "", name: "Ask instead…" }, ...others]
    this.#other.replaceChildren(
      ...options.map(({ id, name }) => element("option", { value: id }, name)),
    )
  }

  #askOther() {
    const agent = this.#other.value
    this.#other.value = ""
    if (agent && this.#message) report(this, "chat-ask-other", { id: this.#message.id, agent })
  }

  #reportRetry() {
    if (this.#message) report(this, "chat-retry", { id: this.#message.id })
  }
}

/** @param {LostConnection} lost */
function lostSentence({ attempt, waitMs, sentence }) {
  const seconds = Math.ceil(waitMs / 1_000)
  const when = seconds < 1 ? "now" : `in ${seconds} s`
  return `${sentence ?? sentences.offline} Trying again ${when} (attempt ${attempt}).`
}

const holdsText = new Set(["P", "H3", "H4", "H5", "H6", "LI", "CODE"])
const holdsBlocks = new Set(["UL", "OL", "BLOCKQUOTE", "LI"])

/**
 * Where the text ends that is being written.
 *
 * @param {Element} root
 * @returns {Element}
 */
function placeForCursor(root) {
  let place = root
  for (;;) {
    const last = place.lastElementChild
    const isLastNode = last !== null && last === place.lastChild
    if (last?.classList.contains("code-block")) return last.querySelector("code") ?? place
    const isText = isLastNode && holdsText.has(last.tagName) && last.tagName !== "CODE"
    if (isLastNode && (isText || holdsBlocks.has(last.tagName))) place = last
    else return place
  }
}

/** Whether text may flow: not for who asked for stillness, nor where nobody looks. */
function movesText() {
  return document.visibilityState === "visible" &&
    !matchMedia("(prefers-reduced-motion: reduce)").matches
}
