// Sends what was written without a network in conversations that nobody looks at.

import { isFresh } from "./outbox.js"
import { Problem } from "./problem.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {import("./outbox.js").Unsent} Unsent */

/**
 * @typedef {object} Sending
 * @property {import("./store.js").Store<ChatState>} store
 * @property {import("./outbox.js").Outbox} outbox
 * @property {import("./api.js").API} api
 * @property {import("./world.js").World} world
 * @property {typeof import("./reply.js").awaitReply} awaitReply
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
  let isKnown = false
  for (;;) {
    const next = nextUnsent(sending, refused)
    if (!next || sending.signal.aborted) return
    const hasGone = await hasArrived(next, sending, !isKnown)
    isKnown = true
    if (hasGone) {
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
  const { chosenId } = store.get()
  return outbox.read().find((unsent) =>
    unsent.conversationId !== chosenId && !refused.has(unsent.conversationId) &&
    isFresh(unsent, world.now())
  )
}

/**
 * @param {Unsent} unsent
 * @param {Sending} sending
 * @param {boolean} isStranger Whether the server may not know the reader yet. One that came first with
 *   this answer would be lost with it, and what is sent then would be somebody else's.
 * @returns {Promise<boolean>} Whether the server has it.
 */
function hasArrived(unsent, { api, world, awaitReply, signal }, isStranger) {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(false), { once: true })
    awaitReply({
      async ask(during) {
        const question = { ...unsent, parentId: null }
        if (isStranger) await introduce(api, question, during)
        return await api.wholeReply(question, during)
      },
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

/**
 * Has the server know the reader from now on, as asking for a token does; nothing is sent by it.
 *
 * @param {import("./api.js").API} api
 * @param {import("./api.js").Question} question
 * @param {AbortSignal} signal
 */
async function introduce(api, question, signal) {
  try {
    await api.streamAddress(question, signal)
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== "unstreamed") throw error
  }
}
