// A text as a QR code (ISO/IEC 18004): byte mode, UTF-8, error correction M, versions 1 to 15.
//
//   const code = qrCode("otpauth://totp/…")
//   code.isDark(row, column)

import { codewordsOf, versionFor } from "./codewords.js"
import { Grid } from "./grid.js"
import { masks, penalty } from "./masks.js"

/** As many bytes fit into version 15. */
export const mostBytes = 412

/**
 * Of the eight masks it takes the one that is easiest to read.
 *
 * @param {string} text At most `mostBytes` bytes of UTF-8.
 * @returns {Grid}
 */
export function qrCode(text) {
  const codes = masks.map((_, mask) => maskedCode(text, mask))
  const points = codes.map((code) =>
    penalty({ size: code.size, isDark: (row, column) => code.isDark(row, column) })
  )
  return /** @type {Grid} */ (codes[points.indexOf(Math.min(...points))])
}

/**
 * @param {string} text
 * @param {number} mask From 0 to 7.
 * @returns {Grid}
 */
export function maskedCode(text, mask) {
  const bytes = new TextEncoder().encode(text)
  const version = versionFor(bytes.length)
  const turns = masks[mask]
  if (!version || !turns) throw new RangeError(`No QR code holds ${bytes.length} bytes.`)
  const grid = new Grid(version)
  grid.lay(codewordsOf(bytes, version))
  grid.turn(turns)
  grid.sayFormat(mask)
  return grid
}
