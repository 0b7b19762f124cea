// One message: what was said, how far it is, and what can be done about it.

import { finishCode } from "../code/code-tools.js"
import { messageCopying } from "../code/copying.js"
import { element, keepInOrder, report, setText } from "../dom.js"
import { icon } from "../icons.js"
import { MarkdownRenderer } from "../markdown/renderer.js"
import { reasonSentence } from "../agent-reason.js"
import { FactProposal } from "./fact-proposal.js"
import { ReplyActivities } from "./reply-activities.js"
import { ReplyDetails } from "./reply-details.js"
import { sentences } from "../problem.js"

/** @typedef {import("../conversation.js").Message} Message */
/** @typedef {import("../chat-state.js").LostConnection} LostConnection */
/** @typedef {import("../chat-state.js").Inspected} Inspected */
/** @typedef {Readonly<Record<string, string>> | null} Answers What the reader said to proposals. */
/**
 * @typedef {{ lost: LostConnection | null, agentName: string, canContinue: boolean,
 *   others: readonly { id: string, name: string }[], inspected: Inspected | null,
 *   memory: import("../api.js").Memory | null, answers: Answers }} Around
 */

/** @type {Readonly<Record<string, string>>} */
const phases = {
  queued: "Waiting for a free place",
  routing: "Choosing who answers",
  thinking: "Thinking",
  tool: "Using a tool",
}

/** @type {Readonly<Record<Message["saving"], string>>} */
const savingTexts = {
  unknown: "",
  waiting: "Safe, not in the database yet",
  saved: "On disk",
}

/** @type {readonly { id: string, text: string }[]} */
const noFacts = []

/** @type {Readonly<Record<string, string>>} */
const endings = { stopped: "Stopped", interrupted: "Interrupted" }

export class MessageView extends HTMLElement {
  #content = element("div", { class: "message-content" })
  #renderer = new MarkdownRenderer(this.#content, finishCode)
  #cursor = element("span", { class: "typing-cursor", role: "img", "aria-label": "typing" }, "▊")
  #phase = element("p", { class: "message-phase", hidden: true })
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
  #remedies = element("div", { class: "remedies" }, this.#retry)
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
  )
  /** @type {Message | null} */
  #message = null
  /** @type {Around} */
  #around = {
    lost: null,
    agentName: "",
    canContinue: false,
    others: [],
    inspected: null,
    memory: null,
    answers: null,
  }
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
    this.dataset.state = message.state
    this.classList.toggle("is-streaming", message.state === "streaming")
    this.classList.toggle("is-final", message.state !== "streaming")
    if (message.role === "user") this.#showQuestion(message)
    else this.#showReply(message)
  }

  /** @param {Message} message */
  #build(message) {
    const isReply = message.role === "assistant"
    this.dataset.role = message.role
    this.setAttribute("role", "article")
    this.append(
      element("h2", { class: "visually-hidden" }, isReply ? "Assistant said" : "You said"),
    )
    if (!isReply) return this.append(this.#content, this.#receipt)
    this.append(
      this.#standIn,
      this.#reasoning,
      this.#activities,
      this.#content,
      this.#phase,
      this.#proposals,
      this.#problem,
      this.#foot,
      this.#details,
    )
  }

  /** @param {Message} message */
  #showQuestion({ text, isReceived }) {
    setText(this.#content, text)
    this.#receipt.dataset.state = isReceived ? "received" : "sending"
    setText(this.#receipt, isReceived ? "Received" : "Sending…")
  }

  /** @param {Message} message */
  #showReply(message) {
    const isStreaming = message.state === "streaming"
    this.#cursor.remove()
    this.#renderer.show(this.#visibleText(message), { isOpen: isStreaming })
    if (isStreaming) placeForCursor(this.#content).append(this.#cursor)
    this.#showPhase(message)
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
    return shown === null || this.#isWhole ? text : text.slice(0, shown)
  }

  #showRest() {
    this.#isWhole = true
    if (this.#message) this.#showReply(this.#message)
  }

  /** @param {Message} message */
  #showPhase({ state, text, phase }) {
    const isWaiting = state === "streaming" && (text === "" || phase === "tool") &&
      !this.#around.lost
    this.#phase.hidden = !isWaiting
    setText(this.#phase, phases[phase ?? ""] ?? "Thinking")
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

  #askModel() {
    if (!this.#message) return
    report(this, "chat-ask-other", { id: this.#message.id, agent: this.#message.agent })
  }

  /**
   * What the assistant wants to have remembered, once the reply is there and it is known what was said.
   *
   * @param {Message} message
   */
  #showProposals({ id, serverId, state, activities }) {
    const { answers } = this.#around
    const proposals = state === "streaming" || !answers ? [] : activities.flatMap((activity) => {
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
  #showProblem({ state, error }) {
    const isOver = state === "failed" || state === "interrupted"
    const { lost } = this.#around
    const sentence = lost ? lostSentence(lost) : isOver ? error ?? sentences.interrupted : null
    this.#problem.hidden = sentence === null
    setText(this.#problemText, sentence ?? "")
  }

  /** @param {Message} message */
  #showFoot({ state, text, shown, agent, reason, replyTo, saving }) {
    this.#showOthers(agent)
    this.#foot.hidden = state === "streaming"
    const { agentName, inspected, memory } = this.#around
    setText(this.#agent, agentName)
    this.#agent.title = reasonSentence(agentName, reason)
    this.#agent.dataset.letter = agentName.slice(0, 1)
    setText(this.#saved, savingTexts[saving])
    this.#saved.dataset.state = saving
    this.#details.hidden = state === "streaming" || replyTo === null
    this.#details.show({
      questionId: replyTo ?? "",
      reason: reasonSentence(agentName, reason),
      inspected,
      facts: memory?.facts ?? noFacts,
    })
    this.#rest.hidden = shown === null || this.#isWhole
    this.#continue.hidden = !this.#around.canContinue
    // Beside the other way out of an interruption; a stop is no problem, and has a quieter place.
    const place = state === "interrupted" ? this.#remedies : this.#foot
    if (this.#continue.parentElement === place) return
    place.insertBefore(this.#continue, state === "interrupted" ? this.#retry : this.#copy)
    setText(this.#ending, endings[state] ?? "")
    this.#copy.hidden = text === ""
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
