// The sizes of QR codes, at the level of error correction M: about 15 of 100 codewords may be lost.

/**
 * @typedef {object} Version
 * @property {number} number
 * @property {number} size Modules along one side.
 * @property {readonly number[]} alignment Where the centres of the alignment patterns are.
 * @property {number} codewords All of them.
 * @property {number} correction Codewords of correction in each block.
 * @property {number} blocks
 */

/** By version, from 1 on: codewords of correction in a block, and blocks (ISO/IEC 18004, table 9). */
const corrections = [
  [10, 1],
  [16, 1],
  [26, 1],
  [18, 2],
  [24, 2],
  [16, 4],
  [18, 4],
  [22, 4],
  [22, 5],
  [26, 5],
  [30, 5],
  [22, 8],
  [22, 9],
  [24, 9],
  [24, 10],
]

/** Between the first, at 6, and the last, 7 from the far edge (ISO/IEC 18004, annex E). */
const betweens = [[], [], [], [], [], [], [22], [24], [26], [28], [30], [32], [34], [26, 46], [
  26,
  48,
]]

/** @type {readonly Version[]} */
export const versions = corrections.map(([correction = 0, blocks = 0], index) => {
  const number = index + 1
  const size = 17 + 4 * number
  const alignment = number === 1 ? [] : [6, ...(betweens[index] ?? []), size - 7]
  return { number, size, alignment, codewords: codewordsOf(size, alignment), correction, blocks }
})

/**
 * How many codewords fit between the patterns.
 *
 * @param {number} size
 * @param {readonly number[]} alignment
 */
function codewordsOf(size, alignment) {
  const finders = 3 * 64
  const timing = 2 * (size - 16)
  const format = 31
  // Three corners of the grid of alignment patterns are finders; those on the timing lines share five.
  const count = alignment.length === 0 ? 0 : alignment.length ** 2 - 3
  const shared = alignment.length === 0 ? 0 : 2 * (alignment.length - 2) * 5
  const version = size >= 45 ? 36 : 0
  return (size ** 2 - finders - timing - format - 25 * count + shared - version) >> 3
}

/** @param {Version} version */
export function dataCodewords({ codewords, correction, blocks }) {
  return codewords - correction * blocks
}
