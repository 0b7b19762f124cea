// How the blocks of a text begin: a line's text without its indentation in, what it opens out.

/** @typedef {{ mark: string, length: number, info: string }} Fence */
/** @typedef {{ length: number, kind: string, number: number | null }} ListMarker */

const backtickFence = /^(`{3,})([^`]*)$/
const tildeFence = /^(~{3,})(.*)$/s
const heading = /^(#{1,6})(?:[ \t](.*))?$/s
const rule = /^([-*_])(?:[ \t]*\1){2,}[ \t]*$/
const underline = /^(?:=+|-+)[ \t]*$/
const bullet = /^[-+*](?=[ \t]|$)/
const number = /^(\d{1,9})([.)])(?=[ \t]|$)/

/**
 * @param {string} text
 * @returns {Fence | null}
 */
export function fenceIn(text) {
  const match = backtickFence.exec(text) ?? tildeFence.exec(text)
  if (!match) return null
  const [, marks = "", info = ""] = match
  return { mark: marks.charAt(0), length: marks.length, info: info.trim() }
}

/**
 * @param {string} text
 * @param {{ mark: string, length: number }} fence
 */
export function closesFence(text, fence) {
  const marks = text.trimEnd()
  return marks.length >= fence.length && isAll(marks, fence.mark)
}

/**
 * @param {string} text
 * @param {string} mark
 */
export function isAll(text, mark) {
  for (const character of text) if (character !== mark) return false
  return true
}

/**
 * @param {string} text
 * @returns {{ level: number, title: string } | null}
 */
export function headingIn(text) {
  const match = heading.exec(text)
  if (!match) return null
  const [, marks = "#", title = ""] = match
  return { level: marks.length, title: withoutClosingMarks(trimmed(title)) }
}

/**
 * @param {string} title "A title ##" has closing marks, "C#" has not.
 * @returns {string}
 */
function withoutClosingMarks(title) {
  let end = title.length
  while (title[end - 1] === "#") end -= 1
  const hasGap = end === 0 || /[ \t]/.test(title.charAt(end - 1))
  return hasGap ? trimmed(title.slice(0, end)) : title
}

/**
 * @param {string} text
 * @returns {string} Without spaces and tabs around it; other white space is content.
 */
export function trimmed(text) {
  let start = 0
  let end = text.length
  while (start < end && /[ \t\n]/.test(text.charAt(start))) start += 1
  while (end > start && /[ \t\n]/.test(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

/** @param {string} text */
export function isRule(text) {
  return rule.test(text)
}

/**
 * @param {string} text
 * @returns {1 | 2 | null} The level of the heading that a line below makes of a paragraph.
 */
export function underlineLevel(text) {
  if (!underline.test(text)) return null
  return text.startsWith("=") ? 1 : 2
}

/**
 * @param {string} text
 * @returns {ListMarker | null}
 */
export function listMarkerIn(text) {
  if (bullet.test(text)) return { length: 1, kind: text.charAt(0), number: null }
  const match = number.exec(text)
  if (!match) return null
  const [marker, digits = "", kind = "."] = match
  return { length: marker.length, kind, number: Number(digits) }
}
