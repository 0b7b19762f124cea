// The admin's page: who is the admin, how the server does, who gets streams, and which model answers.

import { AdminAPI } from "./admin-api.js"
import { say } from "./admin/admin-words.js"
import { makePeoplePage } from "./admin/people-page.js"
import { CheckupView } from "./admin/checkup-view.js"
import { areStepsLeft, stepItems } from "./admin/first-steps.js"
import { InsightView } from "./admin/insight-view.js"
import { RolloutView } from "./admin/rollout-view.js"
import { element, find, setText } from "./dom.js"

/** @typedef {import("./admin-api.js").Connection} Connection */
/** @typedef {import("./admin-api.js").Report} Report */

const api = new AdminAPI((url, options) => fetch(url, options))
const door = find("#door", HTMLFormElement)
const doorProblem = find("#door-problem", HTMLElement)
const form = find("#model", HTMLFormElement)
const inForce = find("#in-force", HTMLElement)
const address = find("#address", HTMLInputElement)
const key = find("#key", HTMLInputElement)
const noKey = find("#no-key", HTMLInputElement)
const model = find("#model-name", HTMLInputElement)
const models = find("#models", HTMLDataListElement)
const server = find("#server", HTMLFieldSetElement)
const findings = find("#findings", HTMLElement)
const test = find("#test", HTMLButtonElement)
const reset = find("#reset", HTMLButtonElement)

const insight = find("#insight", HTMLElement)
const insightProblem = find("#insight-problem", HTMLElement)
const rollout = find("#rollout", HTMLFormElement)
const insightView = new InsightView(insight)
const rolloutView = new RolloutView(rollout, api)
const people = makePeoplePage()
const firstSteps = find("#first-steps", HTMLElement)
const checkup = find("#checkup", HTMLElement)
const checkupView = new CheckupView(checkup, api, (url, options) => fetch(url, options), showSteps)
const stepsOutcome = find("#steps-outcome", HTMLElement)

const lookEveryMs = 5_000
/** @type {ReturnType<typeof setTimeout> | undefined} */
let nextLook

const usualAddresses = {
  openai: "http://127.0.0.1:11434/v1",
  anthropic: "https://api.anthropic.com",
}

/** @type {Connection | null} */
let connected = null

/** Where the server's answers may still be overtaken by a newer question. */
let asked = 0

door.addEventListener("submit", async (event) => {
  event.preventDefault()
  try {
    await api.enter(find("#code", HTMLInputElement).value)
    setText(doorProblem, "")
    await open()
  } catch (problem) {
    setText(doorProblem, sentence(problem))
  }
})

form.addEventListener("change", () => showProvider())

for (const choice of form.querySelectorAll("input[name=provider]")) {
  // Another kind of server is somewhere else.
  choice.addEventListener("change", () => {
    address.value = typed().provider === connected?.provider ? connected.address : ""
  })
}

test.addEventListener("click", () =>
  work(say("model.asking"), async () => {
    const report = await api.check(typed())
    models.replaceChildren(...report.models.map((value) => element("option", { value })))
    return { ...report, focus: report.isWell || !report.models.length ? null : model }
  }))

form.addEventListener("submit", (event) => {
  event.preventDefault()
  work(say("model.connecting"), async () => {
    showConnection(await api.connect(typed()))
    return { findings: [say("model.connected")], isWell: true }
  })
})

reset.addEventListener("click", () =>
  work(say("model.goingBack"), async () => {
    showConnection(await api.reset())
    return { findings: [say("model.isReset")], isWell: true }
  }))

/**
 * Says what is being done, does it, and says what came of it.
 *
 * @param {string} meanwhile
 * @param {() => Promise<{ findings: readonly string[], isWell: boolean, focus?: HTMLElement | null }>} act
 */
async function work(meanwhile, act) {
  asked += 1
  const mine = asked
  showFindings([meanwhile], "working")
  try {
    const outcome = await act()
    if (mine !== asked) return
    showFindings(outcome.findings, outcome.isWell ? "well" : "wrong")
    outcome.focus?.focus()
  } catch (problem) {
    if (mine === asked) showFindings([sentence(problem)], "wrong")
  }
}

/**
 * @param {readonly string[]} sentences
 * @param {"working" | "well" | "wrong"} state
 */
function showFindings(sentences, state) {
  findings.dataset.state = state
  findings.replaceChildren(...sentences.map((text) => element("p", {}, text)))
}

/** @param {Connection} connection */
function showConnection(connection) {
  connected = connection
  const name = connection.provider === "builtin"
    ? say("model.coachAnswers")
    : say("model.answers", { model: connection.model, address: connection.address })
  setText(
    inForce,
    connection.isConfigured ? say("model.saySettings", { name }) : say("model.sayAdmin", { name }),
  )
  reset.hidden = connection.isConfigured
  const choice = form.elements.namedItem("provider")
  if (choice instanceof RadioNodeList) choice.value = connection.provider
  address.value = connection.address
  model.value = connection.model
  key.value = ""
  noKey.checked = false
  key.placeholder = connection.hasKey ? say("model.hasKey") : ""
  showProvider()
}

function showProvider() {
  const { provider } = typed()
  const isServer = provider === "openai" || provider === "anthropic"
  server.hidden = !isServer
  server.disabled = !isServer
  test.hidden = !isServer
  key.disabled = noKey.checked
  if (isServer) address.placeholder = usualAddresses[provider]
}

function typed() {
  const fields = new FormData(form)
  return {
    provider: String(fields.get("provider") ?? "builtin"),
    address: address.value.trim(),
    model: model.value.trim(),
    key: noKey.checked ? null : key.value.trim(),
  }
}

find("#steps-aside", HTMLButtonElement).addEventListener("click", async () => {
  try {
    checkupView.show(await api.setStepsAside())
  } catch (problem) {
    setText(stepsOutcome, sentence(problem))
  }
})

/** @param {import("./fields.js").Fields} state */
function showSteps(state) {
  firstSteps.hidden = !areStepsLeft(state)
  find("#steps", HTMLElement).replaceChildren(...stepItems(state))
}

/** Looks up how the server does, and again in a while; a page that nobody sees does not. */
async function look() {
  clearTimeout(nextLook)
  try {
    const [figures, streams] = await Promise.all([api.insight(), api.rollout()])
    insightView.show(figures)
    rolloutView.show(streams)
    setText(insightProblem, "")
  } catch (problem) {
    setText(insightProblem, say("now.stale"))
    console.debug("The figures could not be had:", problem)
  }
  if (!document.hidden) nextLook = setTimeout(look, lookEveryMs)
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden || insight.hidden) return
  look()
  people.look()
})

/** @param {unknown} problem */
function sentence(problem) {
  return problem instanceof Error ? problem.message : String(problem)
}

async function open() {
  const isAdmin = await api.isAdmin()
  door.hidden = isAdmin
  form.hidden = !isAdmin
  insight.hidden = !isAdmin
  rollout.hidden = !isAdmin
  checkup.hidden = !isAdmin
  for (const part of document.querySelectorAll("#people, #invitations, #places")) {
    if (part instanceof HTMLElement) part.hidden = !isAdmin
  }
  if (!isAdmin) return
  const [connection, state] = await Promise.all([api.connection(), api.checkup()])
  showConnection(connection)
  checkupView.show(state)
  await Promise.all([look(), people.look()])
}

try {
  await open()
} catch (problem) {
  door.hidden = false
  setText(doorProblem, sentence(problem))
}
