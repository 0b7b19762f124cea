// Shows a Markdown document below an element. Parses nothing.

import { emptyDocument, finishedBlocks, grown, openBlocks } from "./document.js"
import { branchesOf, levelAbove } from "./tree.js"

/** @typedef {import("./tree.js").Twig} Twig */
/** @typedef {import("./tree.js").Branch} Branch */

/**
 * Shows a text that grows. Nodes of finished blocks are never touched again, so what a reader has
 * selected there stays selected; in the last block only what differs is changed.
 */
export class MarkdownRenderer {
  #root
  #text = ""
  #document = emptyDocument
  /** How many of the root's children are final. */
  #frozenCount = 0
  /** The level of the last final heading. */
  #headingLevel = levelAbove
  /** @type {readonly Twig[]} What is shown behind them. */
  #open = []

  #finished

  /**
   * @param {HTMLElement} root Holds nothing but what is rendered.
   * @param {(block: Node) => void} [finished] Hears of blocks that are there to
   *   their end, again and again until they are frozen.
   */
  constructor(root, finished = () => {}) {
    this.#root = root
    this.#finished = finished
  }

  /**
   * @param {string} text The whole text so far.
   * @param {{ isOpen: boolean }} options Whether more may follow.
   */
  show(text, { isOpen }) {
    if (!text.startsWith(this.#text)) this.#startOver()
    this.#document = grown(this.#document, text.slice(this.#text.length))
    this.#text = text

    const frozen = branchesOf(this.#document.frozen.slice(this.#frozenCount), this.#headingLevel)
    const open = branchesOf(openBlocks(this.#document, { isOpen }), frozen.level)
    const after = [...frozen.branches, ...open.branches]
    reconcile(this.#root, this.#frozenCount, this.#open, after)
    const finished = isOpen ? Math.max(frozen.branches.length, after.length - 1) : after.length
    for (let index = 0; index < finished; index += 1) {
      const block = this.#root.childNodes[this.#frozenCount + index]
      if (block) this.#finished(block)
    }
    this.#frozenCount += frozen.branches.length
    this.#headingLevel = frozen.level
    this.#open = open.branches
    if (!isOpen) this.#settleReferences()
  }

  /** A text that is over may say at its end where a reference in a finished block leads. */
  #settleReferences() {
    const { frozen, unresolved } = this.#document
    if (unresolved.length === 0) return
    const settled = finishedBlocks(this.#document)
    const { branches } = branchesOf(settled, levelAbove)
    frozen.forEach((block, index) => {
      const [old, twig] = [this.#root.childNodes[index], branches[index]]
      if (settled[index] === block || !old || !twig) return
      const node = make(twig)
      this.#root.replaceChild(node, old)
      this.#finished(node)
    })
  }

  #startOver() {
    this.#root.replaceChildren()
    this.#text = ""
    this.#document = emptyDocument
    this.#frozenCount = 0
    this.#headingLevel = levelAbove
    this.#open = []
  }
}

/**
 * Changes the children of `parent` from `offset` on from `before` to `after`, and no more of them
 * than differ.
 *
 * @param {Node} parent
 * @param {number} offset
 * @param {readonly Twig[]} before
 * @param {readonly Twig[]} after
 */
function reconcile(parent, offset, before, after) {
  after.forEach((twig, index) => {
    const old = before[index]
    const node = parent.childNodes[offset + index]
    if (old === undefined || !node) parent.appendChild(make(twig))
    else if (!update(node, old, twig)) parent.replaceChild(make(twig), node)
  })
  for (let surplus = before.length; surplus > after.length; surplus -= 1) {
    parent.lastChild?.remove()
  }
}

/**
 * @param {ChildNode} node
 * @param {Twig} before
 * @param {Twig} after
 * @returns {boolean} False if it has to be another node.
 */
function update(node, before, after) {
  if (typeof before === "string" || typeof after === "string") {
    if (typeof before !== typeof after) return false
    updateText(/** @type {Text} */ (node), String(before), String(after))
    return true
  }
  if (before.tag !== after.tag) return false
  updateAttributes(/** @type {HTMLElement} */ (node), before, after)
  reconcile(node, 0, before.children, after.children)
  return true
}

/**
 * @param {Text} node
 * @param {string} before
 * @param {string} after
 */
function updateText(node, before, after) {
  if (before === after) return
  if (after.startsWith(before)) node.appendData(after.slice(before.length))
  else node.data = after
}

/**
 * @param {HTMLElement} node
 * @param {Branch} before
 * @param {Branch} after
 */
function updateAttributes(node, before, after) {
  for (const name of Object.keys(before.attributes)) {
    if (!(name in after.attributes)) node.removeAttribute(name)
  }
  for (const [name, value] of Object.entries(after.attributes)) {
    if (before.attributes[name] !== value) node.setAttribute(name, value)
  }
}

/**
 * @param {Twig} twig
 * @returns {Node}
 */
function make(twig) {
  if (typeof twig === "string") return document.createTextNode(twig)
  // What can be done with code is more than a button, and keeps its own children.
  if (twig.attributes.class === "copy-code") return document.createElement("code-tools")
  const node = document.createElement(twig.tag)
  for (const [name, value] of Object.entries(twig.attributes)) node.setAttribute(name, value)
  for (const child of twig.children) node.appendChild(make(child))
  return node
}
