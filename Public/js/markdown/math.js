// Where formulas are in a text: between dollars, or TeX's own brackets. Their source stays text.

/** Opening marks, each with what closes it. */
const pairs = /** @type {const} */ ([["$$", "$$"], ["\\[", "\\]"]])

/**
 * @param {string} text A line without its indentation.
 * @returns {{ closing: string, isClosed: boolean, canInterrupt: boolean } | null}
 *   `canInterrupt`: also in the middle of a paragraph.
 */
export function mathIn(text) {
  const pair = pairs.find(([opening]) => text.startsWith(opening))
  if (!pair) return null
  const [opening, closing] = pair
  const line = text.trimEnd()
  if (line === opening) return { closing, isClosed: false, canInterrupt: true }
  const inside = line.slice(opening.length)
  const place = inside.indexOf(closing)
  if (place < 0) return { closing, isClosed: false, canInterrupt: false }
  const isWhole = place === inside.length - closing.length &&
    isFormula(inside.slice(0, place))
  return isWhole ? { closing, isClosed: true, canInterrupt: true } : null
}

/**
 * @param {string} text
 * @param {string} closing
 */
export function closesMath(text, closing) {
  return text.trimEnd().endsWith(closing)
}

/**
 * @param {readonly string[]} lines Of a block, with its marks.
 * @returns {string}
 */
export function formulaOf(lines) {
  const text = lines.join("\n").trim().slice(2)
  const isClosed = pairs.some(([, closing]) => text.endsWith(closing))
  return (isClosed ? text.slice(0, -2) : text).trim()
}

/**
 * Whether what stands between brackets is more than words or a number: "\[1\]" and "\(sic\)" are
 * brackets that were escaped.
 *
 * @param {string} text
 */
export function isFormula(text) {
  return (/[\\^_=+*/<>|{}()-]/.test(text) && /[\p{L}\p{N}]/u.test(text)) ||
    /^\s*\p{L}\s*$/u.test(text)
}

/** From a dollar to the next, on one line: code and escapes are left alone. */
const dollars = /\$((?:[^$`\\\n]|\\[^\n]){1,1000})\$(?![\p{L}\p{N}$])/uy

/**
 * A formula between single dollars. Prices are none: "$5 and $10", "$5-$10".
 *
 * @param {string} source
 * @param {number} position Of the first dollar.
 * @returns {{ text: string, end: number } | null}
 */
export function dollarMathAt(source, position) {
  dollars.lastIndex = position
  const text = dollars.exec(source)?.[1]
  if (text === undefined || /^\s|\s$/.test(text)) return null
  const isPrice = /^\d/.test(text) && !/[\\^_{}=]/.test(text)
  return isPrice ? null : { text, end: dollars.lastIndex }
}
