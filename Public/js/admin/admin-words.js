// The words of the admin page, in the reader's language. A catalogue of its own: the
// other pages never load it.

import { Phrases } from "../phrases.js"
import { formatTag, language } from "../words.js"
import { fillIn } from "../words-in-page.js"

/** @typedef {keyof typeof import("../words/en-admin.js").words} AdminKey */

const catalogues = {
  en: () => import("../words/en-admin.js"),
  zh: () => import("../words/zh-admin.js"),
}
const { words } = await catalogues[language]()
const phrases = new Phrases(formatTag, words)

/**
 * @param {AdminKey} key
 * @param {import("../phrases.js").Values} [values]
 */
export function say(key, values) {
  return phrases.say(key, values)
}

/** @type {Readonly<Record<string, Readonly<Record<string, AdminKey>>>>} */
const names = {
  kind: {
    unavailable: "kind.unavailable",
    timeout: "kind.timeout",
    malformed: "kind.malformed",
    server: "kind.server",
  },
  limit: { messages: "limit.messages", streams: "limit.streams" },
  flag: {
    enable_streaming: "flag.enable_streaming",
    streaming_rollout_percent: "flag.streaming_rollout_percent",
    streaming_allow: "flag.streaming_allow",
    streaming_deny: "flag.streaming_deny",
    streaming_old_way_before: "flag.streaming_old_way_before",
    rollout_guard: "flag.rollout_guard",
  },
}

/**
 * A name that the server gives something, in words; one that nobody has words for stays as it is.
 *
 * @param {"kind" | "limit" | "flag"} kind
 * @param {string} name
 */
export function named(kind, name) {
  const key = names[kind]?.[name]
  return key ? say(key) : name
}

if (typeof document !== "undefined") {
  fillIn(document, (key) => say(/** @type {AdminKey} */ (key)))
}
