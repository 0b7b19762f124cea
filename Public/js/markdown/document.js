// A Markdown text that grows. Finished blocks are frozen; only the last one is read again.

import { linesOf, parseBlocks } from "./blocks.js"

/** @typedef {import("./blocks.js").Block} Block */

/**
 * @typedef {object} MarkdownDocument
 * @property {readonly Block[]} frozen Blocks that no further text can change.
 * @property {string} tail The text behind them.
 */

/** @type {MarkdownDocument} */
export const emptyDocument = Object.freeze({ frozen: [], tail: "" })

/**
 * Appends a piece of the text. However a text is cut into pieces, the document is the same.
 *
 * @param {MarkdownDocument} document
 * @param {string} piece
 * @returns {MarkdownDocument}
 */
export function grown(document, piece) {
  const tail = document.tail + piece
  const end = Math.max(tail.lastIndexOf("\n"), tail.lastIndexOf("\r")) + 1
  const whole = linesOf(tail.slice(0, end)).slice(0, -1)
  const blocks = parseBlocks(whole, { isOpen: true })
  const last = blocks[blocks.length - 1]
  if (!last || blocks.length === 1) return { ...document, tail }
  const finished = blocks.slice(0, -1).map(({ block }) => block)
  return {
    frozen: [...document.frozen, ...finished],
    tail: tail.slice(lengthOfLines(tail, last.start)),
  }
}

/**
 * The blocks behind the frozen ones, as they look now.
 *
 * @param {MarkdownDocument} document
 * @param {{ isOpen: boolean }} options Whether more may follow.
 * @returns {Block[]}
 */
export function openBlocks(document, { isOpen }) {
  const lines = linesOf(document.tail)
  if (!isOpen) return parseBlocks(lines).map(({ block }) => block)
  const shown = undecided.test(lines[lines.length - 1] ?? "") ? lines.slice(0, -1) : lines
  const found = parseBlocks(shown, { isOpen })
  const last = found[found.length - 1]
  const isHalfTable = last?.block.type === "paragraph" && isTableRow(shown[last.start])
  return (isHalfTable ? found.slice(0, -1) : found).map(({ block }) => block)
}

/**
 * Marks alone may become a list, a rule, a fence or emphasis: until more follows they would only
 * flicker.
 */
const undecided = /^[ \t]*(?:[-+*_]{1,2}|\d{1,9}[.)]?|#{1,6}|[`~]{1,2}|>)[ \t]*$/

/** @param {string | undefined} line */
function isTableRow(line = "") {
  return /^ {0,3}\|/.test(line)
}

/**
 * @param {string} text
 * @returns {Block[]}
 */
export function parseMarkdown(text) {
  return parseBlocks(linesOf(text)).map(({ block }) => block)
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
