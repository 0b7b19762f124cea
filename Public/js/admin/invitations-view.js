// Who may make an account: the form for an invitation, and those that can still be used.

import { element, find, keepInOrder, setText } from "../dom.js"
import { say } from "./admin-words.js"
import { when } from "./figures.js"

/** @typedef {import("./people-state.js").Invitation} Invitation */

export class InvitationsView {
  #desk
  #explanation = find("#invitations-explanation", HTMLElement)
  #form = find("#invite", HTMLFormElement)
  #note = find("#invite-note", HTMLInputElement)
  #days = find("#invite-days", HTMLInputElement)
  #heading = find("#invitations-open", HTMLElement)
  #list = find("#invitation-list", HTMLElement)
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map()

  /** @param {import("./people-desk.js").PeopleDesk} desk */
  constructor(desk) {
    this.#desk = desk
    this.#form.addEventListener("submit", async (event) => {
      event.preventDefault()
      const wanted = { note: this.#note.value.trim(), days: this.#days.valueAsNumber }
      if (await desk.invite(wanted)) this.#note.value = ""
    })
  }

  /** @param {import("./people-state.js").PeopleState} state */
  show({ policy, invitations }) {
    if (policy === null) return
    const isNeedless = policy.signUp === "open"
    setText(
      this.#explanation,
      isNeedless ? say("invitations.needless") : say("invitations.explanation"),
    )
    this.#form.hidden = isNeedless
    this.#heading.hidden = invitations.length === 0
    this.#list.hidden = invitations.length === 0
    const hadFocus = this.#list.contains(document.activeElement)
    keepInOrder(this.#list, this.#rows, invitations, {
      key: ({ id }) => id,
      make: (invitation) => this.#row(invitation),
      update: () => {},
    })
    if (hadFocus && !this.#list.contains(document.activeElement)) this.#note.focus()
  }

  /** @param {Invitation} invitation */
  #row({ id, note, expiresAt }) {
    const name = note || say("invitations.unnamed")
    return element(
      "li",
      { class: "invitation" },
      element(
        "div",
        {},
        element("strong", { dir: "auto" }, name),
        element("p", { class: "help" }, say("invitations.until", { when: when(expiresAt) })),
      ),
      element(
        "button",
        {
          type: "button",
          class: "button alarming",
          "aria-label": say("invitations.withdrawNamed", { name }),
          onclick: () => this.#desk.act("withdraw", { id, name }),
        },
        say("invitations.withdraw"),
      ),
    )
  }
}
