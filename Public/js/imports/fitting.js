// What is too long for one request, cut until it fits.

import { wellFormed } from "./pieces.js"

/** @typedef {import("./trees.js").Message} Message */

const encoder = new TextEncoder()

/**
 * How many bytes a value takes in a request.
 *
 * @param {unknown} value
 */
export function bytesOf(value) {
  return encoder.encode(JSON.stringify(value)).length
}

/** A character takes at most six bytes in JSON: as an escape. */
const mostBytesEach = 6

/** A shorter piece is left out as a whole. */
const shortest = 200

/**
 * @param {Message} message
 * @param {number} mostBytes
 * @returns {Message} The same one if it fits.
 */
export function fitted(message, mostBytes) {
  if (JSON.stringify(message).length * mostBytesEach <= mostBytes) return message
  let parts = [...message.parts]
  for (;;) {
    const size = bytesOf({ ...message, parts })
    if (size <= mostBytes) {
      return parts.length === message.parts.length && isSame() ? message : made()
    }
    const longest = longestOf(parts)
    const text = parts[longest]?.text
    const isCut = typeof text === "string" && text.length > shortest
    // A little less than what should fit, so that a few rounds are enough.
    const length = isCut ? Math.floor(text.length * 0.95 * (mostBytes / size)) : 0
    parts = parts.flatMap((part, index) => {
      if (index !== longest) return [part]
      return isCut ? [{ ...part, text: `${wellFormed(text.slice(0, length))}…` }] : []
    })
  }

  function isSame() {
    return parts.every((part, index) => part === message.parts[index])
  }

  function made() {
    return { ...message, parts }
  }
}

/** @param {readonly import("./trees.js").Part[]} parts */
function longestOf(parts) {
  const sizes = parts.map((part) => JSON.stringify(part).length)
  return sizes.indexOf(sizes.reduce((most, size) => Math.max(most, size), 0))
}
