// Addresses that stand in a text as they are, between angles or bare.

/** @typedef {{ href: string, text: string, end: number }} Address `end`: behind it. */

const scheme = /<([a-z][a-z\d+.-]{1,31}:[^\s<>\p{Cc}]*)>/iuy
const label = "[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?"
const email = new RegExp(`<([a-z\\d.!#$%&'*+/=?^_\`{|}~-]+@${label}(?:\\.${label})*)>`, "iy")
const begun = /<((?:https?:\/\/|mailto:)[^\s<>]*)$/iy
// The full stops and brackets of Chinese and Japanese end an address, their letters do not.
const bare = /(?:https?:\/\/|www\.[\w-]+\.)[^\s<>"`|\\\u3001-\u301f\uff01-\uff0f\uff1a-\uff1f]+/iy

/**
 * @param {string} source
 * @param {number} position Of the opening angle.
 * @returns {Address | null}
 */
export function angleAddressAt(source, position) {
  scheme.lastIndex = email.lastIndex = position
  const address = scheme.exec(source)?.[1]
  if (address !== undefined) return { href: address, text: address, end: scheme.lastIndex }
  const mail = email.exec(source)?.[1]
  return mail === undefined ? null : { href: `mailto:${mail}`, text: mail, end: email.lastIndex }
}

/**
 * @param {string} source
 * @param {number} position Of an angle that nothing closes.
 * @returns {string | null} The address so far, if the text ends within it.
 */
export function begunAddressAt(source, position) {
  begun.lastIndex = position
  return begun.exec(source)?.[1] ?? null
}

/**
 * @param {string} source
 * @param {number} position
 * @param {boolean} isWithinBrackets A bracket then ends the address.
 * @returns {(Address & { behind: number }) | null} `behind`: with the marks that end a sentence.
 */
export function bareAddressAt(source, position, isWithinBrackets) {
  if (/[a-z\d]/i.test(source.charAt(position - 1))) return null
  bare.lastIndex = position
  const found = bare.exec(source)?.[0]
  if (found === undefined) return null
  const whole = isWithinBrackets ? found.replace(/[[\]].*$/s, "") : found
  const text = withoutTrailingMarks(whole)
  if (/^https?:\/*$/i.test(text)) return null
  const href = /^w/i.test(text) ? `http://${text}` : text
  return { href, text, end: position + text.length, behind: position + whole.length }
}

/**
 * A sentence's full stop does not belong to the address in it, nor do brackets around it.
 *
 * @param {string} address
 */
function withoutTrailingMarks(address) {
  let surplus = count(address, ")") - count(address, "(")
  let end = address.length
  while (end > 0) {
    const last = address.charAt(end - 1)
    if (last === ")" ? surplus <= 0 : !/[.,:;!?'"*_~\]}]/.test(last)) break
    if (last === ")") surplus -= 1
    end -= 1
  }
  return address.slice(0, end)
}

/**
 * @param {string} text
 * @param {string} character
 */
function count(text, character) {
  return text.split(character).length - 1
}
