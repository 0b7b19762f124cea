// Counts what a file has, without what trees.js makes for it.

/**
 * How many messages were there before questions were made for replies.
 *
 * @param {readonly import("./trees.js").Message[]} messages
 */
export function countOwn(messages) {
  const ids = new Set(messages.map(({ id }) => id))
  return messages.filter(({ id, role }) => role !== "user" || !ids.has(idBehind(id))).length
}

/**
 * Of which message a question was made; nothing where it was found as it is.
 *
 * @param {string} id
 */
function idBehind(id) {
  return /^(.+)~(?:question|\d+)~*$/.exec(id)?.[1] ?? ""
}
