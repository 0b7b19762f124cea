// How a reader writes, and moves about.

import { element, report } from "../dom.js"
import { LateModule } from "../late-module.js"
import { Problem } from "../problem.js"
import { say } from "../words.js"
import { card, chooser, reportChange, switching } from "./choosing.js"

export class WritingSettings extends HTMLElement {
  /** @type {LateModule<typeof import("../shortcut-list.js")>} */
  #late = new LateModule((again) => import(`../shortcut-list.js${again}`))
  #sends = chooser({
    legend: say("sends.legend"),
    options: [
      { value: "enter", label: say("sends.enter"), help: say("sends.enter.help") },
      { value: "control-enter", label: say("sends.control"), help: say("sends.control.help") },
    ],
    pick: (sendsWith) => reportChange(this, { sendsWith }),
  })
  #keeps = switching({
    label: say("keeps.label"),
    help: say("keeps.help"),
    turn: (keepsQuestionInView) => reportChange(this, { keepsQuestionInView }),
  })
  #shortcuts = switching({
    label: say("shortcuts.single"),
    help: say("shortcuts.single.help"),
    turn: (hasShortcuts) => reportChange(this, { hasShortcuts }),
  })
  #list = element(
    "button",
    { type: "button", class: "button", onclick: () => this.#showShortcuts() },
    say("shortcuts.show"),
  )

  connectedCallback() {
    this.append(
      card(
        "writing",
        say("settings.writing"),
        this.#sends.node,
        this.#keeps.node,
        this.#shortcuts.node,
        element("div", { class: "settings-act" }, this.#list),
      ),
    )
  }

  /** @param {import("../chat-state.js").ChatState} state */
  show({ settings }) {
    this.#sends.show(settings.sendsWith)
    this.#keeps.show(settings.keepsQuestionInView)
    this.#shortcuts.show(settings.hasShortcuts)
  }

  async #showShortcuts() {
    const module = await this.#late.get()
    if (module) module.openShortcutList({ act: null })
    else report(this, "say-status", { text: new Problem("offline").message })
  }
}
