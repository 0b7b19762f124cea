// Who gets streams: what is in force, both groups beside each other, the form, and the history.

import { element, find, setText } from "../dom.js"
import { isObject, number, objects, text } from "../fields.js"
import { named, say } from "./admin-words.js"
import { bar } from "./charts.js"
import * as figures from "./figures.js"
import { halfAndMost } from "./insight-view.js"
import { replaceTable, table } from "./table.js"

/** @typedef {import("../fields.js").Fields} Fields */

/** The flags that the form has a field for, by the field's name. */
const fields = /** @type {const} */ ([
  "enable_streaming",
  "streaming_rollout_percent",
  "streaming_old_way_before",
  "streaming_allow",
  "streaming_deny",
  "rollout_guard",
])

export class RolloutView {
  #form
  #api
  #outcome
  /** @type {Map<string, string>} What is in force. */
  #values = new Map()
  /** @type {Set<string>} What is not as configured. */
  #changed = new Set()

  /**
   * @param {HTMLFormElement} form
   * @param {{ changeRollout(flags: Record<string, string | null>, why: string): Promise<Fields> }} api
   */
  constructor(form, api) {
    this.#form = form
    this.#api = api
    this.#outcome = find("#rollout-outcome", HTMLElement)
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      this.#change(this.#differences())
    })
    find("#rollout-reset", HTMLButtonElement).addEventListener("click", () => {
      this.#change(Object.fromEntries([...this.#changed].map((name) => [name, null])))
    })
  }

  /**
   * @param {Fields} rollout
   * @param {{ fills?: boolean }} [how] Whether the form takes what is in force; else only fields that nobody changed do.
   */
  show(rollout, { fills = false } = {}) {
    for (const flag of objects(rollout.flags)) {
      const [name, value] = [text(flag.name), text(flag.value)]
      const isUntouched = this.#values.has(name) && this.#typed(name) === this.#values.get(name)
      if (fills || !this.#values.has(name) || isUntouched) this.#fill(name, value)
      this.#values.set(name, value)
      if (flag.source === "configuration") this.#changed.delete(name)
      else this.#changed.add(name)
    }
    const comparison = isObject(rollout.comparison) ? rollout.comparison : {}
    setText(find("#rollout-summary", HTMLElement), this.#summary(comparison))
    replaceTable(find("#rollout-groups", HTMLElement), groups(comparison))
    replaceTable(find("#rollout-history", HTMLElement), history(rollout.history))
  }

  /** @param {Fields} comparison */
  #summary(comparison) {
    if (this.#values.get("enable_streaming") !== "true") return say("rollout.off")
    const guard = this.#values.get("rollout_guard") === "on"
      ? say("rollout.guards")
      : say("rollout.noGuard")
    const facts = say("rollout.summary", {
      percent: figures.count(number(comparison.percent)),
      since: figures.when(number(comparison.since)),
    })
    return `${facts} ${comparison.can_compare === true ? guard : say("rollout.cannot")}`
  }

  #differences() {
    /** @type {Record<string, string>} */
    const changes = {}
    for (const name of fields) {
      if (this.#typed(name) !== this.#values.get(name)) changes[name] = this.#typed(name)
    }
    return changes
  }

  /** @param {Record<string, string | null>} flags */
  async #change(flags) {
    if (Object.keys(flags).length === 0) return this.#say(say("rollout.nothing"), "well")
    this.#say(say("rollout.working"), "working")
    const why = find("#rollout-why", HTMLInputElement)
    try {
      this.show(await this.#api.changeRollout(flags, why.value.trim()), { fills: true })
      why.value = ""
      this.#say(say("rollout.done"), "well")
    } catch (problem) {
      this.#say(problem instanceof Error ? problem.message : String(problem), "wrong")
    }
  }

  /**
   * @param {string} words
   * @param {"well" | "wrong" | "working"} state
   */
  #say(words, state) {
    this.#outcome.dataset.state = state
    setText(this.#outcome, words)
  }

  /** @param {string} name */
  #field(name) {
    const field = this.#form.elements.namedItem(name)
    if (!(field instanceof HTMLInputElement)) throw new Error(`The form has no ${name}.`)
    return field
  }

  /** @param {string} name */
  #typed(name) {
    const field = this.#field(name)
    if (name === "enable_streaming") return String(field.checked)
    if (name === "rollout_guard") return field.checked ? "on" : "off"
    return field.value.trim()
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #fill(name, value) {
    const field = this.#field(name)
    if (field.type === "checkbox") field.checked = value === "true" || value === "on"
    else field.value = value
  }
}

