// The checksum of ZIP files: CRC-32 with the polynomial 0xEDB88320 (APPNOTE 4.4.7).

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit += 1) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1
  }
  return remainder
})

/**
 * @param {Uint8Array} bytes
 * @param {number} [before] The checksum of what came before.
 * @returns {number} Not negative.
 */
export function crc32(bytes, before = 0) {
  let remainder = ~before
  for (let index = 0; index < bytes.length; index += 1) {
    const place = (remainder ^ (bytes[index] ?? 0)) & 255
    remainder = (remainder >>> 8) ^ (table[place] ?? 0)
  }
  return ~remainder >>> 0
}
