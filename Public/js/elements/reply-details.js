// How a reply came about, for the reader who wants to know: loaded when it is opened.

import { element, report } from "../dom.js"
import { counted, secondsText } from "../durations.js"

/** @typedef {import("../chat-state.js").Inspected} Inspected */
/** @typedef {import("../api.js").Inspection} Inspection */
/** @typedef {import("../api.js").Sight} Sight */
/** @typedef {readonly { id: string, text: string }[]} Facts */

export class ReplyDetails extends HTMLElement {
  #body = element("div", { class: "details-body" })
  #details = element(
    "details",
    { ontoggle: () => this.#toggled() },
    element("summary", {}, "How this came about"),
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
    if (this.#details.open) report(this, "reply-inspect", { id: this.#questionId })
  }

  /** @returns {Node[]} */
  #contents() {
    const inspected = this.#inspected
    if (inspected === null || inspected.phase === "loading") {
      return [element("p", {}, "Looking…")]
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
    [first && `first words after ${first}`, end && `done after ${end}`].filter(Boolean).join(", "),
    modelCalls > 0 ? counted(modelCalls, "model call", "model calls") : "",
    tokens
      ? `${counted(tokens.input, "token", "tokens")} read, ${
        counted(tokens.output, "token", "tokens")
      } written`
      : "",
    savingText(saving),
  ].map(capitalized)
}

/** @param {Pick<Inspection, "savedAt" | "spooledAt">} saving */
function savingText({ savedAt, spooledAt }) {
  if (savedAt !== null) return `on disk since ${new Date(savedAt).toLocaleTimeString()}`
  return spooledAt === null ? "not on disk" : "safe, and waiting for the database"
}

/** @param {string} text */
function capitalized(text) {
  return text.charAt(0).toUpperCase() + text.slice(1)
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
    element("h3", {}, "What it knew about you"),
    element("ul", {}, ...used.map(({ text }) => element("li", {}, text))),
    element("p", {}, element("a", { href: "/onboarding#facts" }, "Correct or forget")),
  ]
}

/** @param {Sight} sight */
function sightOf({ instructions, messages, leftOut, tools, model }) {
  const turns = messages.map(({ role, text }) =>
    element(
      "li",
      {},
      element("strong", {}, role === "user" ? "You: " : "Assistant: "),
      text,
    )
  )
  return element(
    "details",
    { class: "sight" },
    element("summary", {}, "What did the assistant see?"),
    element("h3", {}, "Its instructions"),
    element("pre", {}, element("code", {}, instructions)),
    element("h3", {}, "The conversation"),
    element("ol", {}, ...turns),
    leftOut > 0
      ? element("p", {}, `${counted(leftOut, "older message", "older messages")} summed up above.`)
      : null,
    tools.length > 0
      ? element(
        "p",
        {},
        `It could use: ${tools.map((tool) => tool.replaceAll("_", " ")).join(", ")}.`,
      )
      : null,
    model ? element("p", {}, `Model: ${model}`) : null,
  )
}
