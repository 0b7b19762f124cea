// Markdown's blocks: paragraphs, lists, code, tables. Lines in, values out; no DOM.

import { parseInline } from "./inline.js"

/** @typedef {import("./inline.js").Inline} Inline */
/** @typedef {"start" | "center" | "end" | null} Alignment */

/**
 * @typedef {{ isChecked: boolean | null, blocks: readonly Block[] }} ListItem
 */

/**
 * @typedef {{ type: "paragraph", children: readonly Inline[] }
 *   | { type: "heading", level: number, children: readonly Inline[] }
 *   | { type: "code", language: string, text: string }
 *   | { type: "quote", blocks: readonly Block[] }
 *   | { type: "list", isOrdered: boolean, start: number, items: readonly ListItem[] }
 *   | { type: "table", alignments: readonly Alignment[], head: readonly (readonly Inline[])[],
 *       rows: readonly (readonly (readonly Inline[])[])[] }
 *   | { type: "rule" }} Block
 */

/** @typedef {{ block: Block, end: number }} Found */

/** Lists in quotes in lists beyond this are paragraphs: no text makes the parser run out of stack. */
const deepestNesting = 16

const blank = /^[ \t]*$/
const fence = /^( {0,3})(`{3,}|~{3,}(?!~))([^`]*)$/
const heading = /^ {0,3}(#{1,6})(?:[ \t](.*))?$/
const rule = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/
const quote = /^ {0,3}> ?/
const marker = /^( *)([-+*]|(\d{1,9})[.)])(?:( +)(.*))?$/
const delimiterRow = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/
const task = /^\[([ xX])\][ \t]+/

/**
 * @param {string} text
 * @returns {string[]}
 */
export function linesOf(text) {
  return text.replaceAll("\0", "\ufffd").split(/\r\n|\r|\n/)
}

/**
 * The blocks of `lines`, each with the line it begins at. Parsing again from any of these lines
 * gives the same rest: a block's beginning never depends on what stands before it.
 *
 * @param {readonly string[]} lines
 * @param {{ isOpen?: boolean, depth?: number }} [options] `isOpen`: more may follow the last line.
 * @returns {{ block: Block, start: number }[]}
 */
export function parseBlocks(lines, { isOpen = false, depth = 0 } = {}) {
  const found = []
  let position = 0
  while (position < lines.length) {
    if (blank.test(lines[position] ?? "")) {
      position += 1
      continue
    }
    const { block, end } = parseBlock({ lines, start: position, isOpen, depth })
    found.push({ block, start: position })
    position = end
  }
  return found
}

/** @typedef {{ lines: readonly string[], start: number, isOpen: boolean, depth: number }} Place */

/**
 * @param {Place} place
 * @returns {Found}
 */
function parseBlock(place) {
  const { lines, start, depth } = place
  const line = lines[start] ?? ""
  if (fence.test(line)) return parseFence(place)
  if (heading.test(line)) return parseHeading(place)
  if (rule.test(line)) return { block: { type: "rule" }, end: start + 1 }
  if (depth < deepestNesting && quote.test(line)) return parseQuote(place)
  if (depth < deepestNesting && listMarker(line)) return parseList(place)
  if (isTableAt(lines, start)) return parseTable(place)
  return parseParagraph(place)
}

/**
 * Whether a line begins a block in the middle of a paragraph.
 *
 * @param {readonly string[]} lines
 * @param {number} index
 */
function interrupts(lines, index) {
  const line = lines[index] ?? ""
  if (fence.test(line) || heading.test(line) || rule.test(line) || quote.test(line)) return true
  const item = listMarker(line)
  // "In\n1999. A year" is no list.
  if (item && item.text !== "" && (item.number === null || item.number === 1)) return true
  return isTableAt(lines, index)
}

/**
 * @param {Place} place
 * @returns {Found}
 */
function parseParagraph({ lines, start, isOpen, depth }) {
  let end = start + 1
  while (end < lines.length && !blank.test(lines[end] ?? "")) {
    if (interrupts(lines, end) && depth < deepestNesting) break
    end += 1
  }
  const text = lines.slice(start, end).map((line) => line.trimStart()).join("\n").trimEnd()
  const children = parseInline(text, { isOpen: isOpen && end === lines.length })
  return { block: { type: "paragraph", children }, end }
}

/**
 * @param {Place} place
 * @returns {Found}
 */
function parseHeading({ lines, start, isOpen }) {
  const [, marks = "#", text = ""] = heading.exec(lines[start] ?? "") ?? []
  const title = withoutClosingMarks(text.trim())
  const children = parseInline(title, { isOpen: isOpen && start + 1 === lines.length })
  return { block: { type: "heading", level: marks.length, children }, end: start + 1 }
}

/**
 * @param {string} title "A title ##" has closing marks, "C#" has not.
 * @returns {string}
 */
