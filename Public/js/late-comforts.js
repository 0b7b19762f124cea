// Loads what a page that opens does not need: once somebody uses the page, or a moment later.

import { LateModule } from "./late-module.js"
import { loadMoreWords } from "./words.js"

/** By then the page itself has long been there. */
const soonMs = 2_000

/** What a reader does first. */
const firstActs = ["pointermove", "pointerdown", "keydown", "touchstart"]

/**
 * @param {object} page
 * @param {import("./store.js").Store<import("./chat-state.js").ChatState>} page.store
 * @param {import("./world.js").World} page.world
 * @param {import("./shelf.js").Shelf} page.shelf
 */
export function bringComfortsLate(page) {
  /** @type {LateModule<typeof import("./comforts.js")>} */
  const comforts = new LateModule(async (again) => {
    await loadMoreWords()
    return import(`./comforts.js${again}`)
  })
  let areHere = false
  const load = async () => {
    const module = await comforts.get()
    if (module === null || areHere) return
    areHere = true
    module.bringComforts(page)
    // Who measures the page, or tries it out, sees when it was complete.
    performance.mark("comforts")
  }
  for (const act of firstActs) addEventListener(act, load, { once: true, passive: true })
  page.world.after(soonMs, load)
  page.world.watchNetwork(load)
}
