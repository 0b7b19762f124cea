// Every text that the page shows, in the reader's language. Only that language is loaded, before
// anything that imports this runs; in the tests of the logic, where there is no page, it is English.

import { chooseFormat, chooseLanguage, keptLanguage, languages } from "./language.js"
import { LateModule } from "./late-module.js"
import { Phrases } from "./phrases.js"
import { fillIn } from "./words-in-page.js"

/** @typedef {keyof typeof import("./words/en.js").words} FirstKey */
/** @typedef {keyof typeof import("./words/en-more.js").words} LateKey */
/** @typedef {FirstKey | LateKey} WordKey */
/** @typedef {Readonly<Record<FirstKey, import("./phrases.js").Phrase>>} Catalogue */
/** @typedef {Readonly<Record<LateKey, import("./phrases.js").Phrase>>} LateCatalogue */
/** @typedef {Readonly<Record<string, string>>} ServerWords By what the server says in English. */

const hasPage = typeof document !== "undefined"
const choice = hasPage ? keptLanguage(() => localStorage) : "auto"

/** The language that the page speaks until it is loaded anew. */
export const language = hasPage ? chooseLanguage(choice, navigator.languages) : "en"

const { tag, direction } = languages[language]

/** How dates and numbers are written: as the reader's country does, where it speaks that language. */
export const formatTag = hasPage ? chooseFormat(language, navigator.languages) : tag

/** What requests ask the server to speak; nothing where that is what the browser asks for anyway. */
export const acceptedLanguages = hasPage && choice !== "auto"
  ? [tag, ...navigator.languages].join(", ")
  : null

/** @type {Readonly<Record<typeof language, () => Promise<{ words: Catalogue, server: ServerWords }>>>} */
const catalogues = {
  en: () => import("./words/en.js"),
  zh: () => import("./words/zh.js"),
}

/** @type {Readonly<Record<typeof language, (again: string) => Promise<{ words: LateCatalogue }>>>} */
const lateCatalogues = {
  en: (again) => import(`./words/en-more.js${again}`),
  zh: (again) => import(`./words/zh-more.js${again}`),
}
const late = new LateModule(lateCatalogues[language])

const { words, server } = await catalogues[language]()
const phrases = new Phrases(formatTag, words)
// A page whose own HTML has some of the late words needs them to open; so do tests of the logic.
if (!hasPage || "moreWords" in document.documentElement.dataset) await loadMoreWords()

/**
 * Adds the words that most pages do without at first. What says one of them is loaded after this;
 * it fails where they cannot be had, and may be tried again.
 */
export async function loadMoreWords() {
  phrases.add((await late.need()).words)
}

/**
 * A text of the catalogue, with its values in their places. One that has forms for numbers takes
 * that of the value `count`.
 *
 * @param {WordKey} key
 * @param {import("./phrases.js").Values} [values]
 * @returns {string}
 */
export function say(key, values) {
  return phrases.say(key, values)
}

/**
 * A text with nodes in its places: what `element` and `append` take.
 *
 * @template Part
 * @param {WordKey} key
 * @param {Readonly<Record<string, Part>>} parts
 * @returns {(string | Part)[]}
 */
export function sayWith(key, parts) {
  return phrases.sayWith(key, parts)
}

/**
 * Sentences one after the other.
 *
 * @param {readonly string[]} sentences
 * @returns {string}
 */
export function together(sentences) {
  return sentences.join(languages[language].gap)
}

/**
 * What the server said, in the reader's language where that is known; else as it is.
 *
 * @param {string} sentence
 * @returns {string}
 */
export function heard(sentence) {
  return Object.hasOwn(server, sentence) ? server[sentence] ?? sentence : sentence
}

/**
 * What people call a tool.
 *
 * @param {string} name
 * @returns {string}
 */
export function toolName(name) {
  return heard(name).replaceAll("_", " ")
}

/**
 * Fetches, and asks the server for the language that the reader set.
 *
 * @param {string} url
 * @param {RequestInit} options
 */
export function fetchInLanguage(url, options) {
  if (acceptedLanguages === null) return fetch(url, options)
  const headers = { ...options.headers, "Accept-Language": acceptedLanguages }
  return fetch(url, { ...options, headers })
}

if (hasPage) {
  document.documentElement.lang = tag
  document.documentElement.dir = direction
  // A page with a catalogue of its own fills its HTML in by itself.
  if (!("ownWords" in document.documentElement.dataset)) {
    fillIn(document, (key) => say(/** @type {WordKey} */ (key)))
  }
}
