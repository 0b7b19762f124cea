// A line while its containers are read off its front. Tabs count as columns and stay tabs.

/**
 * @typedef {object} Line
 * @property {string} source
 * @property {number} offset What is in front of it has been read.
 * @property {number} column The column there; within a tab if only a part of it has been read.
 * @property {boolean} isWithinTab
 * @property {number} textStart Where the first character is that is neither space nor tab.
 * @property {number} textColumn
 */

const tabStop = 4

/**
 * @param {string} source
 * @returns {Line}
 */
export function lineOf(source) {
  return lineAt(source, 0, 0, false)
}

/**
 * @param {string} source
 * @param {number} offset
 * @param {number} column
 * @param {boolean} isWithinTab
 * @returns {Line}
 */
function lineAt(source, offset, column, isWithinTab) {
  let textStart = offset
  let textColumn = column
  while (isSpace(source.charCodeAt(textStart))) {
    textColumn += widthAt(source, textStart, textColumn)
    textStart += 1
  }
  return { source, offset, column, isWithinTab, textStart, textColumn }
}

/** @param {number} code */
function isSpace(code) {
  return code === 0x20 || code === 0x09
}

/**
 * @param {string} source
 * @param {number} offset
 * @param {number} column
 */
function widthAt(source, offset, column) {
  return source[offset] === "\t" ? tabStop - column % tabStop : 1
}

/** @param {Line} line */
export function isBlank(line) {
  return line.textStart >= line.source.length
}

/**
 * @param {Line} line
 * @returns {number} In columns.
 */
export function indentOf(line) {
  return line.textColumn - line.column
}

/**
 * @param {Line} line
 * @returns {string} Without its indentation.
 */
export function textOf(line) {
  return line.source.slice(line.textStart)
}

/**
 * @param {Line} line
 * @returns {string} With its indentation; what is left of a tab are spaces.
 */
export function restOf(line) {
  if (!line.isWithinTab) return line.source.slice(line.offset)
  const left = tabStop - line.column % tabStop
  return " ".repeat(left) + line.source.slice(line.offset + 1)
}

/**
 * @param {Line} line
 * @param {number} columns At most this much indentation is taken away.
 * @returns {Line}
 */
export function withoutIndent(line, columns) {
  const { source, textStart, textColumn } = line
  let { offset, column, isWithinTab } = line
  const end = column + columns
  while (offset < textStart && column < end) {
    const width = widthAt(source, offset, column)
    isWithinTab = column + width > end
    if (isWithinTab) column = end
    else column += width
    if (!isWithinTab) offset += 1
  }
  return { source, offset, column, isWithinTab, textStart, textColumn }
}

/**
 * @param {Line} line
 * @param {number} length
 * @returns {Line} What follows its indentation and so many characters.
 */
export function behind(line, length) {
  return lineAt(line.source, line.textStart + length, line.textColumn + length, false)
}
