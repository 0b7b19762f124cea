// The modules of a QR code: which are dark, and which belong to its patterns and not to its text.

/** @typedef {import("./versions.js").Version} Version */

/** Error correction M, as the format information says it (ISO/IEC 18004, table 12). */
const levelM = 0b00

export class Grid {
  #version
  #dark
  #isPattern

  /** @param {Version} version */
  constructor(version) {
    this.#version = version
    this.#dark = new Uint8Array(version.size ** 2)
    this.#isPattern = new Uint8Array(version.size ** 2)
    this.#drawPatterns()
  }

  get size() {
    return this.#version.size
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  isDark(row, column) {
    return this.#dark[row * this.size + column] === 1
  }

  /**
   * Lays the bits of the codewords where there is no pattern: upwards and downwards in turn, two
   * columns at a time, from the right (7.7.3). What is left over stays light.
   *
   * @param {readonly number[]} codewords
   */
  lay(codewords) {
    let bit = 0
    for (const { row, column } of this.#path()) {
      const codeword = codewords[bit >> 3] ?? 0
      this.#dark[row * this.size + column] = (codeword >> (7 - (bit & 7))) & 1
      bit += 1
    }
  }

  /**
   * Turns the modules that the mask says, patterns aside; twice is as before (7.8.2).
   *
   * @param {(row: number, column: number) => boolean} mask
   */
  turn(mask) {
    for (const { row, column } of this.#path()) {
      if (!mask(row, column)) continue
      const at = row * this.size + column
      this.#dark[at] = (this.#dark[at] ?? 0) ^ 1
    }
  }

  /**
   * Says which level of correction and which mask it has, twice (7.9.1).
   *
   * @param {number} mask
   */
  sayFormat(mask) {
    const data = (levelM << 3) | mask
    let rest = data
    for (let step = 0; step < 10; step += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537)
    const bits = ((data << 10) | rest) ^ 0x5412
    const last = this.size - 1
    for (let bit = 0; bit < 15; bit += 1) {
      const isDark = ((bits >> bit) & 1) === 1
      // Around the finder at the upper left, the timing lines left out.
      if (bit < 8) this.#put(bit < 6 ? bit : bit + 1, 8, isDark)
      else this.#put(8, bit === 8 ? 7 : 14 - bit, isDark)
      // Below the one at the upper right, and beside the one at the lower left.
      if (bit < 8) this.#put(8, last - bit, isDark)
      else this.#put(last - 14 + bit, 8, isDark)
    }
    this.#put(last - 7, 8, true)
  }

  #drawPatterns() {
    const last = this.size - 1
    for (let at = 0; at < this.size; at += 1) {
      this.#put(6, at, at % 2 === 0)
      this.#put(at, 6, at % 2 === 0)
    }
    for (const [row, column] of [[3, 3], [3, last - 3], [last - 3, 3]]) {
      this.#square(row ?? 0, column ?? 0, 4, (ring) => ring !== 2 && ring !== 4)
    }
    const { alignment } = this.#version
    const [first, end] = [alignment[0], alignment[alignment.length - 1]]
    for (const row of alignment) {
      for (const column of alignment) {
        const isFinder = row === first && (column === first || column === end) ||
          row === end && column === first
        if (!isFinder) this.#square(row, column, 2, (ring) => ring !== 1)
      }
    }
    // Until it is said which mask it has, its place is kept.
    this.sayFormat(0)
    this.#sayVersion()
  }

  /** Says which version it is, twice, from version 7 on (7.10). */
  #sayVersion() {
    const { number } = this.#version
    if (number < 7) return
    let rest = number
    for (let step = 0; step < 12; step += 1) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25)
    const bits = (number << 12) | rest
    for (let bit = 0; bit < 18; bit += 1) {
      const isDark = ((bits >> bit) & 1) === 1
      const [along, across] = [Math.floor(bit / 3), this.size - 11 + bit % 3]
      this.#put(along, across, isDark)
      this.#put(across, along, isDark)
    }
  }

  /**
   * Rings around a centre, as far as they are on the grid.
   *
   * @param {number} row
   * @param {number} column
   * @param {number} radius
   * @param {(ring: number) => boolean} isDark
   */
  #square(row, column, radius, isDark) {
    for (let down = -radius; down <= radius; down += 1) {
      for (let right = -radius; right <= radius; right += 1) {
        const [y, x] = [row + down, column + right]
        if (y < 0 || x < 0 || y >= this.size || x >= this.size) continue
        this.#put(y, x, isDark(Math.max(Math.abs(down), Math.abs(right))))
      }
    }
  }

  /**
   * @param {number} row
   * @param {number} column
   * @param {boolean} isDark
   */
  #put(row, column, isDark) {
    this.#dark[row * this.size + column] = isDark ? 1 : 0
    this.#isPattern[row * this.size + column] = 1
  }

  /** The modules of the text, in the order in which it is laid. */
  *#path() {
    for (let pair = 0, right = this.size - 1; right > 0; right -= 2, pair += 1) {
      // The upright timing line is no half of a pair.
      if (right === 6) right = 5
      for (let step = 0; step < this.size; step += 1) {
        const row = pair % 2 === 0 ? this.size - 1 - step : step
        for (const column of [right, right - 1]) {
          if (this.#isPattern[row * this.size + column] === 0) yield { row, column }
        }
      }
    }
  }
}
