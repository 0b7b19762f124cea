// Sends what was written without a network in conversations that nobody looks at.

import { isFresh } from "./outbox.js"
import { awaitReply } from "./reply.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {import("./outbox.js").Unsent} Unsent */

/**
 * @typedef {object} Sending
 * @property {import("./store.js").Store<ChatState>} store
 * @property {import("./outbox.js").Outbox} outbox
 * @property {import("./api.js").API} api
 * @property {import("./world.js").World} world
 * @property {AbortSignal} signal
 * @property {() => void} whenSent Called after each that the server has.
 */

/**
 * One after the other. What is refused stays, and what follows it in its conversation waits with it
 * until somebody opens that.
 *
 * @param {Sending} sending
 */
export async function sendElsewhere(sending) {
  const refused = new Set()
  for (;;) {
    const next = nextUnsent(sending, refused)
    if (!next || sending.signal.aborted) return
    if (await hasArrived(next, sending)) {
      sending.outbox.remove(next.id)
      sending.whenSent()
    } else {
      refused.add(next.conversationId)
    }
  }
}

/**
 * @param {Sending} sending
 * @param {Set<string>} refused
 */
function nextUnsent({ store, outbox, world }, refused) {
  const { chosenId, removals } = store.get()
  return outbox.read().find((unsent) =>
    unsent.conversationId !== chosenId && !refused.has(unsent.conversationId) &&
    isFresh(unsent, world.now()) && removals.every(({ id }) => id !== unsent.conversationId)
  )
}

/**
 * @param {Unsent} unsent
 * @param {Sending} sending
 * @returns {Promise<boolean>} Whether the server has it.
 */
function hasArrived(unsent, { api, world, signal }) {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(false), { once: true })
    awaitReply({
      ask: (during) => api.wholeReply({ ...unsent, parentId: null }, during),
      hear: (heard) => {
        if (heard.type === "done") resolve(true)
        // An answer that failed was given to a message that is there.
        if (heard.type === "failedHere") resolve(heard.problem.status >= 502)
      },
      world,
      signal,
    })
  })
}
