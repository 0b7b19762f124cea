// Has the browser keep the page for when there is no network.

import { serviceWorkerURL } from "./own-urls.js"
import { retryDelayMs } from "./retry-schedule.js"

/** By then the page has all it needs for itself. */
const soonMs = 5_000

/**
 * Browsers offer it to pages that come over https or from their own machine.
 *
 * @param {Pick<import("./world.js").World, "after" | "random" | "watchNetwork">} world
 * @param {ServiceWorkerContainer | undefined} [workers]
 */
export function keepPage(world, workers = globalThis.navigator?.serviceWorker) {
  if (!workers) return
  let attempts = 0
  let cancel = world.after(soonMs, keep)
  workers.addEventListener("message", ({ data }) => {
    if (data === "not kept") keepLater()
    // This one was opened without a network: what is unsent and what is half written is kept.
    if (data === "reopen") globalThis.location.reload()
  })
  world.watchNetwork(() => {
    attempts = 0
    keep()
  })

  async function keep() {
    cancel()
    try {
      const kept = await workers?.register(serviceWorkerURL(), { updateViaCache: "none" })
      if (kept) await lookForNewer(kept)
      const ready = await workers?.ready
      ready?.active?.postMessage("keep")
    } catch (reason) {
      // A browser that keeps nothing: the page works without.
      console.debug("The page cannot be kept:", reason)
    }
  }

  function keepLater() {
    attempts += 1
    cancel()
    cancel = world.after(retryDelayMs(attempts, world.random), keep)
  }
}

/**
 * By themselves browsers look for a newer worker when they have the time. One that comes takes over
 * at once if the one before has nothing to do, so nothing is asked of that in the meantime.
 *
 * @param {ServiceWorkerRegistration} kept
 */
async function lookForNewer(kept) {
  try {
    await kept.update()
  } catch (reason) {
    return console.debug("No newer worker can be looked for:", reason)
  }
  const newer = kept.installing
  if (!newer) return
  await new Promise((resolve) => newer.addEventListener("statechange", resolve, { once: true }))
}
