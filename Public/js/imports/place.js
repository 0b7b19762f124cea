// Puts the panels for bringing along and taking along to work, on whatever page they are.

import { find } from "../dom.js"
import { ExportPanel } from "../elements/export-panel.js"
import { ImportPanel } from "../elements/import-panel.js"
import { Exports } from "../exports.js"
import { asProblem } from "../problem.js"
import { Requests } from "../requests.js"
import { renderEachFrame, Store } from "../store.js"
import { say } from "../words.js"
import { firstImportState } from "./import-state.js"
import { Imports } from "./imports.js"
import { ImportsAPI } from "./imports-api.js"
import { Unfinished } from "./unfinished.js"

/** @typedef {import("./import-state.js").ImportState} ImportState */

/** @type {import("./imports.js").Sentences} */
const sentences = {
  found: (count) => say("imports.say.found", { count }),
  added: (count) => say("imports.done.added", { count }),
  undone: (count) => say("imports.say.undone", { count }),
  back: (count) => say("imports.say.back", { count }),
}

/**
 * @param {object} parts
 * @param {import("../requests.js").Fetch} parts.fetch
 * @param {import("../world.js").World} parts.world
 * @param {import("../undo.js").Undo} parts.undo
 * @param {(sentence: string) => void} parts.announce Tells a screen reader.
 */
export function placePanels({ fetch, world, undo, announce }) {
  customElements.define("import-panel", ImportPanel)
  customElements.define("export-panel", ExportPanel)
  const requests = new Requests(fetch)
  placeImports(find("import-panel", ImportPanel), { requests, world, undo, announce })
  placeExports(find("export-panel", ExportPanel), new Exports(requests), announce)
}

/**
 * @param {ImportPanel} panel
 * @param {object} parts
 * @param {Requests} parts.requests
 * @param {import("../world.js").World} parts.world
 * @param {import("../undo.js").Undo} parts.undo
 * @param {(sentence: string) => void} parts.announce
 */
function placeImports(panel, { requests, world, undo, announce }) {
  /** @type {Store<ImportState>} */
  const store = new Store(firstImportState)
  const imports = new Imports({
    store,
    api: new ImportsAPI(requests),
    world,
    undo,
    unfinished: new Unfinished(() => localStorage),
    // What reads files comes with the first file.
    read: async (files, how) => {
      const { readFiles } = await import("./reading.js")
      return readFiles(files, how)
    },
    sentences,
    announce,
  })
  /**
   * @param {string} name
   * @param {(detail: any) => void} act
   */
  const on = (name, act) =>
    panel.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail))

  on("import-choose", ({ files }) => imports.choose(files))
  on("import-cancel", () => imports.cancel())
  on("import-filter", ({ filter }) => imports.filter(filter))
  on("import-more", () => imports.showMore())
  on("import-pick", ({ id, is }) => imports.pick(id, is === "yes"))
  on("import-pick-all", ({ is }) => imports.pickAll(is === "yes"))
  on("import-send", () => imports.send())
  on("import-stop", () => imports.stop())
  on("import-undo", ({ id }) => imports.undo(id))
  on("import-restore", ({ id }) => imports.restore(id))
  renderEachFrame(store, (state) => panel.show(state), requestAnimationFrame)
  panel.show(store.get())
  imports.refresh()
}

/**
 * @param {ExportPanel} panel
 * @param {Exports} exports
 * @param {(sentence: string) => void} announce
 */
function placeExports(panel, exports, announce) {
  panel.addEventListener("export-everything", async () => {
    panel.show(true, null)
    try {
      await exports.everything()
      panel.show(false, null)
      announce(say("exports.done"))
    } catch (error) {
      panel.show(false, asProblem(error).message)
      announce(asProblem(error).message)
    }
  })
}
