// What is shown before there is anything to read.

import { element, keepInOrder, report, setText } from "../dom.js"
import { icon } from "../icons.js"
import { say } from "../words.js"

/** @typedef {import("../chat-state.js").ChatState} ChatState */
/** @typedef {import("../starters.js").Starter} Starter */
/** @typedef {import("../words.js").WordKey} WordKey */

/** @type {Readonly<Record<string, readonly [WordKey, WordKey | null]>>} */
const words = {
  new: ["welcome.new", "welcome.new.more"],
  missing: ["welcome.missing", "welcome.missing.more"],
  failed: ["welcome.failed", null],
}

/** @type {Readonly<Record<string, readonly [WordKey, WordKey]>>} */
const invitations = {
  none: ["invitation.none", "invitation.none.more"],
  begun: ["invitation.begun", "invitation.begun.more"],
}

export class WelcomePanel extends HTMLElement {
  #title = element("h2", { class: "welcome-title" })
  #text = element("p", { class: "welcome-text" })
  #invitation = new Invitation()
  #starters = element("ul", { class: "starters" })
  /** @type {Map<string, HTMLElement>} */
  #views = new Map()
  #again = element(
    "button",
    { type: "button", class: "button", onclick: () => report(this, "chat-reopen") },
    icon("again"),
    say("welcome.again"),
  )

  #startNew = element(
    "button",
    { type: "button", class: "button", onclick: () => report(this, "chat-choose", { id: null }) },
    icon("compose"),
    say("welcome.startNew"),
  )

  connectedCallback() {
    const words = [icon("rings"), this.#title, this.#text]
    this.append(...words, this.#starters, this.#invitation, this.#again, this.#startNew)
  }

  /** @param {ChatState} state */
  show({ conversation, conversationPhase, welcome }) {
    const isEmpty = conversation !== null && conversation.messages.length === 0
    const phase = isEmpty ? "new" : conversationPhase
    const said = words[phase]
    this.hidden = said === undefined
    if (!said) return
    const [title, more] = said
    setText(this.#title, say(title))
    setText(this.#text, more ? say(more) : "")
    this.#starters.hidden = phase !== "new"
    keepInOrder(this.#starters, this.#views, welcome.starters, {
      key: ({ title, count }) => `${title} ${count ?? ""}`,
      make: (starter) => this.#starter(starter),
      update: () => {},
    })
    this.#invitation.show(phase === "new" ? welcome.acquaintance : "off")
    this.#again.hidden = phase !== "failed"
    this.#startNew.hidden = phase !== "missing"
  }

  /** @param {Starter} starter */
  #starter({ title, text: asked, count = 0 }) {
    const text = say(asked, { count })
    return element(
      "li",
      {},
      element(
        "button",
        { type: "button", class: "starter", onclick: () => report(this, "chat-suggest", { text }) },
        element("span", { class: "starter-title" }, say(title, { count })),
        element("span", { class: "starter-text" }, text),
      ),
    )
  }
}

/** The way to the onboarding, for whom it is not done. */
class Invitation extends HTMLElement {
  #title = element("span", { class: "starter-title" })
  #text = element("span", { class: "starter-text" })

  connectedCallback() {
    if (this.childElementCount > 0) return
    const words = element("span", { class: "invitation-words" }, this.#title, this.#text)
    this.append(
      element("a", { class: "invitation", href: "/onboarding" }, icon("rings"), words, icon("on")),
    )
  }

  /** @param {import("../starters.js").Welcome["acquaintance"]} acquaintance */
  show(acquaintance) {
    const said = invitations[acquaintance]
    this.hidden = said === undefined
    if (!said) return
    const [title, more] = said
    setText(this.#title, say(title))
    setText(this.#text, say(more))
  }
}

customElements.define("welcome-invitation", Invitation)
