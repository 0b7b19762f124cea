// What a new conversation may begin with, for this reader. Pure functions.

/** @typedef {import("./api.js").Profile} Profile */

/** @typedef {import("./words.js").WordKey} WordKey */

/**
 * A beginning: the words for its title and for what is asked.
 *
 * @typedef {{ title: WordKey, text: WordKey, count?: number }} Starter
 */

/**
 * What the empty page says: whether the reader has been asked about themselves, and how to begin.
 *
 * @typedef {{ acquaintance: "none" | "begun" | "done" | "off", starters: readonly Starter[] }} Welcome
 */

/** @type {Starter} */
const run = { title: "starter.run", text: "starter.run.text" }
/** @type {Starter} */
const train = { title: "starter.train", text: "starter.train.text", count: 2 }
/** @type {Starter} */
const sleep = { title: "starter.sleep", text: "starter.sleep.text" }
/** @type {Starter} */
const habit = { title: "starter.habit", text: "starter.habit.text" }

/** For somebody of whom nothing is known. */
const usual = Object.freeze([run, train, sleep, habit])

const mostStarters = 4

/** @type {ReadonlyMap<unknown, Starter>} */
const byGoal = new Map([
  ["lose_weight", { title: "starter.energy", text: "starter.energy.text" }],
  ["build_muscle", { title: "starter.protein", text: "starter.protein.text" }],
  ["run", run],
  ["get_fitter", { title: "starter.fitter", text: "starter.fitter.text" }],
  ["stay_healthy", sleep],
])

/** @type {ReadonlyMap<unknown, Starter>} */
const byDiet = new Map([
  ["vegan", { title: "starter.vegan", text: "starter.vegan.text" }],
  ["vegetarian", { title: "starter.vegetarian", text: "starter.vegetarian.text" }],
  ["pescatarian", { title: "starter.pescatarian", text: "starter.pescatarian.text" }],
])

/** @type {Welcome} */
export const firstWelcome = Object.freeze({ acquaintance: "off", starters: usual })

/**
 * @param {Profile} profile
 * @returns {Welcome}
 */
export function welcomeFor(profile) {
  return { acquaintance: acquaintanceOf(profile), starters: startersFor(profile) }
}

/**
 * @param {Profile} profile
 * @returns {Welcome["acquaintance"]}
 */
function acquaintanceOf({ steps, isCompleted, version }) {
  if (steps.length === 0) return "off"
  if (isCompleted) return "done"
  return version === 0 ? "none" : "begun"
}

/**
 * What fits the profile comes first; what fits everybody fills up.
 *
 * @param {Profile} profile
 * @returns {Starter[]}
 */
function startersFor({ steps }) {
  const values = new Map(
    steps.flatMap(({ fields }) => fields.map(({ id, value }) => [id, value])),
  )
  const days = values.get("days")
  const plan = typeof days === "number" ? planFor(days) : null
  const known = [plan, byGoal.get(values.get("goal")), byDiet.get(values.get("diet"))]
  const fitting = known.filter((starter) => starter !== null && starter !== undefined)
  const rest = usual.filter((starter) =>
    !fitting.includes(starter) && !(starter === train && plan !== null)
  )
  return [...fitting, ...rest].slice(0, mostStarters)
}

/**
 * @param {number} days
 * @returns {Starter}
 */
function planFor(days) {
  return { title: "starter.plan", text: "starter.plan.text", count: days }
}
