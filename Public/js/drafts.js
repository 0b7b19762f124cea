// What a reader has begun to write, kept per conversation until the server has accepted it.

const prefix = "shuren.draft."

/** The draft of a conversation that does not exist yet. */
const newConversation = "new"

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} DraftStorage */

export class Drafts {
  #storage

  /** @param {() => DraftStorage} storage Asked each time: even naming localStorage may throw. */
  constructor(storage) {
    this.#storage = storage
  }

  /**
   * @param {string | null} conversationId
   * @returns {string}
   */
  read(conversationId) {
    return this.#attempt((storage) => storage.getItem(key(conversationId))) ?? ""
  }

  /**
   * @param {string | null} conversationId
   * @param {string} text
   */
  write(conversationId, text) {
    this.#attempt((storage) =>
      text ? storage.setItem(key(conversationId), text) : storage.removeItem(key(conversationId))
    )
  }

  /**
   * A draft is lost with the tab when storage is off, full or forbidden; the page works on.
   *
   * @template Value
   * @param {(storage: DraftStorage) => Value} use
   * @returns {Value | null}
   */
  #attempt(use) {
    try {
      return use(this.#storage())
    } catch (reason) {
      console.warn("Drafts cannot be kept:", reason)
      return null
    }
  }
}

/** @param {string | null} conversationId */
function key(conversationId) {
  return prefix + (conversationId ?? newConversation)
}
