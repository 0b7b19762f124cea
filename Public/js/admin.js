// The admin's page: who is the admin, and which model answers.

import { AdminAPI } from "./admin-api.js"
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
  work("Asking the server…", async () => {
    const report = await api.check(typed())
    models.replaceChildren(...report.models.map((value) => element("option", { value })))
    return { ...report, focus: report.isWell || !report.models.length ? null : model }
  }))

form.addEventListener("submit", (event) => {
  event.preventDefault()
  work("Connecting…", async () => {
    showConnection(await api.connect(typed()))
    return { findings: ["Every reply that begins from now on comes from there."], isWell: true }
  })
})

reset.addEventListener("click", () =>
  work("Going back…", async () => {
    showConnection(await api.reset())
    return { findings: ["What the settings say holds again."], isWell: true }
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
    ? "The built-in coach answers; no model is connected."
    : `${connection.model} at ${connection.address} answers.`
  setText(
    inForce,
    connection.isConfigured ? `${name} So say the settings.` : `${name} So said an admin here.`,
  )
  reset.hidden = connection.isConfigured
  const choice = form.elements.namedItem("provider")
  if (choice instanceof RadioNodeList) choice.value = connection.provider
  address.value = connection.address
  model.value = connection.model
  key.value = ""
  noKey.checked = false
  key.placeholder = connection.hasKey ? "There is one; it is never shown" : ""
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

/** @param {unknown} problem */
function sentence(problem) {
  return problem instanceof Error ? problem.message : String(problem)
}

async function open() {
  const isAdmin = await api.isAdmin()
  door.hidden = isAdmin
  form.hidden = !isAdmin
  if (isAdmin) showConnection(await api.connection())
}

try {
  await open()
} catch (problem) {
  door.hidden = false
  setText(doorProblem, sentence(problem))
}
