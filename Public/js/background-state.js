// Which replies a page waits for while nobody looks at it, and which of them are finished. Pure
// functions.

/**
 * @typedef {object} Watched
 * @property {string} messageId The question's.
 * @property {string} conversationId
 * @property {string} title Of the conversation.
 * @property {boolean} wasSeen Whether the server has said that it runs.
 */

/** @typedef {{ watched: readonly Watched[], finished: readonly Watched[] }} Background */

/** @type {Background} */
export const nothingInBackground = Object.freeze({ watched: [], finished: [] })

/**
 * A reply runs.
 *
 * @param {Background} background
 * @param {Omit<Watched, "wasSeen">} reply
 * @returns {Background}
 */
export function began(background, reply) {
  const isOver = background.finished.some(({ messageId }) => messageId === reply.messageId)
  if (isOver) return background
  const known = background.watched.find(({ messageId }) => messageId === reply.messageId)
  if (known?.title === reply.title) return background
  const others = background.watched.filter((one) => one !== known)
  const watched = [...others, { ...reply, wasSeen: known?.wasSeen ?? false }]
  return { ...background, watched }
}

/**
 * A reply has ended, while somebody looked or not.
 *
 * @param {Background} background
 * @param {string} messageId
 * @param {boolean} isSeen
 * @returns {Background}
 */
export function ended(background, messageId, isSeen) {
  const reply = background.watched.find((one) => one.messageId === messageId)
  if (!reply) return background
  return {
    watched: background.watched.filter((one) => one !== reply),
    finished: isSeen ? background.finished : [...background.finished, reply],
  }
}

/**
 * What the server says of the replies that run, or have just ended. One that it does not know yet
 * may be on its way there.
 *
 * @param {Background} background
 * @param {readonly import("./api.js").ActiveReply[]} active
 * @returns {Background}
 */
export function looked(background, active) {
  let after = background
  for (const reply of background.watched) {
    const found = active.find(({ messageId }) => messageId === reply.messageId)
    if (found?.isRunning) after = seen(after, reply.messageId)
    else if (found || reply.wasSeen) after = ended(after, reply.messageId, false)
  }
  return after
}

/**
 * @param {Background} background
 * @param {string} messageId
 * @returns {Background}
 */
function seen(background, messageId) {
  const watched = background.watched.map((one) =>
    one.messageId === messageId ? { ...one, wasSeen: true } : one
  )
  return { ...background, watched }
}

/**
 * Somebody looks at the page.
 *
 * @param {Background} background
 * @returns {Background}
 */
export function returned(background) {
  return background.finished.length === 0 ? background : { ...background, finished: [] }
}

/**
 * What the page's title begins with.
 *
 * @param {Background} background
 * @returns {string}
 */
export function titleMark({ finished }) {
  if (finished.length === 0) return ""
  return finished.length === 1 ? "✓ " : `(${finished.length}) `
}
