// What the reader is told about imports: products, reasons, what is left out, times.

import { formatTag, say } from "../words.js"

/** @typedef {import("./left-out.js").Kind} Kind */
/** @typedef {import("./import-state.js").Trouble} Trouble */

/** @type {Readonly<Record<string, import("../words.js").WordKey>>} */
const products = {
  "shuren": "imports.product.shuren",
  "chatgpt": "imports.product.chatgpt",
  "open-webui": "imports.product.openWebUI",
  "librechat": "imports.product.librechat",
}

/** @param {string} source */
export function productOf(source) {
  const key = products[source]
  return key ? say(key) : source
}

/** @type {Readonly<Record<Trouble["reason"], import("../words.js").WordKey>>} */
const troubles = {
  unreadable: "imports.trouble.unreadable",
  notText: "imports.trouble.notText",
  notJSON: "imports.trouble.notJSON",
  unknownForm: "imports.trouble.unknownForm",
  nothing: "imports.trouble.nothing",
  newer: "imports.trouble.newer",
  mixed: "imports.trouble.mixed",
  tooLarge: "imports.trouble.tooLarge",
  zipBroken: "imports.trouble.zipBroken",
  zipLocked: "imports.trouble.zipLocked",
  zipMethod: "imports.trouble.zipMethod",
  zipBomb: "imports.trouble.zipBomb",
  zipOther: "imports.trouble.zipOther",
  zipOld: "imports.trouble.zipOld",
  unexpected: "imports.trouble.unexpected",
}

/** @param {Trouble} trouble */
export function sentenceFor({ reason, name }) {
  const sentence = say(troubles[reason])
  return name ? `${name}: ${sentence}` : sentence
}

/** @type {Readonly<Record<Kind, import("../words.js").WordKey>>} */
const kinds = {
  pictures: "imports.leftOut.pictures",
  files: "imports.leftOut.files",
  sounds: "imports.leftOut.sounds",
  steps: "imports.leftOut.steps",
  hidden: "imports.leftOut.hidden",
  failures: "imports.leftOut.failures",
  sources: "imports.leftOut.sources",
  empty: "imports.leftOut.empty",
  unreadable: "imports.leftOut.unreadable",
  repeated: "imports.leftOut.repeated",
  shortened: "imports.leftOut.shortened",
  openings: "imports.leftOut.openings",
}

/**
 * @param {import("./reading.js").Found["leftOut"]} leftOut
 * @returns {string[]} A line for each kind.
 */
export function linesFor({ counts, unknown }) {
  return [
    ...counts.map(([kind, count]) => say(kinds[kind], { count })),
    ...unknown.map(([name, count]) => say("imports.leftOut.unknown", { count, name })),
  ]
}

/**
 * @param {number} count Of messages.
 * @param {string} from The day of the first one.
 * @param {string} to
 */
export function spanSentence(count, from, to) {
  if (from === to) return say("imports.row", { count, when: from })
  return say("imports.found.messages", { count, from, to })
}

const days = new Intl.DateTimeFormat(formatTag, { dateStyle: "medium" })
const moments = new Intl.DateTimeFormat(formatTag, { dateStyle: "medium", timeStyle: "short" })

/** @param {number} at */
export function dayOf(at) {
  return days.format(at)
}

/** @param {number} at */
export function momentOf(at) {
  return moments.format(at)
}
