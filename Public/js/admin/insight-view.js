// How the server does, drawn anew every few seconds.

import { element, setText } from "../dom.js"
import { isObject, number, numberOrNull, objects, text } from "../fields.js"
import { named, say } from "./admin-words.js"
import { bar, trend } from "./charts.js"
import * as figures from "./figures.js"
import { replaceTable, table } from "./table.js"
import { costFrom, costSentence } from "./cost.js"

/** @typedef {import("../fields.js").Fields} Fields */
/** @typedef {import("./cost.js").Cost} Cost */

/** How many readings the lines show: five minutes. */
const mostReadings = 60

/**
 * @typedef {object} Tile
 * @property {() => string} label
 * @property {(insight: Fields) => string} value
 * @property {(insight: Fields) => number} [line] What its line shows.
 */

/** @type {readonly Tile[]} */
const tiles = [
  counted(() => say("now.streams"), (insight) => number(insight.streams_open)),
  counted(() => say("now.replies"), (insight) => number(insight.replies_running)),
  {
    label: () => say("now.firstText"),
    value: ({ first_text_seconds: times }) => halfAndMost(times),
    line: ({ first_text_seconds: times }) => part(times, "p50") ?? 0,
  },
  timed(() => say("now.streamTime"), "stream_seconds", "mean"),
  timed(() => say("now.delay"), "relay_delay_seconds", "p99"),
  timed(() => say("now.commit"), "commit_seconds", "p99"),
  counted(() => say("now.waiting"), (insight) => number(saving(insight).waiting)),
  {
    label: () => say("now.oldest"),
    value: (insight) => figures.duration(number(saving(insight).oldest_seconds)),
  },
  {
    label: () => say("now.spool"),
    value: (insight) => figures.bytes(number(saving(insight).spool_bytes)),
  },
  {
    label: () => say("now.kept"),
    value: (insight) =>
      figures.pair(
        figures.count(number(saving(insight).kept)),
        figures.count(number(saving(insight).failed)),
      ),
  },
  {
    label: () => say("now.database"),
    value: (insight) => figures.bytes(number(insight.database_bytes)),
    line: (insight) => number(insight.database_bytes),
  },
  {
    label: () => say("now.memory"),
    value: (insight) => figures.bytes(number(insight.memory_bytes)),
    line: (insight) => number(insight.memory_bytes),
  },
]

/**
 * @param {() => string} label
 * @param {(insight: Fields) => number} line
 * @returns {Tile}
 */
function counted(label, line) {
  return { label, line, value: (insight) => figures.count(line(insight)) }
}

/**
 * @param {() => string} label
 * @param {string} name
 * @param {"mean" | "p99"} which
 * @returns {Tile}
 */
function timed(label, name, which) {
  return {
    label,
    value: (insight) => figures.duration(part(insight[name], which)),
    line: (insight) => part(insight[name], which) ?? 0,
  }
}

/** @param {Fields} insight */
const saving = ({ saving }) => isObject(saving) ? saving : {}

/**
 * @param {unknown} times
 * @param {string} which
 */
const part = (times, which) => isObject(times) ? numberOrNull(times[which]) : null

/** @param {unknown} times */
export function halfAndMost(times) {
  return figures.pair(
    figures.duration(part(times, "p50")),
    figures.duration(part(times, "p95")),
  )
}

export class InsightView {
  #root
  /** @type {Fields[]} */
  #readings = []
  #views = tiles.map((tile) => {
    const value = element("span", {})
    const line = element("span", { class: "line" })
    const view = element(
      "div",
      { class: "tile" },
      element("dt", {}, tile.label()),
      element("dd", {}, value, tile.line ? line : null),
    )
    return { tile, value, line, view }
  })

  /** @param {HTMLElement} root Has a place for each part. */
  constructor(root) {
    this.#root = root
    this.#place("tiles").replaceChildren(
      element("dl", { class: "tiles" }, ...this.#views.map(({ view }) => view)),
    )
  }

  /** @param {Fields} insight */
  show(insight) {
    this.#readings = [...this.#readings, insight].slice(-mostReadings)
    for (const { tile, value, line } of this.#views) {
      setText(value, tile.value(insight))
      if (tile.line) line.replaceChildren(trend(this.#readings.map(tile.line), mostReadings))
    }
    this.#counts("errors", say("errors.heading"), say("errors.kind"), insight.errors, "kind")
    this.#counts("limits", say("limits.heading"), say("limits.limit"), insight.limits, "limit")
    const cost = costFrom(insight.cost)
    setText(this.#place("cost"), costSentence(cost))
    this.#use("agents", say("use.agents"), insight.agents, cost)
    this.#use("providers", say("use.providers"), insight.providers, cost)
    this.#recent(insight.recent_errors)
  }

  /**
   * @param {string} place
   * @param {string} caption
   * @param {string} head
   * @param {unknown} list
   * @param {"kind" | "limit"} kind
   */
  #counts(place, caption, head, list, kind) {
    const rows = objects(list)
    const most = Math.max(1, ...rows.map(({ count }) => number(count)))
    const next = table(
      caption,
      [head, say("errors.count")],
      rows.map(({ name, count }) => [
        named(kind, text(name)),
        element(
          "span",
          { class: "barred" },
          figures.count(number(count)),
          bar(number(count) / most, true),
        ),
      ]),
      say("errors.none"),
    )
    replaceTable(this.#place(place), next)
  }

  /**
   * @param {string} place
   * @param {string} caption
   * @param {unknown} list
   * @param {Cost} cost
   */
  #use(place, caption, list, cost) {
    const rows = objects(list)
    const all = rows.reduce((sum, { cost }) => sum + number(cost), 0)
    const most = Math.max(1, ...rows.map(({ messages }) => number(messages)))
    const heads = [
      say("use.name"),
      say("use.messages"),
      say("use.failed"),
      say("use.input"),
      say("use.output"),
      ...(cost.hasPrices ? [say("use.costToday"), say("use.cost"), say("use.share")] : []),
    ]
    const next = table(
      caption,
      heads,
      rows.map((row) => [
        text(row.name),
        element(
          "span",
          { class: "barred" },
          figures.count(number(row.messages)),
          bar(number(row.messages) / most),
        ),
        figures.count(number(row.failed)),
        figures.count(number(row.input_tokens)),
        figures.count(number(row.output_tokens)),
        ...(cost.hasPrices
          ? [
            figures.money(number(row.cost_today), cost.currency),
            figures.money(number(row.cost), cost.currency),
            element(
              "span",
              { class: "barred" },
              figures.share(number(row.cost), all),
              all > 0 ? bar(number(row.cost) / all) : null,
            ),
          ]
          : []),
      ]),
      say("errors.none"),
    )
    replaceTable(this.#place(place), next)
  }

  /** @param {unknown} list */
  #recent(list) {
    const next = table(
      say("recent.heading"),
      [say("recent.at"), say("recent.what"), say("recent.request")],
      objects(list).map((row) => [
        figures.when(number(row.at)),
        text(row.what),
        element("code", {}, text(row.request_id)),
      ]),
      say("errors.none"),
    )
    replaceTable(this.#place("recent"), next)
  }

  /** @param {string} name */
  #place(name) {
    const place = this.#root.querySelector(`[data-place="${name}"]`)
    if (!(place instanceof HTMLElement)) throw new Error(`The page has no place for ${name}.`)
    return place
  }
}
