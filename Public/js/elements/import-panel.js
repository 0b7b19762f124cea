// Bringing conversations along from a file: choose it, see what is in it, have it sent.

import { element, report, setText } from "../dom.js"
import { productOf, sentenceFor } from "../imports/naming.js"
import { say } from "../words.js"
import { ImportPreview } from "./import-preview.js"
import { ImportProgress } from "./import-progress.js"
import { PastImports } from "./past-imports.js"

/** @typedef {import("../imports/import-state.js").ImportState} ImportState */
/** @typedef {import("../imports/import-state.js").Step} Step */

export class ImportPanel extends HTMLElement {
  #file = element("input", {
    type: "file",
    multiple: true,
    hidden: true,
    accept: ".json,.zip,application/json,application/zip",
    onchange: () => this.#chosen(),
  })
  #choose = element(
    "button",
    { type: "button", class: "button", onclick: () => this.#file.click() },
    say("imports.choose"),
  )
  #trouble = element("p", { class: "import-trouble", hidden: true })
  #choosing = element(
    "div",
    { class: "import-drop" },
    this.#trouble,
    element("p", {}, say("imports.drop")),
    this.#choose,
    this.#file,
  )
  #share = element("progress", { max: 1, value: 0, "aria-label": say("imports.reading") })
  #readingNote = element("p", { tabIndex: -1, class: "import-heading" }, say("imports.reading"))
  #reading = element(
    "div",
    { class: "import-stage" },
    this.#readingNote,
    this.#share,
    button("imports.cancel", () => report(this, "import-cancel")),
  )
  #preview = new ImportPreview()
  #progress = new ImportProgress()
  #past = new PastImports()
  /** @type {Step["name"] | null} */
  #stepName = null

  connectedCallback() {
    if (this.childElementCount > 0) return
    this.append(
      element("h3", {}, say("imports.heading")),
      element("p", { class: "help" }, say("imports.help")),
      where(),
      this.#choosing,
      this.#reading,
      this.#preview,
      this.#progress,
      this.#past,
    )
    this.addEventListener("dragover", (event) => this.#dragged(event, true))
    this.addEventListener("dragleave", (event) => this.#dragged(event, false))
    this.addEventListener("drop", (event) => this.#dropped(event))
  }

  /** @param {ImportState} state */
  show({ step, past, problem }) {
    const hadFocus = this.contains(document.activeElement)
    this.#choosing.hidden = step.name !== "choosing"
    this.#reading.hidden = step.name !== "reading"
    this.#preview.hidden = step.name !== "looking"
    this.#progress.hidden = step.name !== "sending"
    if (step.name === "choosing") {
      this.#trouble.hidden = step.trouble === null
      setText(this.#trouble, step.trouble ? sentenceFor(step.trouble) : "")
    }
    if (step.name === "reading") this.#share.value = step.share
    if (step.name === "looking") this.#preview.show(step.preview)
    if (step.name === "sending") this.#progress.show(step)
    this.#past.show(past, problem)
    if (step.name !== this.#stepName && hadFocus) this.#focus(step.name)
    this.#stepName = step.name
  }

  /**
   * What was pressed is gone: the focus goes to what came in its place.
   *
   * @param {Step["name"]} step
   */
  #focus(step) {
    if (step === "choosing") this.#choose.focus()
    else if (step === "reading") this.#readingNote.focus()
    else if (step === "looking") this.#preview.focusHeading()
    else this.#progress.focusHeading()
  }

  #chosen() {
    const files = [...(this.#file.files ?? [])]
    // So that the same file can be chosen again.
    this.#file.value = ""
    this.#reportFiles(files)
  }

  /**
   * @param {DragEvent} event
   * @param {boolean} isOver
   */
  #dragged(event, isOver) {
    const items = [...(event.dataTransfer?.items ?? [])]
    if (this.#choosing.hidden || !items.some(({ kind }) => kind === "file")) return
    event.preventDefault()
    this.#choosing.classList.toggle("is-over", isOver)
  }

  /** @param {DragEvent} event */
  #dropped(event) {
    if (this.#choosing.hidden) return
    event.preventDefault()
    this.#choosing.classList.remove("is-over")
    this.#reportFiles([...(event.dataTransfer?.files ?? [])])
  }

  /** @param {File[]} files */
  #reportFiles(files) {
    if (files.length === 0) return
    this.dispatchEvent(new CustomEvent("import-choose", { bubbles: true, detail: { files } }))
  }
}

/**
 * @param {import("../words.js").WordKey} key
 * @param {() => void} act
 */
function button(key, act) {
  return element("button", { type: "button", class: "button", onclick: act }, say(key))
}

/** Where the products hide their exports. */
function where() {
  /**
   * @param {string} source
   * @param {import("../words.js").WordKey} key
   */
  const way = (source, key) => [
    element("dt", {}, productOf(source)),
    element("dd", {}, say(key)),
  ]
  return element(
    "details",
    { class: "import-where" },
    element("summary", {}, say("imports.where")),
    element(
      "dl",
      {},
      ...way("chatgpt", "imports.where.chatgpt"),
      ...way("open-webui", "imports.where.openWebUI"),
      ...way("librechat", "imports.where.librechat"),
      ...way("shuren", "imports.where.shuren"),
    ),
  )
}
