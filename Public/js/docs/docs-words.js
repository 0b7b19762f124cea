// The words of the page that shows the API, in the reader's language. A catalogue of its own: the
// other pages never load it.

import { chooseFormat, chooseLanguage, keptLanguage, languages } from "../language.js"
import { Phrases } from "../phrases.js"
import { fillIn } from "../words-in-page.js"

/** @typedef {keyof typeof import("../words/en-docs.js").words} DocsKey */

const hasPage = typeof document !== "undefined"
const language = hasPage
  ? chooseLanguage(keptLanguage(() => localStorage), navigator.languages)
  : "en"
const catalogues = {
  en: () => import("../words/en-docs.js"),
  zh: () => import("../words/zh-docs.js"),
}
const { tag, direction } = languages[language]
const { words } = await catalogues[language]()
const phrases = new Phrases(
  hasPage ? chooseFormat(language, navigator.languages) : tag,
  words,
)

/**
 * @param {DocsKey} key
 * @param {import("../phrases.js").Values} [values]
 */
export function say(key, values) {
  return phrases.say(key, values)
}

if (hasPage) {
  document.documentElement.lang = tag
  document.documentElement.dir = direction
  fillIn(document, (key) => say(/** @type {DocsKey} */ (key)))
}
