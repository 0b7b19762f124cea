// Stands for the way back until there is something to take back.

import { find } from "./dom.js"
import { LateModule } from "./late-module.js"

/** @typedef {import("./elements/undo-toasts.js").UndoToasts} UndoToasts */
/** @typedef {import("./undo-state.js").UndoState} UndoState */

export class LateToasts {
  /** @type {LateModule<typeof import("./elements/undo-toasts.js")>} */
  #module = new LateModule((again) => import(`./elements/undo-toasts.js${again}`))
  /** @type {UndoToasts | null} */
  #toasts = null
  /** @type {UndoState | null} */
  #state = null

  /** @param {UndoState} state */
  show(state) {
    this.#state = state
    if (this.#toasts) this.#toasts.show(state)
    else if (state.undoables.length > 0) this.#load()
  }

  async #load() {
    const module = await this.#module.get()
    if (module === null) return
    if (!customElements.get("undo-toasts")) customElements.define("undo-toasts", module.UndoToasts)
    this.#toasts = find("undo-toasts", module.UndoToasts)
    if (this.#state) this.#toasts.show(this.#state)
  }
}
