// What an assistant did on its way to the text: each tool with what it was given and what it gave.

import { element, keepInOrder, setText } from "../dom.js"
import { icon } from "../icons.js"
import { secondsText } from "../durations.js"
import { say, toolName } from "../words.js"

/** @typedef {import("../conversation.js").Activity} Activity */

export class ReplyActivities extends HTMLElement {
  /** @type {Map<string, ActivityView>} */
  #views = new Map()

  /** @param {readonly Activity[]} activities */
  show(activities) {
    this.hidden = activities.length === 0
    keepInOrder(this, this.#views, activities, {
      key: (activity) => activity.id,
      make: () => new ActivityView(),
      update: (view, activity) => view.show(activity),
    })
  }
}

export class ActivityView extends HTMLElement {
  #name = element("span", { class: "activity-name" })
  #outcome = element("span", { class: "activity-outcome" })
  #arguments = element("code")
  #result = element("code")
  #resultTitle = element("h3", {}, say("activity.result"))
  #details = element(
    "details",
    { class: "activity" },
    element("summary", {}, icon("tool"), this.#name, this.#outcome),
    element("h3", {}, say("activity.given")),
    element("pre", {}, this.#arguments),
    this.#resultTitle,
    element("pre", {}, this.#result),
  )

  connectedCallback() {
    this.append(this.#details)
  }

  /** @param {Activity} activity */
  show({ name, state, arguments: given = "", result = "", seconds = null }) {
    this.#details.dataset.state = state
    setText(this.#name, toolName(name))
    setText(this.#outcome, outcomeText(state, seconds))
    setText(this.#arguments, pretty(given))
    setText(this.#resultTitle, say(state === "failed" ? "activity.failure" : "activity.result"))
    setText(this.#result, state === "running" ? "…" : pretty(result))
  }
}

/**
 * @param {Activity["state"]} state
 * @param {number | null} seconds
 */
function outcomeText(state, seconds) {
  if (state === "running") return "…"
  if (state === "failed") return say("activity.failed")
  return seconds === null ? "" : secondsText(seconds)
}

/**
 * JSON with a line for each of its parts; anything else as it is.
 *
 * @param {string} text
 */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    // A sentence, or JSON that was cut off.
    return text || say("activity.nothing")
  }
}
