// Why an assistant answers, in a sentence.

import { say } from "./words.js"

/** @type {Readonly<Record<string, import("./words.js").WordKey>>} */
const sentences = {
  mentioned: "reply.whyMentioned",
  picked: "reply.whyPicked",
  kept: "reply.whyKept",
  routed: "reply.whyRouted",
  usual: "reply.whyUsual",
}

/**
 * @param {string} name The assistant's.
 * @param {string | null} reason As the server says it: a word, or "keywords: squat, legs".
 * @returns {string} Empty when nobody knows.
 */
export function reasonSentence(name, reason) {
  if (!name || !reason) return ""
  const words = reason.startsWith("keywords: ") ? reason.slice("keywords: ".length) : ""
  if (words) return say("reply.whyWords", { name, words })
  return say(sentences[reason] ?? "reply.whyUnknown", { name })
}
