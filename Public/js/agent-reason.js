// Why an assistant answers, in a sentence.

/** @type {Readonly<Record<string, string>>} */
const sentences = {
  mentioned: "you called it",
  picked: "you picked it",
  kept: "it answered before in this conversation",
  routed: "a model found that it fits best",
  usual: "nothing spoke for another",
}

/**
 * @param {string} name The assistant's.
 * @param {string | null} reason As the server says it: a word, or "keywords: squat, legs".
 * @returns {string} Empty when nobody knows.
 */
export function reasonSentence(name, reason) {
  if (!name || !reason) return ""
  const words = reason.startsWith("keywords: ") ? reason.slice("keywords: ".length) : ""
  if (words) return `${name} answers, because you wrote ${words}.`
  const why = sentences[reason]
  return why ? `${name} answers, because ${why}.` : `${name} answers.`
}
