// Markdown's blocks as values: paragraphs, lists, code, tables, with what is in their lines.

import { isAll, trimmed } from "./block-starts.js"
import { unescaped } from "./entities.js"
import { parseInline } from "./inline.js"
import { formulaOf } from "./math.js"
import { definitionsIn } from "./references.js"
import { cellsOf } from "./tables.js"

/** @typedef {import("./inline.js").Inline} Inline */
/** @typedef {import("./outline.js").Node} Node */
/** @typedef {import("./outline.js").OpenLeaf} OpenLeaf */
/** @typedef {import("./tables.js").Alignment} Alignment */

/**
 * @typedef {{ isChecked: boolean | null, blocks: readonly Block[] }} ListItem
 */

/**
 * @typedef {{ type: "paragraph", children: readonly Inline[] }
 *   | { type: "heading", level: number, children: readonly Inline[] }
 *   | { type: "code", language: string, text: string }
 *   | { type: "html", text: string }
 *   | { type: "math", text: string }
 *   | { type: "quote", blocks: readonly Block[] }
 *   | { type: "list", isOrdered: boolean, start: number, isLoose: boolean,
 *       items: readonly ListItem[] }
 *   | { type: "table", alignments: readonly Alignment[], head: readonly (readonly Inline[])[],
 *       rows: readonly (readonly (readonly Inline[])[])[] }
 *   | { type: "rule" }} Block
 */

/**
 * @typedef {object} Context
 * @property {Map<string, import("./references.js").Target>} definitions Those that stood before;
 *   what is read adds to them.
 * @property {Set<string>} missing Gets the labels that have none.
 * @property {OpenLeaf | null} open The block that more may follow in.
 * @property {number} openLine The line that more may follow on.
 */

/** So many missing cells of a table are filled up: a wide head and many short rows stay small. */
const mostFilledCells = 10_000

const task = /^\[([ xX])\][ \t]+/

/**
 * @param {readonly Node[]} nodes
 * @param {Context} context
 * @returns {Block[]}
 */
export function blocksOf(nodes, context) {
  return nodes.flatMap((node) => blocksOfNode(node, context))
}

/**
 * @param {Node} node
 * @param {Context} context
 * @returns {Block[]} None for a paragraph of definitions, two for a table below a paragraph.
 */
function blocksOfNode(node, context) {
  switch (node.type) {
    case "paragraph":
      return paragraphs(node.lines.join("\n"), node === context.open, context)
    case "heading":
      return [heading(node, context)]
    case "rule":
      return [{ type: "rule" }]
    case "indented":
      return [{ type: "code", language: "", text: withoutBlankEnd(node.lines).join("\n") }]
    case "fenced":
      return [fencedCode(node, context)]
    case "html":
      return [{ type: "html", text: node.lines.join("\n") }]
    case "math":
      return math(node, context)
    case "table":
      return [...blocksOf(node.lead ? [node.lead] : [], context), table(node, context)]
    case "quote":
      return [{ type: "quote", blocks: blocksOf(node.children, context) }]
    case "list":
      return [list(node, context)]
  }
}

/**
 * @param {string} source
 * @param {boolean} isOpen
 * @param {Context} context
 * @returns {Block[]}
 */
function paragraphs(source, isOpen, context) {
  const text = trimmed(withoutDefinitions(source, context))
  if (text === "") return []
  return [{ type: "paragraph", children: parseInline(text, { ...context, isOpen }) }]
}

/**
 * Keeps the definitions that a text begins with; the first of a name holds.
 *
 * @param {string} source
 * @param {Context} context
 */
function withoutDefinitions(source, { definitions }) {
  const found = definitionsIn(source)
  for (const { label, target } of found.definitions) {
    if (!definitions.has(label)) definitions.set(label, target)
  }
  return found.rest
}

/**
 * @param {import("./outline.js").Heading} node
 * @param {Context} context
 * @returns {Block}
 */
function heading({ level, text, lead, end }, context) {
  withoutDefinitions(lead, context)
  const isOpen = end === context.openLine
  return { type: "heading", level, children: parseInline(text, { ...context, isOpen }) }
}

/**
 * @param {readonly string[]} lines
 * @returns {readonly string[]}
 */
function withoutBlankEnd(lines) {
  let end = lines.length
  while (end > 0 && (lines[end - 1] ?? "").trim() === "") end -= 1
  return lines.slice(0, end)
}

/**
 * @param {import("./outline.js").FencedCode} node
 * @param {Context} context
 * @returns {Block}
 */
function fencedCode({ mark, info, lines, end }, { openLine }) {
  const last = (lines[lines.length - 1] ?? "").trim()
  // Marks alone may become the closing fence.
  const isHalfFence = end === openLine && last !== "" && isAll(last, mark)
  const text = (isHalfFence ? lines.slice(0, -1) : lines).join("\n")
  return { type: "code", language: unescaped(info.split(/\s/)[0] ?? ""), text }
}

/**
 * @param {import("./outline.js").MathBlock} node
 * @param {Context} context
 * @returns {Block[]} A paragraph if the formula never ended.
 */
function math(node, context) {
  const isFormula = node.isClosed || node === context.open
  if (!isFormula) return paragraphs(node.lines.join("\n"), false, context)
  return [{ type: "math", text: formulaOf(node.lines) }]
}

/**
 * @param {import("./outline.js").Table} node
 * @param {Context} context
 * @returns {Block}
 */
function table({ alignments, head, rows, end }, context) {
  const texts = filled(rows.map(cellsOf), alignments.length)
  return {
    type: "table",
    alignments,
    head: cellsOf(head).map((cell) => parseInline(cell, { definitions: context.definitions })),
    rows: texts.map((cells, row) =>
      cells.map((cell, column) => {
        const isLast = row === rows.length - 1 && column === cells.length - 1
        return parseInline(cell, { ...context, isOpen: isLast && end === context.openLine })
      })
    ),
  }
}

/**
 * @param {readonly (readonly string[])[]} rows
 * @param {number} columns
 * @returns {(readonly string[])[]} With as many cells as there are columns.
 */
function filled(rows, columns) {
  let left = mostFilledCells
  return rows.map((cells) => {
    const missing = Math.min(left, Math.max(0, columns - cells.length))
    left -= missing
    return [...cells.slice(0, columns), ...Array(missing).fill("")]
  })
}

/**
 * @param {import("./outline.js").List} node
 * @param {Context} context
 * @returns {Block}
 */
function list({ first, items }, context) {
  return {
    type: "list",
    isOrdered: first !== null,
    start: first ?? 1,
    isLoose: hasGap(items) || items.some(({ children }) => hasGap(children)),
    items: items.map(({ children }) => listItem(children, context)),
  }
}

/**
 * @param {readonly { start: number, end: number }[]} extents
 * @returns {boolean} Whether there is an empty line between two that follow each other.
 */
function hasGap(extents) {
  return extents.some(({ start }, index) => {
    const before = extents[index - 1]
    return before !== undefined && start > before.end + 1
  })
}

/**
 * @param {readonly Node[]} children
 * @param {Context} context
 * @returns {ListItem}
 */
function listItem(children, context) {
  const [first, ...rest] = children
  const box = first?.type === "paragraph" ? task.exec(first.lines[0] ?? "") : null
  if (first?.type !== "paragraph" || !box) {
    return { isChecked: null, blocks: blocksOf(children, context) }
  }
  const text = first.lines.join("\n").slice(box[0].length)
  const blocks = [...paragraphs(text, first === context.open, context), ...blocksOf(rest, context)]
  return { isChecked: box[1] !== " ", blocks }
}
