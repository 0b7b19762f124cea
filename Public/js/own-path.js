// Addresses within this site, whatever was asked for.

/**
 * @param {string | null} wanted From an address that anybody may have made up.
 * @param {string} origin
 * @returns {string} A path on this site; the page itself if it is anything else.
 */
export function ownPath(wanted, origin) {
  const url = wanted?.startsWith("/") ? parsedURL(wanted, origin) : null
  // A path that begins with two slashes would name a host.
  const isOwn = url?.origin === origin && !url.pathname.startsWith("//")
  return url && isOwn ? url.pathname + url.search : "/"
}

/**
 * @param {string} address
 * @param {string} [base]
 * @returns {URL | null}
 */
export function parsedURL(address, base) {
  try {
    return new URL(address, base)
  } catch {
    // It is no address, and whoever asks says what that means.
    return null
  }
}

/**
 * The address of a conversation, or of one message in it.
 *
 * @param {string | null} id Nothing for a new conversation.
 * @param {string | null} [message]
 */
export function addressOf(id, message = null) {
  if (id === null) return "/"
  const address = `/?c=${encodeURIComponent(id)}`
  return message === null ? address : `${address}&m=${encodeURIComponent(message)}`
}

/**
 * Where a reader without a session goes, to come back afterwards.
 *
 * @param {{ pathname: string, search: string }} place
 */
export function loginAddress({ pathname, search }) {
  return `/login?then=${encodeURIComponent(pathname + search)}`
}
