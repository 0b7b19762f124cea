// The pieces of a message, as the API has them, made of what other products' files say.

/** @typedef {import("./trees.js").Part} Part */

const loneSurrogates = /\p{Surrogate}/gu

/**
 * @param {unknown} value
 * @returns {Part[]} None for what says nothing.
 */
export function textPart(value) {
  return part("text", value)
}

/**
 * @param {unknown} value
 * @returns {Part[]}
 */
export function reasoningPart(value) {
  return part("reasoning", value)
}

/**
 * Code between fences that nothing in it ends.
 *
 * @param {unknown} code
 * @param {unknown} language
 * @returns {Part[]}
 */
export function codePart(code, language) {
  if (typeof code !== "string" || code.trim() === "") return []
  const runs = code.match(/`{3,}/g) ?? []
  const fence = "`".repeat(runs.reduce((most, run) => Math.max(most, run.length + 1), 3))
  const name = typeof language === "string" && /^[\w+#-]{1,30}$/.test(language) ? language : ""
  return textPart(`${fence}${name === "unknown" ? "" : name}\n${code}\n${fence}`)
}

/**
 * @param {string} type
 * @param {unknown} value
 */
function part(type, value) {
  if (typeof value !== "string" || value.trim() === "") return []
  return [{ type, text: wellFormed(value) }]
}

/**
 * A text that is Unicode: half a character, which some products cut off, becomes U+FFFD.
 *
 * @param {string} value
 */
export function wellFormed(value) {
  return value.replace(loneSurrogates, "\u{FFFD}")
}
