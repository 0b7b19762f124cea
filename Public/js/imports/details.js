// Open WebUI writes what happened on the way to a reply into its text, as HTML: what was thought,
// which tools ran. Here these are taken out of the text again.

import { reasoningPart, textPart } from "./pieces.js"

/** @typedef {import("./left-out.js").LeftOut} LeftOut */
/** @typedef {import("./trees.js").Part} Part */

const opening = '<details type="'
const closing = "</details>"
const summary = /<summary>[^<]*<\/summary>/

/**
 * @param {string} content
 * @param {LeftOut} leftOut
 * @returns {Part[]}
 */
export function spokenIn(content, leftOut) {
  /** @type {Part[]} */
  const parts = []
  let said = ""
  let place = 0
  for (;;) {
    const start = content.indexOf(opening, place)
    const end = start < 0 ? -1 : content.indexOf(closing, start)
    // What never ends is no such piece, but text.
    if (end < 0) break
    const block = content.slice(start, end)
    said += content.slice(place, start)
    place = end + closing.length
    const type = block.slice(opening.length, block.indexOf('"', opening.length))
    const inner = block.slice(block.indexOf(">") + 1).replace(summary, "")
    if (type === "reasoning") {
      parts.push(...textPart(said.trim()), ...reasoningPart(thoughtIn(inner)))
      said = ""
    } else if (type === "code_interpreter") {
      // The program between its fences.
      said += `\n\n${inner.trim()}\n\n`
    } else {
      leftOut.count("steps")
    }
  }
  said += content.slice(place)
  return [...parts, ...textPart(parts.length > 0 || place > 0 ? said.trim() : said)]
}

/** @type {Readonly<Record<string, string>>} */
const characters = { lt: "<", gt: ">", quot: '"', amp: "&", "#x27": "'", "#39": "'" }

/**
 * A quotation without its marks, and without its references to characters.
 *
 * @param {string} inner
 */
function thoughtIn(inner) {
  return inner
    .replace(/&(lt|gt|quot|amp|#x27|#39);/g, (whole, name) => characters[name] ?? whole)
    .trim()
    .split("\n")
    .map((line) => line.replace(/^> ?/, ""))
    .join("\n")
    .trim()
}
