// How a reply came about, for the reader who wants to know: loaded when it is opened.

import { element, report } from "../dom.js"
import { secondsText, timeOfDay } from "../durations.js"
import { formatTag, say, toolName } from "../words.js"

/** @typedef {import("../chat-state.js").Inspected} Inspected */
/** @typedef {import("../api.js").Inspection} Inspection */
/** @typedef {import("../api.js").Sight} Sight */
/** @typedef {readonly { id: string, text: string }[]} Facts */

const toolList = new Intl.ListFormat(formatTag, { style: "narrow" })

export class ReplyDetails extends HTMLElement {
  #body = element("div", { class: "details-body" })
  #details = element(
    "details",
    { ontoggle: () => this.#toggled() },
    element("summary", {}, say("details.summary")),
    this.#body,
  )
  #questionId = ""
  /** @type {Inspected | null} */
  #inspected = null
  /** @type {Facts} */
  #facts = []
  #reason = ""

  connectedCallback() {
    this.append(this.#details)
  }

  /** Shows what was folded away in the menu of the message. */
  open() {
    this.hidden = false
    this.#details.open = true
    this.#details.querySelector("summary")?.focus({ preventScroll: true })
  }

  get isOpen() {
    return this.#details.open
  }

  /**
   * @param {{ questionId: string, reason: string, inspected: Inspected | null, facts: Facts }} reply
   *   `facts` is all that is remembered about the reader.
   */
  show({ questionId, reason, inspected, facts }) {
    const isSame = this.#inspected === inspected && this.#facts === facts && this.#reason === reason
    this.#questionId = questionId
    if (isSame && this.#body.hasChildNodes()) return
    this.#inspected = inspected
    this.#facts = facts
    this.#reason = reason
    this.#body.replaceChildren(...this.#contents())
  }

  #toggled() {
    this.hidden = !this.#details.open
    if (this.#details.open) {
      report(this, "reply-inspect", { id: this.#questionId })
    }
  }

  /** @returns {Node[]} */
  #contents() {
    const inspected = this.#inspected
    if (inspected === null || inspected.phase === "loading") {
      return [element("p", {}, say("details.loading"))]
    }
    if (inspected.phase === "failed") return [element("p", {}, inspected.sentence)]
    const { inspection } = inspected
    const lines = [this.#reason, ...linesAbout(inspection)].filter((line) => line !== "")
    return [
      element("ul", {}, ...lines.map((line) => element("li", {}, line))),
      ...rememberedFacts(inspection, this.#facts),
      ...(inspection.sight ? [sightOf(inspection.sight)] : []),
    ]
  }
}

/**
 * @param {Inspection} inspection
 * @returns {string[]}
 */
function linesAbout({ receivedAt, firstTextAt, endedAt, ...saving }) {
  const { modelCalls, tokens } = saving
  /** @param {number | null} time */
  const after = (time) =>
    time === null || receivedAt === null ? null : secondsText((time - receivedAt) / 1_000)
  const first = after(firstTextAt)
  const end = after(endedAt)
  return [
    wayText(first, end),
    modelCalls > 0 ? say("details.calls", { count: modelCalls }) : "",
    tokens
      ? say("details.tokens", {
        read: say("details.read", { count: tokens.input }),
        written: say("details.written", { count: tokens.output }),
      })
      : "",
    savingText(saving),
  ]
}

/**
 * @param {string | null} first
 * @param {string | null} end
 */
function wayText(first, end) {
  if (first && end) return say("details.both", { first, end })
  if (first) return say("details.first", { first })
  return end ? say("details.end", { end }) : ""
}

/** @param {Pick<Inspection, "savedAt" | "spooledAt">} saving */
function savingText({ savedAt, spooledAt }) {
  if (savedAt !== null) return say("details.saved", { time: timeOfDay(savedAt) })
  return say(spooledAt === null ? "details.unsaved" : "details.spooled")
}

/**
 * What was known about the reader, with the way to correct it.
 *
 * @param {Inspection} inspection
 * @param {Facts} facts
 */
function rememberedFacts({ sight }, facts) {
  if (!sight || sight.facts.length === 0) return []
  const used = facts.filter(({ id }) => sight.facts.includes(id))
  return [
    element("h3", {}, say("details.facts")),
    element("ul", {}, ...used.map(({ text }) => element("li", {}, text))),
    element("p", {}, element("a", { href: "/onboarding#facts" }, say("details.correct"))),
  ]
}

/** @param {Sight} sight */
function sightOf({ instructions, messages, leftOut, tools, model }) {
  const turns = messages.map(({ role, text }) =>
    element(
      "li",
      {},
      element("strong", {}, say(role === "user" ? "details.you" : "details.assistant")),
      ` ${text}`,
    )
  )
  return element(
    "details",
    { class: "sight" },
    element("summary", {}, say("details.sight")),
    element("h3", {}, say("details.instructions")),
    element("pre", {}, element("code", {}, instructions)),
    element("h3", {}, say("details.conversation")),
    element("ol", {}, ...turns),
    leftOut > 0 ? element("p", {}, say("details.leftOut", { count: leftOut })) : null,
    tools.length > 0
      ? element(
        "p",
        {},
        say("details.tools", { tools: toolList.format(tools.map(toolName)) }),
      )
      : null,
    model ? element("p", {}, say("details.model", { model })) : null,
  )
}
