// What is read aloud of a message, and in which language. Pure functions.

/** @typedef {{ tag: string, pattern: RegExp }} Script */

/**
 * Scripts that tell the language, or the one in which most of what is written so is read.
 * Kana first: Japanese has Han characters too.
 *
 * @type {readonly Script[]}
 */
const scripts = [
  { tag: "ja", pattern: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu },
  { tag: "zh-CN", pattern: /\p{Script=Han}/gu },
  { tag: "ko", pattern: /\p{Script=Hangul}/gu },
  { tag: "ru", pattern: /\p{Script=Cyrillic}/gu },
  { tag: "el", pattern: /\p{Script=Greek}/gu },
  { tag: "ar", pattern: /\p{Script=Arabic}/gu },
  { tag: "he", pattern: /\p{Script=Hebrew}/gu },
  { tag: "hi", pattern: /\p{Script=Devanagari}/gu },
  { tag: "th", pattern: /\p{Script=Thai}/gu },
]

const letters = /\p{Letter}/gu

/** So much of a text in a script makes it the script's language; names and terms are less. */
const enough = 0.3

/** A Japanese text has at least this much that is no Han. */
const enoughKana = 0.1

/**
 * @param {string} text
 * @param {readonly string[]} wanted The reader's languages, the preferred ones first.
 * @returns {string}
 */
export function languageOf(text, wanted) {
  const all = count(text, letters)
  const found = scripts.find(({ tag, pattern }) =>
    all > 0 && count(text, pattern) / all >= (tag === "ja" ? enoughKana : enough)
  )
  const isOfScript = (/** @type {string} */ tag) =>
    found
      ? short(tag) === short(found.tag)
      : !scripts.some((script) => short(script.tag) === short(tag))
  // The reader's own kind of it: de-AT, zh-TW.
  return wanted.find(isOfScript) ?? found?.tag ?? "en"
}

/** @param {string} tag */
function short(tag) {
  return tag.toLowerCase().split("-")[0]
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 */
function count(text, pattern) {
  return text.match(pattern)?.length ?? 0
}

/** Some voices fall silent in the middle of what is longer. */
const longest = 200

/** Where a voice may pause: after a sentence, a clause, a word. */
const pauses = [/[.!?…。！？]+["'”’)）]*\s*|\n+/gu, /[,;:，；：、]\s*/gu, /\s+/gu]

/**
 * A text in pieces that a voice reads one after the other. Together they are the text.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function pieces(text) {
  return cut(text, 0).filter((piece) => piece.trim() !== "")
}

/**
 * @param {string} text
 * @param {number} depth Which kind of pause is tried.
 * @returns {string[]}
 */
function cut(text, depth) {
  if (text.length <= longest) return [text]
  const pause = pauses[depth]
  if (!pause) return hardCut(text)
  const parts = after(text, pause).flatMap((part) => cut(part, depth + 1))
  // Short ones are read in one breath.
  /** @type {string[]} */
  const joined = []
  for (const part of parts) {
    const last = joined[joined.length - 1]
    if (last !== undefined && last.length + part.length <= longest) {
      joined[joined.length - 1] = last + part
    } else {
      joined.push(part)
    }
  }
  return joined
}

/**
 * @param {string} text
 * @param {RegExp} pause
 * @returns {string[]}
 */
function after(text, pause) {
  const parts = []
  let start = 0
  for (const { 0: found, index } of text.matchAll(pause)) {
    const end = (index ?? 0) + found.length
    parts.push(text.slice(start, end))
    start = end
  }
  if (start < text.length) parts.push(text.slice(start))
  return parts
}

/** @param {string} text Without any pause: by characters, never within one. */
function hardCut(text) {
  const parts = [""]
  for (const character of text) {
    const last = parts[parts.length - 1] ?? ""
    if (last.length + character.length > longest) parts.push(character)
    else parts[parts.length - 1] = last + character
  }
  return parts
}
