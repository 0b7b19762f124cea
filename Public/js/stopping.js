// Telling the server to stop: it must get there.

import { asProblem } from "./problem.js"
import { stopRetryDelaysMs } from "./retry-schedule.js"

/** A request that takes longer than this is made again. */
const timeoutMs = 5_000

/**
 * @param {string} questionId
 * @param {number} seen The number of the last event that the reader saw.
 * @param {import("./api.js").API} api
 * @param {import("./world.js").World} world
 * @returns {Promise<{ seconds: number | null } | null>} How long it took; nothing if it did not arrive.
 */
export async function sendStop(questionId, seen, api, world) {
  for (const delayMs of [0, ...stopRetryDelaysMs]) {
    if (delayMs) await new Promise((resolve) => world.after(delayMs, () => resolve(null)))
    const timeout = new AbortController()
    const cancel = world.after(timeoutMs, () => timeout.abort())
    try {
      return await api.stop(questionId, seen, timeout.signal)
    } catch (error) {
      // Whom the server does not know has nothing running there.
      if (asProblem(error).kind === "session") return { seconds: null }
      console.error("Stop did not arrive:", error)
    } finally {
      cancel()
    }
  }
  return null
}
