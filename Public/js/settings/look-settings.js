// How the page looks.

import { say } from "../words.js"
import { card, chooser, reportChange } from "./choosing.js"

export class LookSettings extends HTMLElement {
  #theme = chooser({
    legend: say("theme.legend"),
    options: [
      { value: "auto", label: say("theme.auto") },
      { value: "light", label: say("theme.light") },
      { value: "dark", label: say("theme.dark") },
      { value: "contrast", label: say("theme.contrast") },
    ],
    pick: (theme) => reportChange(this, { theme }),
  })
  #textSize = chooser({
    legend: say("textSize.legend"),
    options: [
      { value: "small", label: say("textSize.small") },
      { value: "usual", label: say("textSize.usual") },
      { value: "large", label: say("textSize.large") },
      { value: "largest", label: say("textSize.largest") },
    ],
    pick: (textSize) => reportChange(this, { textSize }),
  })

  connectedCallback() {
    this.append(card("looks", say("settings.looks"), this.#theme.node, this.#textSize.node))
  }

  /** @param {import("../chat-state.js").ChatState} state */
  show({ settings }) {
    this.#theme.show(settings.theme)
    this.#textSize.show(settings.textSize)
  }
}
