// Brings the list of conversations together with the page it stands on. What a reader does with it
// comes late: as soon as somebody is near the list, or a moment after the page is there.

import { hinted } from "./chat-state.js"
import { find, on } from "./dom.js"
import { LateModule } from "./late-module.js"
import { Problem } from "./problem.js"
import { ListAPI } from "./shelf-api.js"
import { Shelf } from "./shelf.js"
import { fetchInLanguage, loadMoreWords } from "./words.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {import("./list-acts.js").ListActs} ListActs */

/** By then the page itself has long been there. */
const soonMs = 2_000

/**
 * @param {Pick<ConstructorParameters<typeof Shelf>[0], "store" | "world">} parts
 * @returns {Shelf}
 */
export function makeShelf({ store, world }) {
  return new Shelf({ store, world, api: new ListAPI(fetchInLanguage) })
}

/**
 * Does what the reader wants of the list.
 *
 * @param {ListActs["parts"]} parts
 */
export function listenToList(parts) {
  const { store, chat, composer, world } = parts
  const drawer = find("#sidebar", HTMLElement)
  const acts = new LateActs(parts)

  on("chat-choose", ({ id, message }) => {
    if (drawer.matches(":popover-open")) drawer.hidePopover()
    chat.choose(id ?? null, message ?? null)
    composer.focusBox()
  })
  document.addEventListener("search-open", () => {
    if (!drawer.checkVisibility()) drawer.showPopover()
    find("conversation-search input", HTMLInputElement).focus()
  })
  document.addEventListener("list-act", (event) => acts.perform(/** @type {CustomEvent} */ (event)))
  on("list-open", ({ kind }) => {
    const opened = kind === "bin" ? "bin" : "archive"
    store.update((state) => ({
      ...state,
      side: { kind: opened, phase: "loading", summaries: [], next: null },
    }))
    acts.perform(new CustomEvent("list-act", { detail: { act: "open", kind: opened } }))
  })
  for (const near of ["pointerover", "focusin"]) {
    find("conversation-list", HTMLElement).addEventListener(near, () => acts.load(), { once: true })
  }
  world.after(soonMs, () => acts.load())
}

/** What a reader does with the list, in the order in which it was done. */
class LateActs {
  #parts
  /** @type {LateModule<typeof import("./list-acts.js")>} */
  #module = new LateModule(async (again) => {
    await loadMoreWords()
    return import(`./list-acts.js${again}`)
  })
  /** @type {ListActs | null} */
  #acts = null

  /** @param {ListActs["parts"]} parts */
  constructor(parts) {
    this.#parts = parts
  }

  /** @param {CustomEvent<Record<string, string>>} event */
  async perform(event) {
    const { target, detail } = event
    const acts = await this.load()
    if (acts) return acts.perform(detail, target)
    const { message } = new Problem("offline")
    this.#parts.store.update((state) => hinted({ ...state, side: { kind: "list" } }, message))
  }

  /** Fetches it; may be called any number of times. */
  async load() {
    const module = await this.#module.get()
    if (module) this.#acts ??= new module.ListActs(this.#parts)
    return this.#acts
  }
}
