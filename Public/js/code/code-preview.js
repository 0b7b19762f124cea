// HTML of a reply, tried out in a frame that can reach neither the page nor, with a request, the network. What browsers let
// a frame do all the same: begin a connection, or look up a name, without a byte being sent.

import { element, report, setText } from "../dom.js"
import { heardFrom, isTooMuch, noReports, questionAbout, told } from "./preview-report.js"
import { say } from "../words.js"

const least = 120
const most = 1_200
const atFirst = 320

/** Whether a reply is being written, during which nothing is sent. */
const writing = "message-view[data-state=streaming]"

export class CodePreview extends HTMLElement {
  #code
  #reports = noReports
  #hasBegun = false
  #frame = element("iframe", {
    title: say("preview.title"),
    "sandbox": "allow-scripts",
    src: "/preview",
  })
  #height = element("input", {
    type: "range",
    min: least,
    max: most,
    step: 20,
    value: atFirst,
    "aria-label": say("preview.heightLabel"),
    oninput: () => this.#resize(),
  })
  #error = element("span", { class: "preview-error-text" })
  #send = element(
    "button",
    { type: "button", class: "button", onclick: () => this.#sendError() },
    say("preview.send"),
  )
  #problem = element(
    "div",
    { class: "preview-error", hidden: true },
    element("p", { role: "status" }, this.#error),
    this.#send,
  )
  #bar = element(
    "div",
    { class: "preview-bar" },
    element("label", {}, say("preview.height"), " ", this.#height),
    element(
      "button",
      { type: "button", class: "quiet-button", onclick: () => this.#again() },
      say("preview.again"),
    ),
    element(
      "button",
      {
        type: "button",
        class: "quiet-button",
        "aria-label": say("preview.closeLabel"),
        onclick: () => report(this, "preview-close"),
      },
      say("preview.close"),
    ),
  )

  /** @param {string} code */
  constructor(code) {
    super()
    this.#code = code
  }

  connectedCallback() {
    this.replaceChildren(this.#bar, this.#frame, this.#problem)
    addEventListener("message", this.#heard)
    this.#resize()
  }

  disconnectedCallback() {
    removeEventListener("message", this.#heard)
  }

  /** @param {MessageEvent} event */
  #heard = ({ source, origin, data }) => {
    const frame = this.#frame.contentWindow
    if (source === null || source !== frame || origin !== "null") return
    const heard = heardFrom(data)
    this.#reports = told(this.#reports, heard)
    if (isTooMuch(this.#reports)) return this.#stop()
    if (heard?.type === "ready" && !this.#hasBegun) {
      this.#hasBegun = true
      // A document that is nobody's has no origin to name.
      frame.postMessage({ type: "show", code: this.#code }, "*")
    }
    this.#showReports()
  }

  #showReports() {
    const { first, more } = this.#reports
    if (first === null) return
    this.#showProblem(
      more === 0
        ? say("preview.error", { error: first })
        : say("preview.errors", { error: first, count: more }),
    )
  }

  /** @param {string} sentence */
  #showProblem(sentence) {
    this.#problem.hidden = false
    this.#send.hidden = this.#reports.first === null
    setText(this.#error, sentence)
  }

  #stop() {
    this.#frame.remove()
    this.#showProblem(say("preview.stopped"))
  }

  #again() {
    this.#reports = noReports
    this.#hasBegun = false
    this.#problem.hidden = true
    this.#frame.remove()
    this.#bar.after(this.#frame)
  }

  #sendError() {
    const { first } = this.#reports
    if (first === null) return
    if (document.querySelector(writing)) {
      return this.#showProblem(say("preview.wait"))
    }
    report(this, "chat-ask", { text: questionAbout(first) })
  }

  #resize() {
    this.#frame.style.height = `${this.#height.value}px`
  }
}
