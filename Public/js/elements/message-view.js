// One message: what was said, how far it is, and what can be done about it.

import { finishCode } from "../code/code-tools.js"
import { copyingButton, copyPlain } from "../code/copying.js"
import { brokeOff } from "../conversation.js"
import { element, keepInOrder, report, setText } from "../dom.js"
import { secondsText, wholeSecondsText } from "../durations.js"
import { icon } from "../icons.js"
import * as paces from "../pace.js"
import { noHabits } from "../waiting.js"
import { MarkdownRenderer } from "../markdown/renderer.js"
import { reasonSentence } from "../agent-reason.js"
import { placeAmongVariants } from "../variants.js"
import { aloudButton, canReadAloud } from "./aloud-button.js"
import { FactProposal } from "./fact-proposal.js"
import { MessageEditor } from "./message-editor.js"
import { toggleMenu } from "./message-menu.js"
import { ReplyActivities } from "./reply-activities.js"
import { ReplyDetails } from "./reply-details.js"
import { ReplyWaiting } from "./reply-waiting.js"
import { VariantSwitcher } from "./variant-switcher.js"
import { sentences } from "../problem.js"
import { heard, say } from "../words.js"

/** @typedef {import("../conversation.js").Message} Message */
/** @typedef {import("../chat-state.js").LostConnection} LostConnection */
/** @typedef {import("../chat-state.js").Inspected} Inspected */
/** @typedef {Readonly<Record<string, string>> | null} Answers What the reader said to proposals. */
/** @typedef {{ id: string, name: string }} Agent */
/**
 * What can be done with messages: nothing but reading; nothing while a reply runs; anything.
 *
 * @typedef {"none" | "later" | "now"} Acts
 */
/**
 * @typedef {object} Around
 * @property {LostConnection | null} lost
 * @property {import("../waiting.js").Way | null} way
 * @property {import("../waiting.js").Habits} habits
 * @property {paces.PaceName} pace
 * @property {import("../settings.js").Settings["sendsWith"]} sendsWith
 * @property {string} agentName
 * @property {boolean} canContinue
 * @property {boolean} isLast
 * @property {Acts} acts
 * @property {readonly Agent[]} agents Who can be asked.
 * @property {string | null} edit What the reader begins with to change the message.
 * @property {Inspected | null} inspected
 * @property {import("../api.js").Memory | null} memory
 * @property {Answers} answers
 */

/** @type {Readonly<Record<Message["saving"], string>>} */
const savingTexts = {
  unknown: "",
  waiting: say("reply.unsaved"),
  saved: say("reply.saved"),
}

/** @type {Readonly<Record<Exclude<Message["waits"], "nothing">, string>>} */
const waitingTexts = {
  network: say("message.waitsForNetwork"),
  consent: say("message.waitsForConsent"),
}

/** @type {readonly { id: string, text: string }[]} */
const noFacts = []

