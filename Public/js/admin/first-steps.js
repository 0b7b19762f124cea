// What a new admin does first: each step with its state from what is, until all are done or set aside.

import { element } from "../dom.js"
import { isObject } from "../fields.js"
import { say } from "./admin-words.js"

/** @typedef {import("../fields.js").Fields} Fields */

/** @type {readonly { name: string, words: import("./admin-words.js").AdminKey, place: string | null }[]} */
const steps = [
  { name: "admin", words: "steps.admin", place: null },
  { name: "model", words: "steps.model", place: "#model" },
  { name: "stream", words: "steps.stream", place: "#checkup" },
  { name: "restore", words: "steps.restore", place: "#checkup" },
  { name: "people", words: "steps.people", place: "#invitations" },
]

/**
 * Whether there is anything left to do.
 *
 * @param {Fields} state
 */
export function areStepsLeft(state) {
  const facts = isObject(state.steps) ? state.steps : {}
  return state.is_set_aside !== true && steps.some(({ name }) => facts[name] !== true)
}

/**
 * @param {Fields} state
 * @returns {HTMLElement[]}
 */
export function stepItems(state) {
  const facts = isObject(state.steps) ? state.steps : {}
  return steps.map(({ name, words, place }) => {
    const isDone = facts[name] === true
    const label = say(words)
    return element(
      "li",
      { data: { state: isDone ? "done" : "open" } },
      element("span", { class: "verdict" }, isDone ? say("steps.done") : say("steps.open")),
      isDone || place === null ? label : element("a", { href: place }, label),
    )
  })
}
