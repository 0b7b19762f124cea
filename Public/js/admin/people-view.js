// Who has an account: a row for each, which opens to what is known and what can be done.

import { element, find, keepInOrder, setText } from "../dom.js"
import { say } from "./admin-words.js"
import { when } from "./figures.js"
import { actsFor } from "./people-state.js"

/** @typedef {import("./people-state.js").Act} Act */
/** @typedef {import("./people-state.js").Person} Person */
/** @typedef {import("./people-state.js").PeopleState} PeopleState */
/** @typedef {import("./people-desk.js").PeopleDesk} PeopleDesk */

/** What each act is called on its button. */
export const actNames = /** @type {const} */ ({
  "make-admin": "people.makeAdmin",
  "make-person": "people.makePerson",
  "reset-code": "people.resetCode",
  "end-sessions": "people.endSessions",
  "reset-second-factor": "people.resetFactor",
  disable: "people.disable",
  enable: "people.enable",
  withdraw: "invitations.withdraw",
})

/** Acts that shut somebody out. */
const alarming = new Set(["disable", "end-sessions", "reset-second-factor"])

export class PeopleView {
  #desk
  #policy = find("#people-policy", HTMLElement)
  #problem = find("#people-problem", HTMLElement)
  #none = find("#people-none", HTMLElement)
  #list = find("#people-list", HTMLElement)
  #previous = find("#people-previous", HTMLButtonElement)
  #next = find("#people-next", HTMLButtonElement)
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map()
  #ownId = ""

  /** @param {PeopleDesk} desk */
  constructor(desk) {
    this.#desk = desk
    const search = find("#people-search", HTMLInputElement)
    search.addEventListener("input", () => desk.search(search.value))
    find("#people-find", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault()
    })
    this.#previous.addEventListener("click", () => this.#turn(() => desk.previousPage()))
    this.#next.addEventListener("click", () => this.#turn(() => desk.nextPage()))
  }

  /** @param {PeopleState} state */
  show(state) {
    const { policy, people, search, starts, hasMore, hint } = state
    this.#ownId = policy?.ownId ?? ""
    setText(this.#policy, policy ? policySentence(policy) : "")
    setText(this.#problem, hint ?? "")
    setText(this.#none, people?.length === 0 ? nobody(search) : "")
    this.#none.hidden = people?.length !== 0
    keepInOrder(this.#list, this.#rows, people ?? [], {
      key: ({ id }) => id,
      make: () => this.#row(),
      update: (row, person) => this.#update(row, person),
    })
    this.#list.hidden = people === null || people.length === 0
    const isPaged = hasMore || starts.length > 1
    this.#previous.hidden = !isPaged
    this.#next.hidden = !isPaged
    this.#previous.disabled = starts.length === 1
    this.#next.disabled = !hasMore
  }

  /**
   * Whoever turned the page is at its beginning, with the keyboard too.
   *
   * @param {() => Promise<void>} turn
   */
  async #turn(turn) {
    await turn()
    // Drawn with the next frame.
    requestAnimationFrame(() => {
      const first = this.#list.querySelector("summary")
      if (first instanceof HTMLElement) first.focus()
    })
  }

  #row() {
    return element(
      "li",
      {},
      element(
        "details",
        { name: "person" },
        element(
          "summary",
          {},
          element("strong", { class: "person-name", dir: "auto" }),
          element("span", { class: "person-marks" }),
        ),
        element("dl", { class: "person-facts" }),
        element("div", { class: "buttons" }),
      ),
    )
  }

  /**
   * @param {HTMLElement} row
   * @param {Person} person
   */
  #update(row, person) {
    const signs = JSON.stringify([person, this.#ownId])
    if (row.dataset.signs === signs) return
    row.dataset.signs = signs
    setText(find(".person-name", HTMLElement, row), person.name)
    find(".person-marks", HTMLElement, row).replaceChildren(...this.#marks(person))
    find("dl", HTMLElement, row).replaceChildren(...facts(person))
    this.#buttons(find(".buttons", HTMLElement, row), person)
  }

  /** @param {Person} person */
  #marks(person) {
    const marks = [
      person.id === this.#ownId ? say("people.you") : null,
      person.isAdmin ? say("people.admin") : null,
      person.hasSecondFactor ? say("people.factor") : null,
    ]
    const shown = marks.filter((mark) => mark !== null).map((mark) =>
      element("span", { class: "mark" }, mark)
    )
    const off = element("span", { class: "mark off" }, say("people.disabled"))
    return person.disabledAt === null ? shown : [...shown, off]
  }

  /**
   * The buttons that stay keep the focus; where the one is gone that had it, the row has it.
   *
   * @param {HTMLElement} place
   * @param {Person} person
   */
  #buttons(place, person) {
    const acts = actsFor(person, this.#ownId)
    const hadFocus = place.contains(document.activeElement)
    /** @type {Map<string, HTMLElement>} */
    const before = new Map()
    for (const node of place.children) {
      if (node instanceof HTMLElement) before.set(node.dataset.act ?? "", node)
    }
    place.replaceChildren(
      ...(acts.length > 0
        ? acts.map((act) => before.get(act) ?? this.#button(act, person))
        : [element("p", { class: "help" }, say("people.own"))]),
    )
    const isLost = hadFocus && !place.contains(document.activeElement)
    if (isLost) place.closest("details")?.querySelector("summary")?.focus()
  }

  /**
   * @param {Act} act
   * @param {Person} person
   */
  #button(act, { id, name }) {
    return element(
      "button",
      {
        type: "button",
        class: alarming.has(act) ? "button alarming" : "button",
        data: { act },
        onclick: () => this.#desk.act(act, { id, name }),
      },
      say(actNames[act]),
    )
  }
}

/** @param {Person} person */
function facts({ createdAt, usedAt, disabledAt, hasSecondFactor }) {
  return [
    [say("people.created"), when(createdAt)],
    [say("people.used"), usedAt === null ? say("people.nowhere") : when(usedAt)],
    [say("people.secondFactor"), hasSecondFactor ? say("people.on") : say("people.off")],
    ...(disabledAt === null ? [] : [[say("people.disabledAt"), when(disabledAt)]]),
  ].flatMap(([name = "", value = ""]) => [element("dt", {}, name), element("dd", {}, value)])
}

/** @param {import("./people-state.js").Policy} policy */
function policySentence({ letsInGuests, signUp }) {
  const admission = letsInGuests ? say("people.openDoor") : say("people.closedDoor")
  const ways = /** @type {const} */ ({
    open: "people.signUpOpen",
    invitation: "people.signUpInvitation",
    closed: "people.signUpClosed",
  })
  return `${admission} ${say(ways[signUp])}`
}

/** @param {string} search */
function nobody(search) {
  return search ? say("people.noneFound", { text: search }) : say("people.none")
}
