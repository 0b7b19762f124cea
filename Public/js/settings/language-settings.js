// Which language the page speaks, and in which units it measures.

import { element, report } from "../dom.js"
import { languages } from "../language.js"
import { say } from "../words.js"
import { card, chooser, reportChange } from "./choosing.js"

export class LanguageSettings extends HTMLElement {
  #language = chooser({
    legend: say("language.legend"),
    options: [
      { value: "auto", label: say("language.auto"), help: say("language.auto.help") },
      // Whoever looks for their language reads it in no other.
      { value: "en", label: languages.en.name },
      { value: "zh", label: languages.zh.name },
    ],
    pick: (language) => reportChange(this, { language }),
  })
  #units = chooser({
    legend: say("units.legend"),
    options: [
      { value: "metric", label: say("units.metric") },
      { value: "imperial", label: say("units.imperial") },
    ],
    pick: (units) => reportChange(this, { units }),
  })
  #tell = element(
    "button",
    { type: "button", class: "button", onclick: () => report(this, "units-remember") },
    say("units.tell"),
  )

  connectedCallback() {
    this.append(
      card(
        "language",
        say("settings.language"),
        this.#language.node,
        this.#units.node,
        element(
          "div",
          { class: "settings-act" },
          this.#tell,
          element("p", { class: "help" }, say("units.tell.help")),
        ),
      ),
    )
  }

  /** @param {import("../chat-state.js").ChatState} state */
  show({ settings }) {
    this.#language.show(settings.language)
    this.#units.show(settings.units)
  }
}