export class MessageView extends HTMLElement {
  #content = element("div", { class: "message-content", dir: "auto" })
  #renderer = new MarkdownRenderer(this.#content, finishCode)
  #cursor = element("span", {
    class: "typing-cursor",
    role: "img",
    "aria-label": say("reply.typing"),
  }, "▊")
  #waiting = new ReplyWaiting()
  #activities = new ReplyActivities()
  #proposals = element("div", { class: "message-proposals" })
  /** @type {Map<string, FactProposal>} */
  #proposalViews = new Map()
  #reasoningText = element("div", { class: "reasoning-text" })
  #reasoning = element(
    "details",
    { class: "message-reasoning", hidden: true },
    element("summary", {}, say("reply.reasoning")),
    this.#reasoningText,
  )
  #problemText = element("p", { class: "problem-text" })
  #retry = element(
    "button",
    { type: "button", class: "button retry", onclick: () => this.#reportRetry() },
    icon("again"),
    say("reply.retry"),
  )
  #login = element(
    "button",
    { type: "button", class: "button login", onclick: () => report(this, "chat-login") },
    say("reply.login"),
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
      { type: "button", class: "button", onclick: () => this.#askAgain() },
      say("reply.askModel"),
    ),
  )
  #cutShort = element("p", { class: "message-stand-in", hidden: true })
  #receipt = element("p", { class: "message-receipt" })
  #sendNow = element(
    "button",
    { type: "button", class: "button", onclick: () => this.#reportId("outbox-send") },
    say("message.sendNow"),
  )
  #unsent = element(
    "div",
    { class: "message-unsent", hidden: true },
    this.#sendNow,
    element(
      "button",
      { type: "button", class: "button", onclick: () => this.#reportId("outbox-discard") },
      say("message.discard"),
    ),
  )
  #details = new ReplyDetails()
  #agent = element("span", { class: "message-agent" })
  #ending = element("span", { class: "message-ending" })
  #saved = element("span", { class: "message-saved" })
  #rest = element(
    "button",
    { type: "button", class: "button show-rest", hidden: true, onclick: () => this.#showRest() },
    say("reply.rest"),
  )
  #continue = element(
    "button",
    {
      type: "button",
      class: "button continue",
      hidden: true,
      onclick: () => report(this, "chat-continue"),
    },
    say("reply.continue"),
  )
  #variants = new VariantSwitcher()
  #copy = copyingButton(() => this.#message?.text ?? "")
  #aloud = aloudButton(() => this.#message?.text ?? "")
  #edit = toolButton(say("message.edit"), "rename", () => this.#reportId("message-edit"))
  #again = toolButton(say("message.again"), "again", () => this.#askAgain())
  #more = toolButton(say("message.more"), "more", () => this.#openMenu())
  #tools = element("span", { class: "message-tools" })
  /** @type {MessageEditor | null} */
  #editor = null
  #foot = element(
    "footer",
    { class: "message-foot" },
    this.#agent,
    this.#ending,
    this.#saved,
    this.#rest,
    this.#continue,
    this.#tools,
    this.#details,
  )
  #bubble = element("div", { class: "message-bubble" })
  /** @type {Message | null} */
  #message = null
  /** @type {Around} */
  #around = {
    lost: null,
    way: null,
    habits: noHabits,
    pace: "fast",
    sendsWith: "enter",
    agentName: "",
    canContinue: false,
    isLast: false,
    acts: "none",
    agents: [],
    edit: null,
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
    const isAtOnce = message.state === "stopped" || this.#around.pace === "instant" || !movesText()
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
        ? paces.advanced(this.#pace, { length, elapsedMs, flow: paces.flows[this.#around.pace] })
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
      element(
        "h2",
        { class: "visually-hidden" },
        say(isReply ? "message.byAssistant" : "message.byReader"),
      ),
    )
    this.#more.setAttribute("aria-haspopup", "menu")
    this.#more.setAttribute("aria-expanded", "false")
    const ofReply = [this.#variants, this.#copy, this.#aloud, this.#again, this.#more]
    if (isReply) this.#tools.append(...ofReply)
    // At the side of the text, also while the others are out of sight.
    else this.#tools.append(this.#copy, this.#edit, this.#more, this.#variants)
    if (!isReply) {
      this.#bubble.append(this.#content, this.#receipt, this.#unsent)
      this.#foot.replaceChildren(this.#tools)
      return this.append(this.#bubble, this.#foot)
    }
    this.append(
      this.#standIn,
      this.#reasoning,
      this.#activities,
      this.#content,
      this.#waiting,
      this.#cutShort,
      this.#proposals,
      this.#problem,
      this.#foot,
    )
  }

  /** @param {Message} message */
  #showQuestion(message) {
    const { text, isReceived, waits } = message
    this.#showEditor(message)
    this.#showTools(message)
    setText(this.#content, text)
    this.#receipt.dataset.state = isReceived ? "received" : "sending"
    const isSent = waits === "nothing"
    const receipt = say(isReceived ? "message.received" : "message.sending")
    setText(this.#receipt, isReceived || waits === "nothing" ? receipt : waitingTexts[waits])
    this.#unsent.hidden = isSent
    this.#sendNow.hidden = waits !== "consent"
    this.#foot.hidden = !isSent || this.#editor !== null
  }

  /**
   * In the place of the text while the reader changes it.
   *
   * @param {Message} message
   */
  #showEditor({ id }) {
    const { edit, acts, sendsWith } = this.#around
    if (edit !== null && !this.#editor) {
      this.#editor = new MessageEditor()
      this.#bubble.before(this.#editor)
      this.#editor.begin(id, edit)
    }
    this.#editor?.show({ canSend: acts === "now", sendsWith })
    this.#bubble.hidden = edit !== null
    this.classList.toggle("is-edited", edit !== null)
    if (edit !== null || !this.#editor) return
    const hadFocus = this.#editor.contains(document.activeElement)
    this.#editor.remove()
    this.#editor = null
    this.#foot.hidden = false
    if (hadFocus) this.#edit.focus({ preventScroll: true })
  }

  /**
   * The few things that are always in view. Everything else is in the menu.
   *
   * @param {Message} message
   */
  #showTools(message) {
    const { acts, isLast } = this.#around
    const { role, text } = message
    this.#variants.show(acts === "none" ? null : placeAmongVariants(message), {
      role,
      canSwitch: acts === "now",
    })
    this.#copy.hidden = text === ""
    this.#aloud.hidden = text === "" || !canReadAloud
    this.#edit.hidden = acts === "none"
    this.#edit.disabled = acts !== "now"
    this.#again.hidden = acts === "none" || !isLast
    this.#again.disabled = acts !== "now"
    this.#more.hidden = this.#menuItems(message).length === 0
  }

  /**
   * Takes the focus from the switcher of another variant.
   *
   * @param {import("./variant-switcher.js").Direction} direction
   */
  focusVariants(direction) {
    this.#variants.focusButton(direction)
  }

  #openMenu() {
    if (!this.#message) return
    toggleMenu(this.#more, say("message.menu"), this.#menuItems(this.#message))
  }

  /**
   * @param {Message} message
   * @returns {import("./message-menu.js").MenuItem[]}
   */
  #menuItems({ role, text, agent }) {
    const { acts, agents } = this.#around
    const isReply = role === "assistant"
    const isOff = acts !== "now"
    const others = agents.filter(({ id }) => id !== agent)
    const copying = { text: say("message.copyText"), act: () => this.#copyPlain() }
    const asking = [
      { text: say("message.again"), isOff, act: () => this.#askAgain() },
      ...others.map(({ id, name }) => ({
        text: say("message.askOther", { name }),
        isOff,
        act: () => this.#askAgain(id),
      })),
    ]
    const branching = {
      text: say("message.branch"),
      act: () => this.#reportId("message-branch"),
    }
    return [
      ...(isReply && text !== "" ? [copying] : []),
      ...(isReply && acts !== "none" ? asking : []),
      ...(acts !== "none" ? [branching] : []),
      ...(isReply ? [{ text: say("details.summary"), act: () => this.#details.open() }] : []),
    ]
  }

  #copyPlain() {
    if (this.#message) copyPlain(this.#copy, this.#message.text)
  }

  /** @param {string | null} [agent] Who is to answer; whoever did, unless somebody else is named. */
  #askAgain(agent = this.#message?.agent ?? null) {
    const id = this.#message?.replyTo
    if (id) report(this, "message-again", { id, agent })
  }

  /** @param {string} name */
  #reportId(name) {
    if (this.#message) report(this, name, { id: this.#message.id })
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
    this.#showNotices(message)
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
  #showNotices({ standIn, cutShort, state }) {
    this.#cutShort.hidden = cutShort === null
    setText(this.#cutShort, heard(cutShort ?? ""))
    this.#standIn.hidden = standIn === null
    setText(this.#standInText, heard(standIn ?? ""))
    const { acts, isLast } = this.#around
    const canAsk = state !== "streaming" && acts === "now" && isLast
    const button = this.#standIn.querySelector("button")
    if (button) button.hidden = !canAsk
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
  #showProblem(message) {
    const { state, needsLogin } = message
    this.#login.hidden = !needsLogin
    this.#retry.hidden = needsLogin
    const isOpen = this.dataset.state === "streaming"
    const isOver = !isOpen && (state === "failed" || state === "interrupted")
    const { lost } = this.#around
    const sentence = lost ? lostSentence(lost) : isOver ? problemSentence(message) : null
    this.#problem.hidden = sentence === null
    setText(this.#problemText, sentence ?? "")
  }

  /** @param {Message} message */
  #showFoot(message) {
    const { state, shown, reason, replyTo, saving, stopSeconds } = message
    this.#showTools(message)
    const isOpen = this.dataset.state === "streaming"
    this.#foot.hidden = isOpen
    const { agentName, inspected, memory } = this.#around
    setText(this.#agent, agentName)
    this.#agent.title = reasonSentence(agentName, reason)
    this.#agent.dataset.letter = agentName.slice(0, 1)
    setText(this.#saved, savingTexts[saving])
    this.#saved.dataset.state = saving
    this.#details.hidden = isOpen || replyTo === null || !this.#details.isOpen
    this.#details.show({
      questionId: replyTo ?? "",
      reason: reasonSentence(agentName, reason),
      inspected,
      facts: memory?.facts ?? noFacts,
    })
    this.#rest.hidden = shown === null || this.#isWhole
    this.#continue.hidden = !this.#around.canContinue
    setText(this.#ending, endingText(state))
    this.#ending.title = stopSeconds === null
      ? ""
      : say("reply.stoppedIn", { time: secondsText(stopSeconds) })
    // Beside the other way out of an interruption; a stop is no problem, and has a quieter place.
    const isProblem = state === "interrupted" || state === "failed"
    const place = isProblem ? this.#remedies : this.#foot
    if (this.#continue.parentElement === place) return
    place.insertBefore(this.#continue, isProblem ? this.#retry : this.#tools)
  }

  #reportRetry() {
    if (this.#message) report(this, "chat-retry", { id: this.#message.id })
  }
}

/**
 * @param {string} name
 * @param {"rename" | "again" | "more"} picture
 * @param {() => void} act
 */
function toolButton(name, picture, act) {
  return element(
    "button",
    {
      type: "button",
      class: "icon-button small",
      "aria-label": name,
      title: name,
      onclick: act,
    },
    icon(picture),
  )
}

/** @param {Message} message */
function problemSentence(message) {
  const problem = message.error ?? sentences.interrupted
  return message.error && brokeOff(message) ? say("problem.brokeOff", { problem }) : problem
}

/** @param {LostConnection} lost */
function lostSentence({ attempt, waitMs, sentence }) {
  const seconds = Math.ceil(waitMs / 1_000)
  const problem = sentence ?? sentences.offline
  if (seconds < 1) return say("problem.again.now", { problem, attempt })
  return say("problem.again.soon", { problem, wait: wholeSecondsText(seconds), attempt })
}

/** @param {Message["state"]} state */
function endingText(state) {
  if (state === "interrupted") return say("reply.interrupted")
  return state === "stopped" ? say("reply.stopped") : ""
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
