// The check-up of the admin page: the way from this browser, and the installation from inside.

import { copy } from "../clipboard.js"
import { element, find, setText } from "../dom.js"
import { isObject, number, objects, text } from "../fields.js"
import { say } from "./admin-words.js"
import { timeline } from "./charts.js"
import * as figures from "./figures.js"
import { insideFindings, proofSentence } from "./inside-findings.js"
import { eventCount, probe } from "./probing.js"
import { wayFindings, worst } from "./way-findings.js"

/** @typedef {import("../fields.js").Fields} Fields */
/** @typedef {import("./admin-words.js").AdminKey} AdminKey */
/** @typedef {import("./way-findings.js").Finding} Finding */

/** @type {Readonly<Record<string, AdminKey>>} */
const names = {
  https: "check.https",
  host: "check.host",
  client_address: "check.client",
  last_event_id: "check.eventID",
  http_version: "check.version",
  fields: "check.fields",
  compression: "check.compression",
  first_byte: "check.firstByte",
  buffering: "check.buffering",
  idle: "check.idle",
  body_size: "check.bodySize",
  database: "check.database",
  spool: "check.spool",
  disk: "check.disk",
  model: "check.model",
  clock: "check.clock",
  limits: "check.limits",
  restore: "check.restore",
}

/** @type {Readonly<Record<string, AdminKey>>} */
const advices = {
  https: "advice.https",
  host: "advice.host",
  client_address: "advice.client",
  last_event_id: "advice.eventID",
  http_version: "advice.version",
  fields: "advice.fields",
  compression: "advice.compression",
  first_byte: "advice.buffering",
  buffering: "advice.buffering",
  idle: "advice.idle",
  body_size: "advice.bodySize",
  spool: "advice.spool",
  disk: "advice.disk",
  clock: "advice.clock",
  limits: "advice.limits",
}

/** @type {Readonly<Record<string, AdminKey>>} */
const stepNames = {
  waiting: "checking.waiting",
  looking: "checking.looking",
  asking: "checking.asking",
  reading: "checking.reading",
  copying: "checking.copying",
  restoring: "checking.restoring",
  comparing: "checking.comparing",
  starting: "checking.starting",
}

/** @type {Readonly<Record<Finding["verdict"], AdminKey>>} */
const verdicts = { good: "verdict.good", attention: "verdict.attention", bad: "verdict.bad" }

/** @type {Readonly<Record<string, AdminKey>>} */
const programs = {
  nginx: "checkup.nginx",
  caddy: "checkup.caddy",
  traefik: "checkup.traefik",
  shuren: "checkup.settings",
}

/** How soon the server is asked again how far it has come. */
const lookAgainMs = 500

export class CheckupView {
  #api
  #fetch
  #changed
  #start
  #progress
  #proof
  #program
  #way
  #inside
  #drawing
  #build
  /** @type {Finding[]} */
  #wayFindings = []
  /** @type {Fields} */
  #state = {}
  #isAtWork = false
  /** The address that the proxy connects from, once that is known. */
  #peer = "127.0.0.1"

  /**
   * @param {HTMLElement} root
   * @param {import("../admin-api.js").AdminAPI} api
   * @param {import("../requests.js").Fetch} fetch
   * @param {(state: Fields) => void} changed Hears of everything new.
   */
  constructor(root, api, fetch, changed) {
    this.#api = api
    this.#fetch = fetch
    this.#changed = changed
    this.#start = find("#checkup-start", HTMLButtonElement, root)
    this.#progress = find("#checkup-progress", HTMLElement, root)
    this.#proof = find("#checkup-proof", HTMLElement, root)
    this.#program = find("#checkup-program", HTMLSelectElement, root)
    this.#way = find("#checkup-way", HTMLElement, root)
    this.#inside = find("#checkup-inside", HTMLElement, root)
    this.#drawing = find("#checkup-drawing", HTMLElement, root)
    this.#build = find("#checkup-build", HTMLElement, root)
    this.#start.addEventListener("click", () => this.check())
    this.#program.addEventListener("change", () => this.#draw())
  }

