// What the browser keeps of a conversation, beside what the server has: it goes with it.

/**
 * @typedef {object} Keepers
 * @property {import("./outbox.js").Outbox} outbox
 * @property {import("./drafts.js").Drafts} drafts
 * @property {import("./reading-places.js").ReadingPlaces} places
 */

/**
 * Takes it all away.
 *
 * @param {Keepers} keepers
 * @param {string} id
 * @returns {() => void} Brings it back.
 */
export function setAside({ outbox, drafts, places }, id) {
  const unsent = outbox.read().filter(({ conversationId }) => conversationId === id)
  const [draft, place] = [drafts.read(id), places.read(id)]
  outbox.forget(id)
  drafts.write(id, "")
  places.write(id, null)
  return () => {
    for (const one of unsent) outbox.put(one)
    drafts.write(id, draft)
    places.write(id, place)
  }
}
