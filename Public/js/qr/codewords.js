// A text as the codewords of a QR code: in byte mode, with error correction, blocks interleaved.

import { correction } from "./field.js"
import { dataCodewords, versions } from "./versions.js"

/** @typedef {import("./versions.js").Version} Version */

/** The mode of bytes, and how long it says a text is (ISO/IEC 18004, 7.4.1 and table 3). */
const byteMode = 0b0100
/** @param {Version} version */
const lengthBits = ({ number }) => number < 10 ? 8 : 16
/** What fills the codewords that the text leaves, in turn (7.4.10). */
const padding = [0xec, 0x11]

/**
 * The smallest version that holds so many bytes; nothing when none does.
 *
 * @param {number} bytes
 * @returns {Version | null}
 */
export function versionFor(bytes) {
  return versions.find((version) =>
    4 + lengthBits(version) + 8 * bytes <= 8 * dataCodewords(version)
  ) ?? null
}

/**
 * @param {Uint8Array} bytes
 * @param {Version} version
 * @returns {number[]}
 */
export function codewordsOf(bytes, version) {
  const blocks = blocksOf(dataOf(bytes, version), version)
  return [
    ...interleaved(blocks),
    ...interleaved(blocks.map((block) => correction(block, version.correction))),
  ]
}

/**
 * @param {Uint8Array} bytes
 * @param {Version} version
 * @returns {number[]}
 */
function dataOf(bytes, version) {
  /** @type {number[]} */
  const bits = []
  /**
   * @param {number} value
   * @param {number} count
   */
  const put = (value, count) => {
    for (let bit = count - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1)
  }
  put(byteMode, 4)
  put(bytes.length, lengthBits(version))
  for (const byte of bytes) put(byte, 8)
  const room = 8 * dataCodewords(version)
  put(0, Math.min(4, room - bits.length))
  put(0, -bits.length & 7)
  for (let count = 0; bits.length < room; count += 1) put(padding[count % 2] ?? 0, 8)
  return Array.from(
    { length: room / 8 },
    (_, at) => bits.slice(8 * at, 8 * at + 8).reduce((byte, bit) => (byte << 1) | bit, 0),
  )
}

/**
 * Blocks of one length, and then those that are one longer.
 *
 * @param {readonly number[]} data
 * @param {Version} version
 * @returns {number[][]}
 */
function blocksOf(data, { blocks }) {
  const short = Math.floor(data.length / blocks)
  const shorts = blocks - data.length % blocks
  let start = 0
  return Array.from({ length: blocks }, (_, index) => {
    const end = start + short + (index < shorts ? 0 : 1)
    const block = data.slice(start, end)
    start = end
    return block
  })
}

/**
 * The first of each, the second of each, and so on (7.6).
 *
 * @param {readonly (readonly number[])[]} blocks
 * @returns {number[]}
 */
function interleaved(blocks) {
  const longest = Math.max(...blocks.map(({ length }) => length))
  return Array.from({ length: longest }, (_, at) => blocks.flatMap((block) => block[at] ?? []))
    .flat()
}
