// Masks, and how hard a QR code is to read with each of them.

/** @typedef {{ size: number, isDark: (row: number, column: number) => boolean }} Modules */

/**
 * Which modules a mask turns (ISO/IEC 18004, table 10).
 *
 * @type {readonly ((row: number, column: number) => boolean)[]}
 */
export const masks = [
  (row, column) => (row + column) % 2 === 0,
  (row) => row % 2 === 0,
  (_, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => (row * column) % 2 + (row * column) % 3 === 0,
  (row, column) => ((row * column) % 2 + (row * column) % 3) % 2 === 0,
  (row, column) => ((row + column) % 2 + (row * column) % 3) % 2 === 0,
]

/** What looks like a finder, with four light modules before or behind it. */
const lookalikes = ["10111010000", "00001011101"]

/**
 * The penalty points of 7.8.3: runs of one colour, squares of one colour, what looks like a
 * finder, and more of one colour than of the other.
 *
 * @param {Modules} modules
 */
export function penalty(modules) {
  const lines = linesOf(modules)
  return lines.reduce((sum, line) => sum + runs(line) + finders(line), 0) + squares(modules) +
    imbalance(modules)
}

/** @param {Modules} modules */
function linesOf({ size, isDark }) {
  const along = Array.from({ length: size }, (_, at) => at)
  const rows = along.map((row) => along.map((column) => isDark(row, column) ? "1" : "0").join(""))
  const columns = along.map((column) =>
    along.map((row) => isDark(row, column) ? "1" : "0").join("")
  )
  return [...rows, ...columns]
}

/** @param {string} line */
function runs(line) {
  const all = line.match(/0{5,}|1{5,}/g) ?? []
  return all.reduce((sum, run) => sum + run.length - 2, 0)
}

/** @param {string} line */
function finders(line) {
  let found = 0
  for (const lookalike of lookalikes) {
    for (let at = line.indexOf(lookalike); at >= 0; at = line.indexOf(lookalike, at + 1)) found += 1
  }
  return 40 * found
}

/** @param {Modules} modules */
function squares({ size, isDark }) {
  let found = 0
  for (let row = 0; row + 1 < size; row += 1) {
    for (let column = 0; column + 1 < size; column += 1) {
      const first = isDark(row, column)
      const isOne = first === isDark(row, column + 1) && first === isDark(row + 1, column) &&
        first === isDark(row + 1, column + 1)
      if (isOne) found += 1
    }
  }
  return 3 * found
}

/** @param {Modules} modules */
function imbalance({ size, isDark }) {
  let dark = 0
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) if (isDark(row, column)) dark += 1
  }
  // Ten points for each full five in a hundred that it is away from the half.
  return 10 * Math.floor(Math.abs(20 * dark - 10 * size ** 2) / size ** 2)
}
