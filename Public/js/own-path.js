// Addresses within this site, whatever was asked for.

/**
 * @param {string | null} wanted From an address that anybody may have made up.
 * @param {string} origin
 * @returns {string} A path on this site; the page itself if it is anything else.
 */
export function ownPath(wanted, origin) {
  if (!wanted?.startsWith("/") || !URL.canParse(wanted, origin)) return "/"
  const { origin: itsOrigin, pathname, search } = new URL(wanted, origin)
  return itsOrigin === origin ? pathname + search : "/"
}

/**
 * Where a reader without a session goes, to come back afterwards.
 *
 * @param {{ pathname: string, search: string }} place
 */
export function loginAddress({ pathname, search }) {
  return `/login?then=${encodeURIComponent(pathname + search)}`
}
