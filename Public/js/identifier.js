// Names for messages and conversations.

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/**
 * 128 random bits as 22 characters of base64url. `crypto.randomUUID` is missing on plain http off
 * loopback; `crypto.getRandomValues` is there everywhere.
 *
 * @param {(bytes: Uint8Array<ArrayBuffer>) => Uint8Array} [fill]
 * @returns {string}
 */
export function makeIdentifier(fill = (bytes) => crypto.getRandomValues(bytes)) {
  return base64url(fill(new Uint8Array(16)))
}

/**
 * @param {Uint8Array} bytes
 * @returns {string} Without padding.
 */
export function base64url(bytes) {
  let text = ""
  for (let start = 0; start < bytes.length; start += 3) {
    const group = bytes.subarray(start, start + 3)
    const bits = ((group[0] ?? 0) << 16) | ((group[1] ?? 0) << 8) | (group[2] ?? 0)
    for (let place = 0; place <= group.length; place += 1) {
      text += alphabet[(bits >> (18 - 6 * place)) & 63]
    }
  }
  return text
}
