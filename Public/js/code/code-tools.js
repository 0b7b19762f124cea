// What can be done with a code block: copying, wrapping, folding, saving, trying out.

import { element, setText } from "../dom.js"
import { copyFor } from "./copying.js"
import { fileName, languageCalled } from "./languages.js"
import { say } from "../words.js"

/** @typedef {import("./colours.js").Colours} Colours */
/** @typedef {typeof import("./code-preview.js").CodePreview} CodePreviewType */

/** Longer code is folded where it stands finished before anybody has read it. */
const mostLines = 30

/** Saving has begun long before; until then the address must hold. */
const addressForMs = 60_000

/** @type {Promise<Colours | null> | null} */
let colours = null

/** Where a browser cannot colour ranges, code is plain. */
const canColour = "highlights" in CSS && typeof Highlight === "function"

/** @returns {Promise<Colours | null>} Loaded with the first code. */
function loadColours() {
  return colours ??= import("./colours.js").then(
    ({ Colours }) => new Colours(CSS.highlights),
    // The page is being left, or the server is away: code reads well without, and the next tries again.
    () => colours = null,
  )
}

/** @type {Promise<CodePreviewType | null> | null} */
let previews = null

/** @returns {Promise<CodePreviewType | null>} Loaded with the first preview. */
function loadPreviews() {
  return previews ??= import("./code-preview.js").then(({ CodePreview }) => {
    customElements.define("code-preview", CodePreview)
    return CodePreview
  }, (error) => {
    console.warn("No preview, perhaps with the next click:", error)
    return previews = null
  })
}

/**
 * Stands in every code block, behind its text. The renderer makes it and knows nothing else of it.
 */
