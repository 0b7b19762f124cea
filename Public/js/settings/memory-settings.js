// What is known about the reader: the same panel as beside the onboarding.

import { element } from "../dom.js"
import { ProfilePanel } from "../elements/profile-panel.js"
import { say } from "../words.js"
import { card } from "./choosing.js"

export class MemorySettings extends HTMLElement {
  #panel = new ProfilePanel(false)

  connectedCallback() {
    this.append(
      card(
        "memory",
        say("settings.memory"),
        element("p", { class: "help" }, say("memory.help")),
        this.#panel,
        element(
          "div",
          { class: "settings-act" },
          element("a", { class: "button", href: "/onboarding" }, say("memory.talk")),
        ),
      ),
    )
  }

  /** @param {import("../chat-state.js").ChatState} state */
  show(state) {
    this.#panel.show(state)
  }
}
