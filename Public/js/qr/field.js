// The field of 256 elements in which QR codes count their error correction (ISO/IEC 18004, 7.5).

/** The polynomial x⁸ + x⁴ + x³ + x² + 1, by which products are reduced. */
const modulus = 0x11d

/**
 * @param {number} left
 * @param {number} right
 */
export function product(left, right) {
  let sum = 0
  for (let bit = 7; bit >= 0; bit -= 1) {
    sum = (sum << 1) ^ ((sum >> 7) * modulus)
    sum ^= ((right >> bit) & 1) * left
  }
  return sum
}

/**
 * The coefficients of (x − 2⁰)(x − 2¹)…, the highest power first and without its one.
 *
 * @param {number} degree
 * @returns {number[]}
 */
function generator(degree) {
  /** @type {number[]} */
  const coefficients = Array(degree).fill(0)
  coefficients[degree - 1] = 1
  let root = 1
  for (let step = 0; step < degree; step += 1) {
    for (let at = 0; at < degree; at += 1) {
      coefficients[at] = product(coefficients[at] ?? 0, root) ^ (coefficients[at + 1] ?? 0)
    }
    root = product(root, 2)
  }
  return coefficients
}

/**
 * What is sent along with a block of codewords so that some of them may be lost: the remainder of
 * its division by the generator polynomial.
 *
 * @param {readonly number[]} block
 * @param {number} count How many codewords of correction.
 * @returns {number[]}
 */
export function correction(block, count) {
  const divisor = generator(count)
  /** @type {number[]} */
  let remainder = Array(count).fill(0)
  for (const codeword of block) {
    const factor = codeword ^ (remainder[0] ?? 0)
    remainder = [...remainder.slice(1), 0].map((value, at) =>
      value ^ product(divisor[at] ?? 0, factor)
    )
  }
  return remainder
}
