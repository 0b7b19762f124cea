// Which conversations have a reply that ended while nobody looked. Kept in the browser, so that
// every tab knows what was seen in another, and a page that is opened again knows it too.

/** @typedef {Pick<Storage, "getItem" | "setItem">} UnreadStorage */
/** @typedef {import("./api.js").ActiveReply} ActiveReply */

/**
 * `ended` is the question of the reply that ended last in each conversation; `seen` are questions
 * whose replies the reader has seen. Both: the newest first.
 *
 * @typedef {{ ended: readonly [string, string][], seen: readonly string[] }} Kept
 */

export const unreadKey = "shuren.unread"

/** Older ones are forgotten: the server names a reply for some minutes only. */
const mostEnded = 100
const mostSeen = 200

/**
 * From now on a page notes what is read in it, and sees what is read in others. Every page with a
 * conversation does: what was read on one is read on all.
 *
 * @param {Pick<import("./shelf.js").Shelf, "noteIn" | "lookAtUnread">} shelf
 * @param {object} page
 * @param {() => UnreadStorage} page.storage
 * @param {Pick<EventTarget, "addEventListener">} page.target Hears of changes in the storage.
 */
export function noteUnread(shelf, { storage, target }) {
  shelf.noteIn(new Unread(storage))
  target.addEventListener("storage", (event) => {
    const { key } = /** @type {StorageEvent} */ (event)
    if (key === null || key === unreadKey) shelf.lookAtUnread()
  })
}

export class Unread {
  #storage

  /** @param {() => UnreadStorage} storage Asked each time: even naming localStorage may throw. */
  constructor(storage) {
    this.#storage = storage
  }

  /** @returns {string[]} The conversations with something to read. */
  read() {
    return unreadIn(this.#kept())
  }

  /**
   * What the server says of the replies that run, or have just ended.
   *
   * @param {readonly ActiveReply[]} active
   * @param {string | null} chosenId Where the reader looks.
   */
  heard(active, chosenId) {
    const kept = this.#kept()
    const next = withActive(kept, active, chosenId)
    if (next !== kept) this.#write(next)
  }

  /**
   * The reader looks at a conversation.
   *
   * @param {string} conversationId
   */
  opened(conversationId) {
    const kept = this.#kept()
    const next = withOpened(kept, conversationId)
    if (next !== kept) this.#write(next)
  }

  /**
   * The reader has watched a reply to its end.
   *
   * @param {string} questionId
   */
  saw(questionId) {
    this.#write(withSeen(this.#kept(), questionId))
  }

  /** @returns {Kept} */
  #kept() {
    try {
      const value = JSON.parse(this.#storage().getItem(unreadKey) ?? "{}")
      return {
        ended: Array.isArray(value?.ended) ? value.ended.filter(isPair) : [],
        seen: Array.isArray(value?.seen) ? value.seen.filter(isText) : [],
      }
    } catch (reason) {
      console.warn("What was read cannot be looked up:", reason)
      return { ended: [], seen: [] }
    }
  }

  /** @param {Kept} kept */
  #write(kept) {
    try {
      this.#storage().setItem(unreadKey, JSON.stringify(kept))
    } catch (reason) {
      console.warn("What was read cannot be kept:", reason)
    }
  }
}

/**
 * @param {Kept} kept
 * @returns {string[]}
 */
export function unreadIn({ ended, seen }) {
  const known = new Set(seen)
  return ended.filter(([, questionId]) => !known.has(questionId)).map(([id]) => id)
}

/**
 * @param {Kept} kept
 * @param {readonly ActiveReply[]} active
 * @param {string | null} chosenId
 * @returns {Kept}
 */
export function withActive(kept, active, chosenId) {
  let next = kept
  for (const { conversationId, messageId, isRunning } of active) {
    if (isRunning || next.seen.includes(messageId)) continue
    next = conversationId === chosenId
      ? withSeen(next, messageId)
      : withEnded(next, conversationId, messageId)
  }
  return next
}

/**
 * @param {Kept} kept
 * @param {string} conversationId
 * @returns {Kept}
 */
export function withOpened(kept, conversationId) {
  const own = kept.ended.find(([id]) => id === conversationId)
  if (!own) return kept
  return withSeen({ ...kept, ended: kept.ended.filter((one) => one !== own) }, own[1])
}

/**
 * @param {Kept} kept
 * @param {string} questionId
 * @returns {Kept}
 */
export function withSeen(kept, questionId) {
  const others = kept.seen.filter((id) => id !== questionId)
  return { ...kept, seen: [questionId, ...others].slice(0, mostSeen) }
}

/**
 * @param {Kept} kept
 * @param {string} conversationId
 * @param {string} questionId
 * @returns {Kept}
 */
function withEnded(kept, conversationId, questionId) {
  const own = kept.ended.find(([id]) => id === conversationId)
  if (own?.[1] === questionId) return kept
  const others = kept.ended.filter((one) => one !== own)
  /** @type {[string, string]} */
  const ended = [conversationId, questionId]
  return { ...kept, ended: [ended, ...others].slice(0, mostEnded) }
}

/** @param {unknown} value @returns {value is string} */
function isText(value) {
  return typeof value === "string"
}

/** @param {unknown} value @returns {value is [string, string]} */
function isPair(value) {
  return Array.isArray(value) && value.length === 2 && value.every(isText)
}
