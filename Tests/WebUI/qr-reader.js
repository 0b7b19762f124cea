// Reads a QR code as a scanner does that has found its modules: it knows the standard, and nothing
// of how ours are made. Any fault in the correction is an error, although a scanner would mend it.

/** Data and correction codewords in each block, level M, by version (ISO/IEC 18004, table 9). */
const blocksByVersion = [
  [],
  [[1, 16, 10]],
  [[1, 28, 16]],
  [[1, 44, 26]],
  [[2, 32, 18]],
  [[2, 43, 24]],
  [[4, 27, 16]],
  [[4, 31, 18]],
  [[2, 38, 22], [2, 39, 22]],
  [[3, 36, 22], [2, 37, 22]],
  [[4, 43, 26], [1, 44, 26]],
  [[1, 50, 30], [4, 51, 30]],
  [[6, 36, 22], [2, 37, 22]],
  [[8, 37, 22], [1, 38, 22]],
  [[4, 40, 24], [5, 41, 24]],
  [[5, 41, 24], [5, 42, 24]],
]

/** Centres of the alignment patterns, by version (annex E). */
const alignments = [
  [],
  [],
  [6, 18],
  [6, 22],
  [6, 26],
  [6, 30],
  [6, 34],
  [6, 22, 38],
  [6, 24, 42],
  [6, 26, 46],
  [6, 28, 50],
  [6, 30, 54],
  [6, 32, 58],
  [6, 34, 62],
  [6, 26, 46, 66],
  [6, 26, 48, 70],
]

/** Powers of two in the field, and back. */
const powers = []
for (
  let value = 1;
  powers.length < 255;
  value = value & 128 ? (value << 1) ^ 285 : value << 1
) {
  powers.push(value)
}
const logarithm = new Map(powers.map((value, power) => [value, power]))

/** @returns {{ read: string, mask: number, version: number }} */
export function readCode(code) {
  const version = (code.size - 17) / 4
  const { level, mask } = format(code)
  if (level !== 0) {
    throw new Error(`The level of correction is ${level}, not M.`)
  }
  const sequence = codewords(code, version, mask)
  const data = untangled(sequence, blocksByVersion[version])
  return { read: text(data, version), mask, version }
}

function format(code) {
  const bits = []
  const read = (row, column) => bits.push(code.isDark(row, column) ? 1 : 0)
  for (const column of [0, 1, 2, 3, 4, 5, 7, 8]) read(8, column)
  for (const row of [7, 5, 4, 3, 2, 1, 0]) read(row, 8)
  const twin = []
  for (let step = 0; step < 7; step += 1) {
    twin.push(code.isDark(code.size - 1 - step, 8) ? 1 : 0)
  }
  for (let step = 8; step > 0; step -= 1) {
    twin.push(code.isDark(8, code.size - step) ? 1 : 0)
  }
  if (bits.join("") !== twin.join("")) {
    throw new Error("The format is not the same twice.")
  }
  if (!code.isDark(code.size - 8, 8)) {
    throw new Error("The dark module is light.")
  }
  const value = parseInt(bits.join(""), 2) ^ 0b101010000010010
  let rest = value
  for (let bit = 14; bit >= 10; bit -= 1) {
    if ((rest >> bit) & 1) rest ^= 0b10100110111 << (bit - 10)
  }
  if (rest !== 0) throw new Error("The format is damaged.")
  return { level: value >> 13, mask: (value >> 10) & 7 }
}

function isPattern(version, row, column) {
  const size = 17 + 4 * version
  if (row === 6 || column === 6) return true
  if (
    row < 9 && column < 9 || row < 9 && column >= size - 8 ||
    row >= size - 8 && column < 9
  ) {
    return true
  }
  if (
    version >= 7 &&
    (row < 6 && column >= size - 11 || column < 6 && row >= size - 11)
  ) {
    return true
  }
  const centres = alignments[version]
  const isCorner = (down, right) =>
    down < 9 && right < 9 || down < 9 && right >= size - 9 ||
    down >= size - 9 && right < 9
  return centres.some((down) =>
    centres.some((right) =>
      !isCorner(down, right) && Math.abs(row - down) <= 2 &&
      Math.abs(column - right) <= 2
    )
  )
}

const isTurned = [
  (i, j) => (i + j) % 2 === 0,
  (i) => i % 2 === 0,
  (_, j) => j % 3 === 0,
  (i, j) => (i + j) % 3 === 0,
  (i, j) => ((i >> 1) + Math.floor(j / 3)) % 2 === 0,
  (i, j) => (i * j) % 6 === 0,
  (i, j) => (i * j) % 6 < 3,
  (i, j) => (i + j + (i * j) % 3) % 2 === 0,
]

function codewords(code, version, mask) {
  const size = code.size
  const columns = []
  for (let right = size - 1; right > 0; right -= 2) {
    columns.push(right <= 6 ? right - 1 : right)
  }
  const bits = []
  columns.forEach((right, turn) => {
    for (let step = 0; step < size; step += 1) {
      const row = turn % 2 ? step : size - 1 - step
      for (const column of [right, right - 1]) {
        if (isPattern(version, row, column)) continue
        bits.push(
          code.isDark(row, column) !== isTurned[mask](row, column) ? 1 : 0,
        )
      }
    }
  })
  const bytes = []
  for (let at = 0; at + 8 <= bits.length; at += 8) {
    bytes.push(parseInt(bits.slice(at, at + 8).join(""), 2))
  }
  return bytes
}

function untangled(sequence, groups) {
  const blocks = groups.flatMap(([count, data, correction]) =>
    Array.from({ length: count }, () => ({ data, correction, bytes: [] }))
  )
  let at = 0
  const longest = Math.max(...blocks.map(({ data }) => data))
  for (let step = 0; step < longest; step += 1) {
    for (const block of blocks) {
      if (step < block.data) block.bytes.push(sequence[at++])
    }
  }
  for (let step = 0; step < blocks[0].correction; step += 1) {
    for (const block of blocks) block.bytes.push(sequence[at++])
  }
  if (at !== sequence.length) {
    throw new Error(`${sequence.length - at} codewords are left over.`)
  }
  for (const block of blocks) check(block)
  return blocks.flatMap(({ data, bytes }) => bytes.slice(0, data))
}

/** Whether the block is nothing at each root of the generator polynomial. */
function check({ bytes, correction }) {
  for (let root = 0; root < correction; root += 1) {
    const sum = bytes.reduce((value, byte) => {
      const times = value === 0 ? 0 : powers[(logarithm.get(value) + root) % 255]
      return times ^ byte
    }, 0)
    if (sum !== 0) throw new Error("A block is damaged.")
  }
}

function text(data, version) {
  const bits = data.map((byte) => byte.toString(2).padStart(8, "0")).join("")
  if (bits.slice(0, 4) !== "0100") {
    throw new Error("The mode is not that of bytes.")
  }
  const lengthBits = version < 10 ? 8 : 16
  const length = parseInt(bits.slice(4, 4 + lengthBits), 2)
  const start = 4 + lengthBits
  const bytes = Array.from(
    { length },
    (_, at) => parseInt(bits.slice(start + 8 * at, start + 8 * at + 8), 2),
  )
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
    new Uint8Array(bytes),
  )
}