/** @param {Fields} comparison */
function groups(comparison) {
  const before = isObject(comparison.before) ? comparison.before : null
  const both = [comparison.streaming, before ?? comparison.whole].map((one) =>
    isObject(one) ? one : {}
  )
  /** @param {(group: Fields) => import("./table.js").Cell} cell */
  const cells = (cell) => both.map(cell)
  /** @param {"failed" | "abandoned" | "stopped"} name */
  const shares = (name) =>
    cells((group) => {
      const [part, all] = [number(group[name]), number(group.messages)]
      const drawn = bar(all === 0 ? 0 : part / all, name !== "stopped")
      return element("span", { class: "barred" }, figures.share(part, all), drawn)
    })
  const rows = [
    [say("rollout.messages"), ...cells((group) => figures.count(number(group.messages)))],
    [say("rollout.failed"), ...shares("failed")],
    [say("rollout.abandoned"), ...shares("abandoned")],
    [say("rollout.stopped"), ...shares("stopped")],
    [say("rollout.first"), ...cells((group) => halfAndMost(group.first_text_seconds))],
    [say("rollout.reply"), ...cells((group) => halfAndMost(group.reply_seconds))],
    [say("rollout.visits"), ...cells((group) => perVisit(group))],
  ]
  const heads = [
    say("rollout.measure"),
    say("rollout.streaming"),
    before ? say("rollout.before") : say("rollout.whole"),
  ]
  return table(say("rollout.groups"), heads, rows, "")
}

/** @param {Fields} group */
function perVisit(group) {
  const visits = number(group.visits)
  return visits === 0 ? say("unit.none") : figures.ratio(number(group.messages) / visits)
}

/** @param {unknown} list */
function history(list) {
  const rows = objects(list).map((change) => [
    figures.when(number(change.at)),
    who(text(change.by)),
    say("history.fromTo", {
      name: named("flag", text(change.name)),
      from: text(change.from) || say("history.empty"),
      to: text(change.to) || say("history.empty"),
    }),
    element(
      "div",
      {},
      element("p", {}, text(change.why)),
      isObject(change.verdict) ? element("p", { class: "help" }, verdict(change.verdict)) : null,
    ),
  ])
  const heads = [say("history.when"), say("history.who"), say("history.what"), say("history.why")]
  return table(say("history.heading"), heads, rows, say("history.none"))
}

/** @param {string} name */
function who(name) {
  if (name === "operator") return say("who.operator")
  if (name === "guard") return say("who.guard")
  return name === "configuration" ? say("who.configuration") : say("who.admin")
}

/** @param {Fields} verdict */
function verdict({ finding, streaming, whole }) {
  const [left, right] = [streaming, whole].map((one) => isObject(one) ? one : {})
  /** @param {"failed" | "abandoned"} name */
  const shares = (name) => ({
    streaming: figures.share(number(left?.[name]), number(left?.messages)),
    whole: figures.share(number(right?.[name]), number(right?.messages)),
  })
  const count = { count: figures.count(number(left?.messages)) }
  if (finding === "more_failures") return say("finding.more_failures", shares("failed"))
  if (finding === "more_abandons") return say("finding.more_abandons", shares("abandoned"))
  return finding === "no_worse" ? say("finding.no_worse", count) : say("finding.undecided", count)
}