  /** @param {Fields} state What the server has. */
  show(state) {
    this.#state = state
    setText(this.#proof, proofSentence(state.proved_restore))
    this.#draw()
    this.#changed(state)
  }

  /** Looks at everything: the server at itself, and this browser at the way. */
  async check() {
    if (this.#isAtWork) return
    this.#isAtWork = true
    this.#start.disabled = true
    setText(this.#progress, say("checking.way"))
    try {
      const [findings] = await Promise.all([this.#lookAtWay(), this.#lookInside()])
      this.show(await this.#api.keepStream(worst(findings)))
      setText(this.#progress, say("checking.done"))
    } catch (problem) {
      setText(this.#progress, problem instanceof Error ? problem.message : String(problem))
    }
    this.#start.disabled = false
    this.#isAtWork = false
  }

  async #lookAtWay() {
    const observed = await probe(this.#fetch)
    this.#wayFindings = wayFindings(observed)
    this.#peer = text(observed.mirror.peer)
    const guess = ["nginx", "caddy"].find((name) =>
      observed.stream.server.toLowerCase().includes(name)
    )
    if (guess) this.#program.value = guess
    this.#drawing.replaceChildren(
      timeline(observed.stream.arrivals, eventCount),
      element("p", { class: "help" }, say("way.drawing")),
    )
    this.#draw()
    return this.#wayFindings
  }

  async #lookInside() {
    let state = await this.#api.startCheckup()
    while (isObject(state.running)) {
      const step = stepNames[text(state.running.step)] ?? "checking.looking"
      const share = figures.share(number(state.running.share), 1)
      setText(this.#progress, say("checking.step", { step: say(step), share }))
      await new Promise((done) => setTimeout(done, lookAgainMs))
      state = await this.#api.checkup()
    }
    this.show(state)
  }

  #draw() {
    const inside = insideFindings(this.#state.findings)
    this.#way.replaceChildren(this.#list(this.#wayFindings))
    this.#inside.replaceChildren(this.#list(inside))
    const build = isObject(this.#state.build) ? Object.entries(this.#state.build) : []
    this.#build.replaceChildren(
      element(
        "dl",
        { class: "facts" },
        ...build.flatMap(([name, value]) => [
          element("dt", {}, name),
          element("dd", {}, text(value)),
        ]),
      ),
    )
  }

  /** @param {readonly Finding[]} findings */
  #list(findings) {
    if (findings.length === 0) return element("p", { class: "help" }, say("checking.not"))
    return element("ul", { class: "findings" }, ...findings.map((finding) => this.#item(finding)))
  }

  /** @param {Finding} finding */
  #item({ name, verdict, text: sentence }) {
    const label = names[name]
    return element(
      "li",
      { data: { verdict } },
      element("span", { class: "verdict" }, say(verdicts[verdict])),
      element(
        "div",
        {},
        element("strong", {}, label ? say(label) : name),
        element("p", {}, sentence),
        verdict === "good" ? null : this.#advice(name),
      ),
    )
  }

  /** @param {string} name */
  #advice(name) {
    const key = advices[name]
    if (!key) return null
    const lines = this.#lines(name).map(({ program, lines }) => {
      const programKey = programs[program]
      const button = element("button", { class: "button", type: "button" }, say("advice.copy"))
      button.addEventListener("click", async () => {
        setText(button, await copy(lines) ? say("advice.copied") : say("advice.notCopied"))
      })
      return element(
        "div",
        { class: "lines" },
        element("span", { class: "help" }, programKey ? say(programKey) : program),
        element("pre", { tabIndex: 0 }, element("code", {}, lines)),
        button,
      )
    })
    return element("div", { class: "advice" }, element("p", {}, say(key)), ...lines)
  }

  /**
   * The lines for the proxy that was chosen, and the server's own settings.
   *
   * @param {string} name
   */
  #lines(name) {
    const found = objects(this.#state.findings).find((finding) => finding.name === name)
    const table = isObject(this.#state.advice) ? this.#state.advice[name] : null
    const advice = isObject(found?.advice) ? found.advice : table
    return objects(isObject(advice) ? advice.lines : []).map((line) => ({
      program: text(line.program),
      lines: text(line.text).replaceAll("chat.example", location.hostname)
        .replace("TRUSTED_PROXIES=127.0.0.1", `TRUSTED_PROXIES=${this.#peer}`),
    })).filter(({ program }) => program === "shuren" || program === this.#program.value)
  }
}
