// What the server found in itself, in the reader's language.

import { isObject, number, objects, text } from "../fields.js"
import { say } from "./admin-words.js"
import * as figures from "./figures.js"

/** @typedef {import("../fields.js").Fields} Fields */
/** @typedef {import("./admin-words.js").AdminKey} AdminKey */
/** @typedef {import("./way-findings.js").Finding} Finding */

/** @type {Readonly<Record<string, AdminKey>>} */
const sentences = {
  "database.none": "inside.database.none",
  "database.sound": "inside.database.sound",
  "database.damaged": "inside.database.damaged",
  "database.unreadable": "inside.database.unreadable",
  "spool.good": "inside.spool.good",
  "spool.waiting": "inside.spool.waiting",
  "spool.damaged": "inside.spool.damaged",
  "spool.same_device": "inside.spool.sameDevice",
  "disk.good": "inside.disk",
  "disk.attention": "inside.disk",
  "disk.bad": "inside.disk",
  "model.built_in": "inside.model.builtIn",
  "model.good": "inside.model.good",
  "model.bad": "inside.model.bad",
  "clock.good": "inside.clock.good",
  "clock.alone": "inside.clock.alone",
  "clock.silent": "inside.clock.silent",
  "clock.ahead": "inside.clock.ahead",
  "clock.behind": "inside.clock.behind",
  "limits.good": "inside.limits.good",
  "limits.attention": "inside.limits.attention",
  "restore.proved": "inside.restore.proved",
  "restore.failed": "inside.restore.failed",
  "restore.untried": "inside.restore.untried",
}

/**
 * @param {unknown} list What the server found.
 * @returns {Finding[]}
 */
export function insideFindings(list) {
  return objects(list).map((fields) => {
    const verdict = text(fields.verdict)
    const key = sentences[`${text(fields.name)}.${text(fields.code)}`]
    return {
      name: text(fields.name),
      verdict: verdict === "good" || verdict === "bad" ? verdict : "attention",
      text: key ? say(key, placesOf(fields.values)) : text(fields.measured),
    }
  })
}

/**
 * @param {unknown} values
 * @returns {Record<string, string>}
 */
function placesOf(values) {
  if (!isObject(values)) return {}
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, text(value)]))
}

/**
 * The last proved restore, in a sentence.
 *
 * @param {unknown} proof
 */
export function proofSentence(proof) {
  if (!isObject(proof)) return say("proof.none")
  return say("proof.last", {
    at: figures.when(number(proof.at)),
    conversations: figures.count(number(proof.conversations)),
    messages: figures.count(number(proof.messages)),
    time: figures.duration(number(proof.took_ms) / 1000),
  })
}