function withoutClosingMarks(title) {
  let end = title.length
  while (title[end - 1] === "#") end -= 1
  return end === 0 || /[ \t]/.test(title.charAt(end - 1)) ? title.slice(0, end).trimEnd() : title
}

/**
 * @param {Place} place
 * @returns {Found}
 */
function parseFence({ lines, start, isOpen }) {
  const [, indent = "", marks = "```", info = ""] = fence.exec(lines[start] ?? "") ?? []
  const close = new RegExp(`^ {0,3}${marks.charAt(0)}{${marks.length},}[ \\t]*$`)
  const margin = new RegExp(`^ {0,${indent.length}}`)
  let end = start + 1
  while (end < lines.length && !close.test(lines[end] ?? "")) end += 1
  let inside = lines.slice(start + 1, end)
  const isUnclosed = end >= lines.length
  if (isUnclosed) inside = withoutLooseEnd(inside, isOpen, marks.charAt(0))
  const text = inside.map((line) => line.replace(margin, "")).join("\n")
  const language = info.trim().split(/\s+/)[0] ?? ""
  return { block: { type: "code", language, text }, end: Math.min(end + 1, lines.length) }
}

/**
 * The last line of unclosed code is no line if it is empty, and perhaps a fence's beginning.
 *
 * @param {readonly string[]} lines
 * @param {boolean} isOpen
 * @param {string} mark
 */
function withoutLooseEnd(lines, isOpen, mark) {
  const last = lines[lines.length - 1] ?? ""
  const isHalfFence = isOpen && last.trim() !== "" && last.trim().replaceAll(mark, "") === ""
  return last === "" || isHalfFence ? lines.slice(0, -1) : [...lines]
}

/**
 * @param {Place} place
 * @returns {Found}
 */
function parseQuote({ lines, start, isOpen, depth }) {
  let end = start
  let isInParagraph = false
  let fenceMarks = ""
  const inside = []
  while (end < lines.length) {
    const line = lines[end] ?? ""
    // A paragraph's next line may leave the mark out.
    const mayBeLazy = isInParagraph && !blank.test(line) && !interrupts(lines, end)
    if (!quote.test(line) && !mayBeLazy) break
    const text = line.replace(quote, "")
    inside.push(text)
    fenceMarks = fenceAfter(text, fenceMarks)
    isInParagraph = fenceMarks === "" && isPlain(text)
    end += 1
  }
  const isOpenInside = isOpen && end === lines.length
  const blocks = parseBlocks(inside, { isOpen: isOpenInside, depth: depth + 1 })
  return { block: { type: "quote", blocks: blocks.map(({ block }) => block) }, end }
}

/**
 * Which fence is open behind a line.
 *
 * @param {string} line
 * @param {string} before The marks of the one that was open, if any.
 * @returns {string}
 */
function fenceAfter(line, before) {
  const marks = fence.exec(line)?.[2] ?? ""
  if (before === "") return marks
  const isClosing = marks.startsWith(before) && line.trim() === marks
  return isClosing ? "" : before
}

/** @param {string} line */
function isPlain(line) {
  return !blank.test(line) && !fence.test(line) && !heading.test(line) && !rule.test(line)
}

/**
 * @param {string} source
 * @returns {{ indent: number, kind: string, number: number | null, content: number,
 *   text: string } | null}
 */
function listMarker(source) {
  const line = expanded(source)
  if (rule.test(line)) return null
  const match = marker.exec(line)
  if (!match) return null
  const [, margin = "", mark = "-", digits, gap = "", text = ""] = match
  const width = text === "" || gap.length > 4 ? 1 : gap.length
  return {
    indent: margin.length,
    kind: mark.charAt(mark.length - 1),
    number: digits === undefined ? null : Number(digits),
    content: margin.length + mark.length + width,
    text,
  }
}

/**
 * @param {string} line
 * @returns {string} With tabs at its beginning as spaces.
 */
function expanded(line) {
  return line.replace(/^[ \t]+/, (margin) => margin.replaceAll("\t", "    "))
}

/** @param {string} line */
function indentOf(line) {
  return expanded(line).search(/[^ ]|$/)
}

/**
 * @param {Place} place
 * @returns {Found}
 */
function parseList({ lines, start, isOpen, depth }) {
  const first = listMarker(lines[start] ?? "")
  if (!first) return parseParagraph({ lines, start, isOpen, depth })
  /** @type {{ lines: string[] }[]} */
  const items = []
  let end = start
  while (end < lines.length) {
    const next = nextItem(lines, end, first)
    if (!next) break
    items.push({ lines: next.lines })
    end = next.end
  }
  const last = items.length - 1
  const block = {
    type: /** @type {const} */ ("list"),
    isOrdered: first.number !== null,
    start: first.number ?? 1,
    items: items.map((item, index) =>
      parseItem(item.lines, isOpen && index === last && end === lines.length, depth)
    ),
  }
  return { block, end }
}

