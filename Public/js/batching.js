// Pieces of a text that arrive close together become one.

/** @typedef {import("./reply.js").Heard} Heard */

/** Pieces this close are one change of the page. */
const batchMs = 50

/**
 * Hears what `hear` would, with the texts of neighbouring chunks joined. The first piece goes
 * through at once; whatever is no text pushes what waits ahead of itself.
 *
 * @param {(heard: Heard) => void} hear
 * @param {import("./world.js").World} world
 * @param {AbortSignal} signal Nothing is heard afterwards.
 * @returns {{ hear: (heard: Heard) => void, flush: () => void }} `flush` passes on what waits, as
 *   before the reader stops a reply.
 */
export function batched(hear, world, signal) {
  let waiting = ""
  let isCalm = true
  let cancel = () => {}

  const flush = () => {
    const text = waiting
    waiting = ""
    if (text && !signal.aborted) hear({ type: "chunk", text })
  }
  const settle = () => {
    isCalm = waiting === ""
    flush()
    if (!isCalm) cancel = world.after(batchMs, settle)
  }
  signal.addEventListener("abort", () => cancel(), { once: true })

  /** @param {Heard} heard */
  const take = (heard) => {
    if (heard.type !== "chunk") {
      flush()
      return hear(heard)
    }
    if (!isCalm) {
      waiting += heard.text
      return
    }
    isCalm = false
    hear(heard)
    cancel = world.after(batchMs, settle)
  }
  return { hear: take, flush }
}
