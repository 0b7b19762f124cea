// Rows of tables: where cells end, and how columns are aligned.

/** @typedef {"start" | "center" | "end" | null} Alignment */

const delimiterRow = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/

/**
 * The columns of a table, if one line is its head and the other the row of dashes below.
 *
 * @param {string} head
 * @param {string} row
 * @returns {Alignment[] | null}
 */
export function alignmentsOf(head, row) {
  if (!head.includes("|") || !/[|:]/.test(row) || !delimiterRow.test(row)) return null
  const alignments = cellsOf(row).map(alignmentOf)
  return cellsOf(head).length === alignments.length ? alignments : null
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

/**
 * A bar within code parts no cells, as models write it; elsewhere it may be escaped.
 *
 * @param {string} line
 * @returns {string[]}
 */
export function cellsOf(line) {
  const inner = line.trim().replace(/^\|/, "").replace(/([^\\]|^)\|$/, "$1")
  const lastBacktick = inner.lastIndexOf("`")
  const cells = []
  let cell = ""
  let isInCode = false
  for (let index = 0; index < inner.length; index += 1) {
    const character = inner.charAt(index)
    if (character === "\\" && inner[index + 1] === "|") {
      cell += "|"
      index += 1
    } else if (character === "|" && !isInCode) {
      cells.push(cell.trim())
      cell = ""
    } else {
      if (character === "`") isInCode = !isInCode && index < lastBacktick
      cell += character
    }
  }
  return [...cells, cell.trim()]
}