/**
 * @param {readonly string[]} lines
 * @param {number} start
 * @param {{ kind: string, indent: number }} list
 * @returns {{ lines: string[], end: number } | null} Nothing if no item of this list begins here.
 */
function nextItem(lines, start, list) {
  const item = listMarker(lines[start] ?? "")
  if (!item || item.kind !== list.kind || item.indent > list.indent + 3) return null
  const inside = [expanded(lines[start] ?? "").slice(item.content)]
  let end = start + 1
  let isInParagraph = item.text !== ""
  while (end < lines.length) {
    const line = lines[end] ?? ""
    if (blank.test(line)) {
      const resumes = firstTextAfter(lines, end)
      if (resumes >= lines.length || !belongs(lines[resumes] ?? "", item)) {
        const isNextItem = resumes < lines.length && isSibling(lines[resumes] ?? "", list)
        return { lines: inside, end: isNextItem ? resumes : end }
      }
      for (; end < resumes - 1; end += 1) inside.push("")
      inside.push("")
      isInParagraph = false
    } else if (belongs(line, item)) {
      inside.push(expanded(line).slice(Math.min(indentOf(line), item.content)))
      isInParagraph = isPlain(line)
    } else if (isInParagraph && !interrupts(lines, end) && !listMarker(line)) {
      inside.push(line.trimStart())
    } else {
      break
    }
    end += 1
  }
  return { lines: inside, end }
}

/**
 * Whether a line is inside an item: indented as far as its text; for a list in it two spaces are
 * enough, as models write it.
 *
 * @param {string} line
 * @param {{ indent: number, content: number }} item
 */
function belongs(line, item) {
  const indent = indentOf(line)
  if (indent >= item.content) return true
  return indent >= item.indent + 2 && listMarker(line) !== null
}

/**
 * @param {string} line
 * @param {{ kind: string, indent: number }} list
 */
function isSibling(line, list) {
  const item = listMarker(line)
  return item !== null && item.kind === list.kind && item.indent <= list.indent + 3
}

/**
 * @param {readonly string[]} lines
 * @param {number} from
 */
function firstTextAfter(lines, from) {
  let index = from
  while (index < lines.length && blank.test(lines[index] ?? "")) index += 1
  return index
}

/**
 * @param {readonly string[]} lines
 * @param {boolean} isOpen
 * @param {number} depth
 * @returns {ListItem}
 */
function parseItem(lines, isOpen, depth) {
  const [first = "", ...rest] = lines
  const box = task.exec(first)
  const inside = box ? [first.slice(box[0].length), ...rest] : lines
  const blocks = parseBlocks(inside, { isOpen, depth: depth + 1 })
  return {
    isChecked: box ? box[1] !== " " : null,
    blocks: blocks.map(({ block }) => block),
  }
}

/**
 * @param {readonly string[]} lines
 * @param {number} index
 */
function isTableAt(lines, index) {
  const head = lines[index] ?? ""
  const row = lines[index + 1] ?? ""
  if (!head.includes("|") || !delimiterRow.test(row) || !/[|:]/.test(row)) return false
  return cellsOf(head).length === cellsOf(row).length
}

/**
 * @param {Place} place
 * @returns {Found}
 */
function parseTable({ lines, start, isOpen }) {
  const head = cellsOf(lines[start] ?? "")
  const alignments = cellsOf(lines[start + 1] ?? "").map(alignmentOf)
  let end = start + 2
  const rows = []
  while (end < lines.length && !blank.test(lines[end] ?? "") && !interrupts(lines, end)) {
    const cells = cellsOf(lines[end] ?? "")
    const isLast = isOpen && end === lines.length - 1
    rows.push(
      head.map((_, index) =>
        parseInline(cells[index] ?? "", { isOpen: isLast && index >= cells.length - 1 })
      ),
    )
    end += 1
  }
  const block = {
    type: /** @type {const} */ ("table"),
    alignments,
    head: head.map((cell) => parseInline(cell)),
    rows,
  }
  return { block, end }
}

/**
 * @param {string} line
 * @returns {string[]}
 */
function cellsOf(line) {
  const inner = line.trim().replace(/^\|/, "").replace(/([^\\]|^)\|$/, "$1")
  const cells = [""]
  let isInCode = false
  for (let index = 0; index < inner.length; index += 1) {
    const character = inner.charAt(index)
    const last = cells.length - 1
    if (character === "\\" && inner[index + 1] === "|") {
      cells[last] += "|"
      index += 1
    } else if (character === "|" && !isInCode) {
      cells.push("")
    } else {
      if (character === "`") isInCode = !isInCode && inner.includes("`", index + 1)
      cells[last] += character
    }
  }
  return cells.map((cell) => cell.trim())
}

/**
 * @param {string} cell
 * @returns {Alignment}
 */
function alignmentOf(cell) {
  const isStart = cell.startsWith(":")
  const isEnd = cell.endsWith(":")
  if (isStart && isEnd) return "center"
  if (isEnd) return "end"
  return isStart ? "start" : null
}
