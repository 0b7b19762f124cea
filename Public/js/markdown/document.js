// A Markdown text that grows. Finished blocks are frozen; only the last one is read again.

import { blocksOf } from "./blocks.js"
import { linesOf, outlineOf } from "./outline.js"

/** @typedef {import("./blocks.js").Block} Block */
/** @typedef {import("./outline.js").Node} Node */
/** @typedef {import("./references.js").Definitions} Definitions */

/**
 * @typedef {object} MarkdownDocument
 * @property {readonly Block[]} frozen Blocks that no further text can change.
 * @property {string} tail The text behind them.
 * @property {Definitions} definitions What stands in front of the tail for links. While a text
 *   grows, a definition counts from where it stands on, so that no frozen block changes.
 * @property {readonly Unresolved[]} unresolved What later definitions may still concern.
 */

/**
 * A frozen block that holds what may be references without a definition.
 *
 * @typedef {{ place: number, node: Node, labels: ReadonlySet<string> }} Unresolved
 */

/** @type {MarkdownDocument} */
export const emptyDocument = Object.freeze({
  frozen: [],
  tail: "",
  definitions: new Map(),
  unresolved: [],
})

/**
 * Appends a piece of the text. However a text is cut into pieces, the document is the same.
 *
 * @param {MarkdownDocument} document
 * @param {string} piece
 * @returns {MarkdownDocument}
 */
export function grown(document, piece) {
  const tail = document.tail + piece
  if (!/[\n\r]/.test(piece)) return { ...document, tail }
  const end = Math.max(tail.lastIndexOf("\n"), tail.lastIndexOf("\r")) + 1
  const { nodes } = outlineOf(linesOf(tail.slice(0, end)))
  const last = nodes[nodes.length - 1]
  if (!last || nodes.length === 1) return { ...document, tail }
  const rest = tail.slice(lengthOfLines(tail, last.start))
  return { ...frozenWith(document, nodes.slice(0, -1)), tail: rest }
}

/**
 * @param {MarkdownDocument} document
 * @param {readonly Node[]} nodes What is finished behind the frozen blocks.
 * @returns {MarkdownDocument}
 */
function frozenWith(document, nodes) {
  const definitions = new Map(document.definitions)
  const frozen = [...document.frozen]
  const unresolved = [...document.unresolved]
  for (const node of nodes) {
    const labels = new Set()
    const blocks = blocksOf([node], { ...contextOf(definitions), missing: labels })
    if (labels.size > 0) unresolved.push({ place: frozen.length, node, labels })
    frozen.push(...blocks)
  }
  return { ...document, frozen, definitions, unresolved }
}

/**
 * @param {Map<string, import("./references.js").Target>} definitions
 * @returns {import("./blocks.js").Context} For a text that is finished.
 */
function contextOf(definitions) {
  return { definitions, missing: new Set(), open: null, openLine: -1 }
}

/**
 * The blocks behind the frozen ones, as they look now.
 *
 * @param {MarkdownDocument} document
 * @param {{ isOpen: boolean }} options Whether more may follow.
 * @returns {Block[]}
 */
export function openBlocks({ tail, definitions }, { isOpen }) {
  const lines = linesOf(tail)
  const context = contextOf(new Map(definitions))
  return isOpen
    ? unfinishedBlocks(lines, /[^\n\r]$/.test(tail), context)
    : blocksOf(outlineOf(lines).nodes, context)
}

/**
 * All blocks of a document that grows no more. Now that all definitions are known they count
 * everywhere; every other block is the one that was frozen.
 *
 * @param {MarkdownDocument} document
 * @returns {Block[]}
 */
export function finishedBlocks(document) {
  const { nodes } = outlineOf(linesOf(document.tail))
  const context = contextOf(new Map(document.definitions))
  const first = blocksOf(nodes, context)
  const isDefined = (/** @type {string} */ label) => context.definitions.has(label)
  const open = [...context.missing].some(isDefined) ? blocksOf(nodes, context) : first
  const frozen = [...document.frozen]
  for (const { place, node, labels } of document.unresolved) {
    if (![...labels].some(isDefined)) continue
    blocksOf([node], context).forEach((block, index) => frozen[place + index] = block)
  }
  return [...frozen, ...open]
}

/**
 * @param {string} text
 * @returns {Block[]}
 */
export function parseMarkdown(text) {
  return finishedBlocks(grown(emptyDocument, text))
}

/**
 * @param {readonly string[]} lines
 * @param {boolean} isWithinLine Whether more may follow on the last line.
 * @param {import("./blocks.js").Context} context
 */
function unfinishedBlocks(lines, isWithinLine, context) {
  const last = lines.length - 1
  const isUndecided = isWithinLine && undecided.test((lines[last] ?? "").trim())
  const { nodes, open } = outlineOf(isUndecided ? lines.slice(0, -1) : lines)
  const openLine = isWithinLine && !isUndecided ? last : -1
  const shown = isHalfTable(nodes[nodes.length - 1]) ? nodes.slice(0, -1) : nodes
  return blocksOf(shown, { ...context, open, openLine })
}

/**
 * Marks alone may become a list, a task, a rule, a fence, a tag or emphasis: until more follows
 * they would only flicker.
 */
const undecided =
  /^(?:(?:>|[-+*]|\d{1,9}[.)])[ \t]+)*(?:[-+*_]{1,2}|=+|\d{1,9}[.)]?|#{1,6}|[`~]{1,2}|>|\[[ xX]?\]?|\$\$?|\\\[?|<[/!?]?(?:[a-z][^>]{0,100})?)?$/i

/** How the row of dashes below a table's head begins. */
const dashes = /^[ \t|:-]*$/

/**
 * Whether a block may be the head of a table whose columns are not known yet.
 *
 * @param {Node | undefined} node
 */
function isHalfTable(node) {
  if (node?.type !== "paragraph") return false
  const [head = "", row = "", ...rest] = node.lines
  return head.startsWith("|") && dashes.test(row) && rest.length === 0
}

/**
 * How many characters the first lines of a text take, with their ends.
 *
 * @param {string} text
 * @param {number} count
 */
function lengthOfLines(text, count) {
  const end = /\r\n|\r|\n/g
  for (let line = 0; line < count; line += 1) end.exec(text)
  return count === 0 ? 0 : end.lastIndex
}
