// Which language the page speaks. No DOM; the words themselves are elsewhere.

/** @typedef {"en" | "zh"} Language */
/** @typedef {"auto" | Language} LanguageChoice What a reader set; "auto" is what the browser wants. */

/**
 * The languages that there is a catalogue for: what the page calls itself in each, which way it is
 * written, how it calls itself to the reader, and what stands between two sentences.
 *
 * @type {Readonly<Record<Language,
 *   { tag: string, direction: "ltr" | "rtl", name: string, gap: string }>>}
 */
export const languages = Object.freeze({
  // deno-lint-ignore house/no-words-outside-the-catalogues -- a language's own name is the same in all
  en: { tag: "en", direction: "ltr", name: "English", gap: " " },
  // deno-lint-ignore house/no-words-outside-the-catalogues -- so is this
  zh: { tag: "zh-Hans", direction: "ltr", name: "简体中文", gap: "" },
})

/** Where the reader's settings are kept in the browser. */
export const settingsKey = "shuren.settings"

/**
 * What the reader set, else the first of the browser's languages that there is, else English.
 *
 * @param {unknown} choice
 * @param {readonly string[]} wanted The browser's languages, the preferred ones first.
 * @returns {Language}
 */
export function chooseLanguage(choice, wanted) {
  return isLanguage(choice) ? choice : wanted.map(languageOf).find(isLanguage) ?? "en"
}

/** @param {string} tag */
function languageOf(tag) {
  return tag.toLowerCase().split("-")[0]
}

/**
 * The kind of a language that the browser wants: British English writes dates as Britain does.
 *
 * @param {Language} language
 * @param {readonly string[]} wanted
 * @returns {string}
 */
export function chooseFormat(language, wanted) {
  return wanted.find((tag) => languageOf(tag) === language && isTag(tag)) ??
    languages[language].tag
}

/** @param {string} tag */
function isTag(tag) {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0
  } catch {
    // What a browser calls a language may be no tag at all.
    return false
  }
}

/**
 * @param {unknown} value
 * @returns {LanguageChoice}
 */
export function languageChoiceFrom(value) {
  return isLanguage(value) ? value : "auto"
}

/**
 * @param {() => Pick<Storage, "getItem">} storage Asked each time: even naming localStorage may throw.
 * @returns {LanguageChoice}
 */
export function keptLanguage(storage) {
  try {
    const settings = JSON.parse(storage().getItem(settingsKey) ?? "null")
    return languageChoiceFrom(settings?.language)
  } catch (reason) {
    console.warn("The language that was set cannot be read:", reason)
    return "auto"
  }
}

/**
 * @param {unknown} value
 * @returns {value is Language}
 */
function isLanguage(value) {
  return typeof value === "string" && Object.hasOwn(languages, value)
}
