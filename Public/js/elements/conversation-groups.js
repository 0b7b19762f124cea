// Conversations grouped by day, as rows that the arrow keys lead through.

import { groupsOf, localDate, untilTomorrow } from "../day-groups.js"
import { element, report, setText } from "../dom.js"
import { formatTag, say } from "../words.js"
import { ConversationRow } from "./conversation-row.js"
import { Roving } from "./roving.js"

/** @typedef {import("../shelf-api.js").Summary} Summary */
/** @typedef {import("../day-groups.js").DayGroup} DayGroup */

/**
 * @typedef {object} Shown
 * @property {readonly Summary[]} summaries
 * @property {string | null} chosenId
 * @property {readonly string[]} unread
 */

/** A timer longer than this comes at once. */
const longestTimerMs = 2 ** 31 - 1

export class ConversationGroups extends HTMLElement {
  /** @type {Map<string, ConversationRow>} */
  #rows = new Map()
  /** @type {Map<string, GroupParts>} */
  #groups = new Map()
  #roving = new Roving(this, {
    items: () => this.#links(),
    reach: (link, isReachable) => rowOf(link)?.setReachable(isReachable),
    leave: (direction) => report(this, direction === "before" ? "list-before" : "list-behind"),
  })
  /** @type {Shown | null} */
  #shown = null
  #day = 0
  #midnight = 0

  connectedCallback() {
    document.addEventListener("visibilitychange", this.#lookAtClock)
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.#lookAtClock)
    clearTimeout(this.#midnight)
  }

  /** @param {Shown} shown */
  show(shown) {
    const before = this.#shown
    const isSame = before && before.summaries === shown.summaries &&
      before.chosenId === shown.chosenId && before.unread === shown.unread
    if (isSame && this.#day === today()) return
    this.#shown = shown
    this.#render(shown)
  }

  /** Leads to the first row. */
  focusFirst() {
    this.#links()[0]?.focus()
  }

  /** @param {Shown} shown */
  #render({ summaries, chosenId, unread }) {
    const focus = this.#focusPlace()
    const groups = groupsOf(summaries, Date.now())
    this.#keepGroups(groups)
    for (const group of groups) {
      const { list, heading } = this.#group(group)
      setText(heading, headingOf(group))
      const rows = group.summaries.map((summary) => {
        const row = this.#row(summary.id)
        row.show(summary, {
          isChosen: summary.id === chosenId,
          isUnread: unread.includes(summary.id),
        })
        return row
      })
      place(list, rows)
    }
    const known = new Set(summaries.map(({ id }) => id))
    for (const id of this.#rows.keys()) if (!known.has(id)) this.#rows.delete(id)
    this.#roving.update(this.#rows.get(chosenId ?? "")?.link ?? null)
    this.#keepFocus(focus)
    this.#waitForMidnight()
  }

  /** @param {string} id */
  #row(id) {
    const known = this.#rows.get(id)
    if (known) return known
    const row = new ConversationRow()
    this.#rows.set(id, row)
    return row
  }

  // Groups

  /** @param {readonly DayGroup[]} groups */
  #keepGroups(groups) {
    const wanted = new Set(groups.map(({ key }) => key))
    for (const [key, { section }] of this.#groups) {
      if (wanted.has(key)) continue
      section.remove()
      this.#groups.delete(key)
    }
    place(this, groups.map((group) => this.#group(group).section))
  }

  /** @param {DayGroup} group */
  #group(group) {
    const known = this.#groups.get(group.key)
    if (known) return known
    const parts = makeGroup()
    this.#groups.set(group.key, parts)
    return parts
  }

  // Focus

  #links() {
    return [...this.querySelectorAll("conversation-row")]
      .flatMap((row) => row instanceof ConversationRow && row.link.isConnected ? [row.link] : [])
  }

  /** Where the focus is, to be there again whatever moves. */
  #focusPlace() {
    const { activeElement } = document
    const row = activeElement && this.contains(activeElement) ? rowOf(activeElement) : null
    if (!row || !(activeElement instanceof HTMLElement)) return null
    return { activeElement, id: row.summary.id, at: this.#links().indexOf(row.link) }
  }

  /** @param {{ activeElement: HTMLElement, id: string, at: number } | null} before */
  #keepFocus(before) {
    if (!before || this.contains(document.activeElement)) return
    if (this.#rows.has(before.id) && before.activeElement.isConnected) {
      return before.activeElement.focus()
    }
    const links = this.#links()
    const next = links[Math.min(before.at, links.length - 1)]
    if (next) next.focus()
    else report(this, "list-emptied")
  }

  // Midnight

  #waitForMidnight() {
    const now = Date.now()
    this.#day = today()
    clearTimeout(this.#midnight)
    this.#midnight = setTimeout(this.#lookAtClock, Math.min(untilTomorrow(now), longestTimerMs))
  }

  /** A machine that slept past midnight shows it when it wakes. */
  #lookAtClock = () => {
    if (this.#shown && this.#day !== today()) this.#render(this.#shown)
  }
}

/** @typedef {{ section: HTMLElement, heading: HTMLElement, list: HTMLElement }} GroupParts */

let groupsMade = 0

/** @returns {GroupParts} */
function makeGroup() {
  groupsMade += 1
  const id = `conversation-group-${groupsMade}`
  const heading = element("h2", { class: "group-heading", id })
  const list = element("div", { class: "group-rows", role: "list", "aria-labelledby": id })
  const section = element("div", { class: "conversation-group" }, heading, list)
  return { section, heading, list }
}

/** @param {DayGroup} group */
function headingOf({ kind, month }) {
  if (month) return monthName(month)
  if (kind === "pinned") return say("list.pinned")
  if (kind === "today") return say("list.today")
  if (kind === "yesterday") return say("list.yesterday")
  return kind === "week" ? say("list.week") : say("list.days30")
}

/** @param {import("../day-groups.js").CivilDate} date */
function monthName({ year, month }) {
  const isThisYear = year === localDate(Date.now()).year
  const format = new Intl.DateTimeFormat(formatTag, {
    month: "long",
    ...(isThisYear ? {} : { year: "numeric" }),
  })
  return format.format(new Date(year, month - 1, 1))
}

/** The date as a number, to see that it is another one. */
function today() {
  const { year, month, day } = localDate(Date.now())
  return (year * 12 + month) * 31 + day
}

/**
 * Brings the children of a node into an order. What stays in its place is not touched.
 *
 * @param {HTMLElement} parent
 * @param {readonly HTMLElement[]} wanted
 */
function place(parent, wanted) {
  const known = new Set(wanted)
  for (const child of [...parent.children]) {
    if (child instanceof HTMLElement && !known.has(child)) child.remove()
  }
  wanted.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null)
  })
}

/**
 * @param {Element} node
 * @returns {ConversationRow | null}
 */
function rowOf(node) {
  const row = node.closest("conversation-row")
  return row instanceof ConversationRow ? row : null
}

customElements.define("conversation-groups", ConversationGroups)