export class CodeTools extends HTMLElement {
  #name = element("span", { class: "code-name" })
  #copy = quietButton("code.copy", "code.copyLabel", () => copyFor(this.#copy, this.#code()))
  #wrap = quietButton("code.wrap", "code.wrapLabel", () => this.#toggleWrap())
  #save = quietButton("code.save", "code.saveLabel", () => this.#download())
  #try = quietButton("code.preview", "code.preview", () => this.#togglePreview())
  #bar = element(
    "div",
    { class: "code-bar" },
    this.#name,
    this.#try,
    this.#wrap,
    this.#save,
    this.#copy,
  )
  #fold = element("button", {
    type: "button",
    class: "code-fold",
    hidden: true,
    onclick: () => this.#toggleFold(),
  })
  /** @type {HTMLElement | null} */
  #preview = null
  /** @type {MutationObserver | null} */
  #language = null
  /** @type {string | null} The whole code, once it is there. */
  #finished = null
  /** Whether a reader may have seen the code while it was written. */
  #wasSeen = false
  /** @type {Text | null} What is coloured. */
  #coloured = null

  connectedCallback() {
    this.append(this.#bar, this.#fold)
    this.#copy.classList.add("copy-code")
    this.#wrap.setAttribute("aria-pressed", "false")
    this.#showLanguage()
    const block = this.parentElement
    if (block) {
      this.#language = new MutationObserver(() => this.#showLanguage())
      this.#language.observe(block, { attributeFilter: ["data-language"] })
    }
    this.addEventListener("preview-close", this.#closed)
    queueMicrotask(() => this.#wasSeen = true)
    if (this.#finished !== null) this.#colour()
  }

  disconnectedCallback() {
    this.#language?.disconnect()
    this.removeEventListener("preview-close", this.#closed)
    this.#closePreview()
    this.#uncolour()
  }

  /** The code is there to its end; says so again if that was not the end. */
  finish() {
    const code = this.#code()
    if (code === this.#finished) return
    const isFirst = this.#finished === null
    this.#finished = code
    this.#showLanguage()
    this.#showFold()
    if (isFirst && !this.#wasSeen && this.#lineCount() > mostLines) this.#setFolded(true)
    this.#colour()
  }

  /** The code's one text; the cursor of a reply may stand behind it. */
  #text() {
    const text = this.parentElement?.querySelector("pre > code")?.firstChild
    return text instanceof Text ? text : null
  }

  #code() {
    return this.#text()?.data ?? ""
  }

  #lineCount() {
    return this.#code().trimEnd().split("\n").length
  }

  #word() {
    return this.parentElement?.dataset.language ?? ""
  }

  #showLanguage() {
    const word = this.#word()
    setText(this.#name, word ? languageCalled(word).name : "")
    this.#save.hidden = this.#finished === null
    this.#try.hidden = this.#finished === null || languageCalled(word).name !== "HTML"
    if (!this.#preview) this.#try.setAttribute("aria-expanded", "false")
  }

  async #colour() {
    const text = this.#text()
    if (!canColour || !text || languageCalled(this.#word()).grammar === "") return
    const painter = await loadColours()
    if (!painter || !this.isConnected || text !== this.#text()) return
    if (this.#coloured !== text) this.#uncolour()
    this.#coloured = text
    painter.add(text, this.#word())
  }

  async #uncolour() {
    const text = this.#coloured
    this.#coloured = null
    if (text) (await loadColours())?.remove(text)
  }

  async #lookAgain() {
    if (this.#coloured) (await loadColours())?.lookSoon()
  }

  // Wrapping and folding

  #toggleWrap() {
    const pre = this.parentElement?.querySelector("pre")
    const isWrapped = pre?.classList.toggle("is-wrapped") ?? false
    this.#wrap.setAttribute("aria-pressed", String(isWrapped))
    this.#lookAgain()
  }

  #showFold() {
    const isLong = this.#lineCount() > mostLines
    this.#fold.hidden = !isLong
    if (isLong) this.#sayFold()
  }

  get #isFolded() {
    return this.parentElement?.querySelector("pre")?.classList.contains("is-folded") ?? false
  }

  #sayFold() {
    const isFolded = this.#isFolded
    this.#fold.setAttribute("aria-expanded", String(!isFolded))
    const count = this.#lineCount()
    setText(this.#fold, isFolded ? say("code.showAll", { count }) : say("code.showFewer"))
  }

  /** @param {boolean} isFolded */
  #setFolded(isFolded) {
    this.parentElement?.querySelector("pre")?.classList.toggle("is-folded", isFolded)
    this.#sayFold()
    this.#lookAgain()
  }

  #toggleFold() {
    const willFold = !this.#isFolded
    this.#setFolded(willFold)
    if (willFold) this.parentElement?.scrollIntoView({ block: "nearest" })
    else letGoOfTheEnd(this)
  }

  // Saving and trying out

  #download() {
    const blob = new Blob([this.#code()], { type: "text/plain;charset=utf-8" })
    const href = URL.createObjectURL(blob)
    element("a", { href, download: fileName(this.#word()) }).click()
    setTimeout(() => URL.revokeObjectURL(href), addressForMs)
  }

  async #togglePreview() {
    if (this.#preview) return this.#closePreview()
    const CodePreview = await loadPreviews()
    if (!CodePreview || this.#preview || !this.isConnected) return
    this.#preview = new CodePreview(this.#code())
    this.append(this.#preview)
    this.#try.setAttribute("aria-expanded", "true")
    this.#preview.scrollIntoView({ block: "nearest" })
  }

  #closed = () => {
    this.#closePreview()
    this.#try.focus()
  }

  #closePreview() {
    this.#preview?.remove()
    this.#preview = null
    this.#try.setAttribute("aria-expanded", "false")
  }
}

/**
 * @param {import("../words.js").WordKey} text
 * @param {import("../words.js").WordKey} label For ears; begins with the text.
 * @param {() => void} act
 */
function quietButton(text, label, act) {
  const properties = {
    type: "button",
    class: "quiet-button",
    "aria-label": say(label),
    onclick: act,
  }
  return element("button", properties, say(text))
}

/**
 * Code that was unfolded at the transcript's end must not be scrolled past: the reader wants its
 * beginning. A step down and back up is what a reader does who wants to stay.
 *
 * @param {Element} node
 */
function letGoOfTheEnd(node) {
  const scroller = node.closest(".transcript")
  if (!scroller) return
  scroller.scrollTop += 1
  scroller.dispatchEvent(new Event("scroll"))
  scroller.scrollTop -= 1
}

/**
 * Tells the code blocks in a part of a reply that they are finished.
 *
 * @param {Node} node
 */
export function finishCode(node) {
  if (!(node instanceof Element)) return
  for (const tools of node.querySelectorAll("code-tools")) {
    if (tools instanceof CodeTools) tools.finish()
  }
}

// Defined here, where every page that shows a message comes by.
customElements.define("code-tools", CodeTools)
