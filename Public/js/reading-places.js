// Where a reader stopped reading, kept per conversation: opening it again leads there.

/** @typedef {{ messageId: string, offset: number }} Place The message at the top, and how far it is above it, in px. */

const key = "shuren.places"

/** Older ones are forgotten. */
const mostPlaces = 50

/** @typedef {Pick<Storage, "getItem" | "setItem">} PlaceStorage */

export class ReadingPlaces {
  #storage

  /** @param {() => PlaceStorage} storage Asked each time: even naming localStorage may throw. */
  constructor(storage) {
    this.#storage = storage
  }

  /**
   * @param {string} conversationId
   * @returns {Place | null} Nothing leads to the end.
   */
  read(conversationId) {
    const place = this.#all().find(([id]) => id === conversationId)
    return place ? { messageId: place[1], offset: place[2] } : null
  }

  /**
   * @param {string} conversationId
   * @param {Place | null} place Nothing when the reader is at the end.
   */
  write(conversationId, place) {
    const others = this.#all().filter(([id]) => id !== conversationId)
    /** @type {[string, string, number][]} */
    const own = place ? [[conversationId, place.messageId, Math.round(place.offset)]] : []
    try {
      this.#storage().setItem(key, JSON.stringify([...own, ...others].slice(0, mostPlaces)))
    } catch (reason) {
      console.warn("The place cannot be kept:", reason)
    }
  }

  /** @returns {[string, string, number][]} */
  #all() {
    try {
      const value = JSON.parse(this.#storage().getItem(key) ?? "[]")
      return Array.isArray(value) ? value.filter(isPlace) : []
    } catch (reason) {
      console.warn("Places cannot be read:", reason)
      return []
    }
  }
}

/**
 * @param {unknown} value
 * @returns {value is [string, string, number]}
 */
function isPlace(value) {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "string" &&
    Number.isFinite(value[2])
}
