// How far an import is, and what came of it.

import { element, report, setText } from "../dom.js"
import { heard, say } from "../words.js"

/** @typedef {Extract<import("../imports/import-state.js").Step, { name: "sending" }>} SendingStep */
/** @typedef {import("../imports/sending.js").Progress} Progress */

export class ImportProgress extends HTMLElement {
  #heading = element("p", { class: "import-heading", tabIndex: -1 })
  #bar = element("progress", { max: 1, value: 0, "aria-label": say("imports.sending") })
  #note = element("p", { class: "help" })
  #problem = element("p", { class: "import-trouble" })
  #lines = element("ul", { class: "import-lines" })
  #refused = element("ul", {})
  #refusals = element(
    "details",
    { class: "import-left-out", open: true },
    element("summary", {}, say("imports.refused")),
    this.#refused,
  )
  #stop = pressed("imports.stop", () => report(this, "import-stop"))
  #goOn = element(
    "button",
    { type: "button", class: "button primary", onclick: () => report(this, "import-send") },
    say("imports.goOn"),
  )
  #other = pressed("imports.other", () => report(this, "import-cancel"))
  #toChat = element("a", { class: "button primary", href: "/" }, say("imports.toChat"))
  /**
   * What the lines tell of; each import has its own.
   *
   * @type {Progress["tally"] | null}
   */
  #listed = null

  connectedCallback() {
    if (this.childElementCount > 0) return
    this.classList.add("import-stage")
    this.append(
      this.#heading,
      this.#bar,
      this.#note,
      this.#problem,
      this.#lines,
      this.#refusals,
      element("div", { class: "import-acts" }, this.#stop, this.#goOn, this.#toChat, this.#other),
    )
  }

  focusHeading() {
    this.#heading.focus()
  }

  /** @param {SendingStep} step */
  show({ preview, progress }) {
    const { phase, done, total, tally } = progress
    const isRunning = phase === "sending" || phase === "waiting"
    const hadFocus = this.contains(document.activeElement)
    setText(this.#heading, say(headings[phase]))
    this.#bar.max = Math.max(1, total)
    this.#bar.value = done
    this.#bar.hidden = phase === "done"
    this.#note.hidden = phase === "done"
    setText(this.#note, say("imports.progress", { done, total }))
    this.#problem.hidden = progress.problem === null
    setText(this.#problem, problemIn(progress))
    this.#lines.hidden = phase !== "done"
    if (phase === "done" && tally !== this.#listed) this.#list(tally, preview)
    this.#refusals.hidden = phase !== "done" || tally.refused.length === 0
    this.#stop.hidden = !isRunning
    this.#goOn.hidden = phase !== "stopped" && phase !== "failed"
    this.#toChat.hidden = phase !== "done"
    this.#other.hidden = isRunning
    // What had it may be hidden now.
    if (hadFocus && !this.#hasFocus()) this.focusHeading()
  }

  #hasFocus() {
    const focused = document.activeElement
    return focused instanceof HTMLElement && this.contains(focused) && !focused.hidden
  }

  /**
   * @param {Progress["tally"]} tally
   * @param {SendingStep["preview"]} preview
   */
  #list(tally, preview) {
    this.#listed = tally
    const { added, known, restored, refused } = tally
    const lines = [
      added > 0 || known + restored === 0 ? say("imports.done.added", { count: added }) : null,
      known > 0 ? say("imports.done.known", { count: known }) : null,
      restored > 0 ? say("imports.done.restored", { count: restored }) : null,
    ]
    this.#lines.replaceChildren(...lines.flatMap((line) => line ? [element("li", {}, line)] : []))
    const titles = new Map(preview.found.conversations.map(({ id, title }) => [id, title]))
    this.#refused.replaceChildren(...refused.map(({ id, reason }) => {
      const title = titles.get(id) || say("imports.untitled")
      return element(
        "li",
        { dir: "auto" },
        say("imports.refused.line", { title, reason: heard(reason) }),
      )
    }))
  }
}

/** @type {Readonly<Record<Progress["phase"], import("../words.js").WordKey>>} */
const headings = {
  sending: "imports.sending",
  waiting: "imports.waiting",
  stopped: "imports.stopped",
  failed: "imports.failed",
  done: "imports.done",
}

/** @param {Progress} progress */
function problemIn({ phase, problem, attempt }) {
  if (!problem) return ""
  const again = phase === "waiting" ? ` ${say("imports.again", { count: attempt })}` : ""
  return heard(problem.message) + again
}

/**
 * @param {import("../words.js").WordKey} key
 * @param {() => void} act
 */
function pressed(key, act) {
  return element("button", { type: "button", class: "button", onclick: act }, say(key))
}

customElements.define("import-progress", ImportProgress)
