// Addresses, titles and labels of links, and the definitions that stand for them.

import { unescaped } from "./entities.js"

/** @typedef {{ href: string, title?: string }} Target */
/** @typedef {ReadonlyMap<string, Target>} Definitions */
/** @typedef {{ label: string, target: Target }} Definition */
/** @typedef {{ text: string, end: number }} Piece What was read, and where it ends. */

/** Parentheses within parentheses beyond this make no address; CommonMark asks for three. */
const deepestParenthesis = 32
export const longestLabel = 999

const angled = /<([^<>\n\\]*(?:\\[^\n][^<>\n\\]*)*)>/y
const titles = [
  /"([^"\\]*(?:\\[^][^"\\]*)*)"/y,
  /'([^'\\]*(?:\\[^][^'\\]*)*)'/y,
  /\(([^()\\]*(?:\\[^][^()\\]*)*)\)/y,
]
const label = new RegExp(`\\[((?:[^\\\\[\\]]|\\\\[^]){0,${longestLabel}})\\]`, "y")
const space = /[ \t\n]*/y
const restOfLine = /[ \t]*(?:\n|$)/y

/**
 * @param {string} text
 * @returns {string} The same for labels that differ in case and white space only.
 */
export function normalizedLabel(text) {
  return text.trim().replace(/\s+/g, " ").toLowerCase().toUpperCase()
}

/**
 * @param {string} source
 * @param {number} position
 * @returns {Piece | null} Between brackets; it may be empty.
 */
export function labelAt(source, position) {
  return matchAt(label, source, position)
}

/**
 * @param {RegExp} pattern Sticky, with one group.
 * @param {string} source
 * @param {number} position
 * @returns {Piece | null}
 */
function matchAt(pattern, source, position) {
  pattern.lastIndex = position
  const match = pattern.exec(source)
  return match && { text: match[1] ?? "", end: pattern.lastIndex }
}

/**
 * @param {string} source
 * @param {number} position
 * @returns {number}
 */
export function behindSpace(source, position) {
  space.lastIndex = position
  space.test(source)
  return space.lastIndex
}

/**
 * @param {string} source
 * @param {number} position
 * @returns {Piece | null}
 */
export function destinationAt(source, position) {
  if (source[position] === "<") {
    const found = matchAt(angled, source, position)
    return found && { ...found, text: unescaped(found.text) }
  }
  const end = destinationEnd(source, position)
  return end < 0 ? null : { text: unescaped(source.slice(position, end)), end }
}

/**
 * @param {string} source
 * @param {number} position
 * @returns {number} -1 if parentheses are too deep or left open.
 */
function destinationEnd(source, position) {
  let depth = 0
  let end = position
  for (; end < source.length; end += 1) {
    const character = source.charAt(end)
    if (character <= " " || character === "\x7f") break
    if (character === "\\" && /[!-/:-@[-`{-~]/.test(source.charAt(end + 1))) {
      end += 1
    } else if (character === "(") {
      depth += 1
      if (depth > deepestParenthesis) return -1
    } else if (character === ")") {
      if (depth === 0) break
      depth -= 1
    }
  }
  return depth === 0 ? Math.min(end, source.length) : -1
}

/**
 * @param {string} source
 * @param {number} position
 * @returns {Piece | null}
 */
export function titleAt(source, position) {
  for (const pattern of titles) {
    const found = matchAt(pattern, source, position)
    if (found) return { ...found, text: unescaped(found.text) }
  }
  return null
}

/**
 * `(address "title")`.
 *
 * @param {string} source
 * @param {number} position Of the parenthesis.
 * @returns {{ target: Target, end: number } | null}
 */
export function inlineTargetAt(source, position) {
  if (source[position] !== "(") return null
  const destination = destinationAt(source, behindSpace(source, position + 1))
  if (!destination) return null
  const gap = behindSpace(source, destination.end)
  const title = gap > destination.end ? titleAt(source, gap) : null
  const end = title ? behindSpace(source, title.end) : gap
  return source[end] === ")"
    ? { target: targetOf(destination.text, title?.text), end: end + 1 }
    : null
}

/**
 * @param {string} href
 * @param {string | undefined} title
 * @returns {Target}
 */
function targetOf(href, title) {
  return title === undefined ? { href } : { href, title }
}

/**
 * The definitions that a paragraph begins with, and what is left of it.
 *
 * @param {string} text
 * @returns {{ definitions: Definition[], rest: string }}
 */
export function definitionsIn(text) {
  const definitions = []
  let position = 0
  while (text[position] === "[") {
    const found = definitionAt(text, position)
    if (!found) break
    definitions.push(found.definition)
    position = found.end
  }
  return { definitions, rest: text.slice(position) }
}

/**
 * @param {string} text
 * @param {number} position
 * @returns {{ definition: Definition, end: number } | null}
 */
function definitionAt(text, position) {
  const name = labelAt(text, position)
  if (!name || name.text.trim() === "" || text[name.end] !== ":") return null
  const start = behindSpace(text, name.end + 1)
  const destination = destinationAt(text, start)
  if (!destination || destination.end === start) return null
  const found = withTitle(text, destination)
  return found && {
    definition: { label: normalizedLabel(name.text), target: found.target },
    end: found.end,
  }
}

/**
 * A title may stand on the next line; if that is no title, the address stands alone.
 *
 * @param {string} text
 * @param {Piece} destination
 * @returns {{ target: Target, end: number } | null}
 */
function withTitle(text, destination) {
  const gap = behindSpace(text, destination.end)
  const title = gap > destination.end ? titleAt(text, gap) : null
  const end = title ? lineEndAt(text, title.end) : -1
  if (title && end >= 0) return { target: targetOf(destination.text, title.text), end }
  const early = lineEndAt(text, destination.end)
  return early < 0 ? null : { target: targetOf(destination.text, undefined), end: early }
}

/**
 * @param {string} text
 * @param {number} position
 * @returns {number} Behind the line, if nothing but space is left on it; otherwise -1.
 */
function lineEndAt(text, position) {
  restOfLine.lastIndex = position
  return restOfLine.test(text) ? restOfLine.lastIndex : -1
}
