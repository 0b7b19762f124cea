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
 * @property {Definitions} definitions What stands in front of the tail for links. A definition
 *   counts from where it stands on, so that it never changes a frozen block.
 */

/** @type {MarkdownDocument} */
export const emptyDocument = Object.freeze({ frozen: [], tail: "", definitions: new Map() })

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
  const definitions = new Map(document.definitions)
  const finished = blocksOf(nodes.slice(0, -1), { definitions, open: null, openLine: -1 })
  return {
    frozen: [...document.frozen, ...finished],
    tail: tail.slice(lengthOfLines(tail, last.start)),
    definitions,
  }
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
  return isOpen
    ? unfinishedBlocks(lines, /[^\n\r]$/.test(tail), definitions)
    : finishedBlocks(lines, definitions)
}

/**
 * @param {string} text
 * @returns {Block[]}
 */
export function parseMarkdown(text) {
  return finishedBlocks(linesOf(text), emptyDocument.definitions)
}

/**
 * @param {readonly string[]} lines
 * @param {Definitions} before
 */
function finishedBlocks(lines, before) {
  const context = { definitions: new Map(before), open: null, openLine: -1 }
  return blocksOf(outlineOf(lines).nodes, context)
}

/**
 * @param {readonly string[]} lines
 * @param {boolean} isWithinLine Whether more may follow on the last line.
 * @param {Definitions} before
 */
function unfinishedBlocks(lines, isWithinLine, before) {
  const last = lines.length - 1
  const isUndecided = isWithinLine && undecided.test(lines[last] ?? "")
  const { nodes, open } = outlineOf(isUndecided ? lines.slice(0, -1) : lines)
  const openLine = isWithinLine && !isUndecided ? last : -1
  const shown = isHalfTable(nodes[nodes.length - 1]) ? nodes.slice(0, -1) : nodes
  return blocksOf(shown, { definitions: new Map(before), open, openLine })
}

/**
 * Marks alone may become a list, a task, a rule, a fence, a tag or emphasis: until more follows
 * they would only flicker.
 */
const undecided =
  /^[ \t]*(?:(?:>|[-+*]|\d{1,9}[.)])[ \t]+)*(?:[-+*_]{1,2}|=+|\d{1,9}[.)]?|#{1,6}|[`~]{1,2}|>|\[[ xX]?\]?|\$\$?|\\\[?|<[/!?]?(?:[a-z][^>]{0,100})?)?[ \t]*$/i

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
