// What an admin does about people: asks where it cannot be taken back, does it, and says so.

import { asProblem } from "../problem.js"
import { say } from "./admin-words.js"
import * as states from "./people-state.js"

/** @typedef {import("./people-state.js").Act} Act */
/** @typedef {import("./people-state.js").PeopleState} PeopleState */
/** @typedef {{ id: string, name: string }} Named */

/** How long a search waits for the next letter. */
const pauseMs = 250

/** What is said of an act that is done. */
const outcomes = /** @type {const} */ ({
  "make-admin": "people.isAdmin",
  "make-person": "people.isPerson",
  "end-sessions": "people.isSignedOut",
  "reset-second-factor": "people.hasNoFactor",
  disable: "people.isDisabled",
  enable: "people.isEnabled",
  withdraw: "invitations.isWithdrawn",
})

/** What the server refuses, in the words of this page. */
const refusals = /** @type {const} */ ({
  own_account: "people.ownAccount",
  last_admin: "people.lastAdmin",
  no_account: "people.noAccount",
})

export class PeopleDesk {
  #store
  #api
  #undo
  #world
  /** Counts questions for the list: an answer that another has overtaken is not shown. */
  #asked = 0
  #stopWaiting = () => {}

  /**
   * @param {object} parts
   * @param {import("../store.js").Store<PeopleState>} parts.store
   * @param {import("./people-api.js").PeopleAPI} parts.api
   * @param {Pick<import("../undo.js").Undo, "offer">} parts.undo
   * @param {Pick<import("../world.js").World, "after" | "now">} parts.world
   */
  constructor({ store, api, undo, world }) {
    this.#store = store
    this.#api = api
    this.#undo = undo
    this.#world = world
  }

  /** Looks up everything. */
  async look() {
    await this.#attempt(async () => {
      const [policy, invitations] = await Promise.all([
        this.#api.policy(),
        this.#api.invitations(),
      ])
      this.#store.update((state) =>
        states.admitted(states.invitationsListed(state, invitations), policy)
      )
    })
    await this.#list()
  }

  /** @param {string} text */
  search(text) {
    this.#stopWaiting()
    this.#stopWaiting = this.#world.after(pauseMs, () => {
      this.#store.update((state) => states.searched(state, text.trim()))
      this.#list()
    })
  }

  async nextPage() {
    this.#store.update(states.turned)
    await this.#list()
  }

  async previousPage() {
    this.#store.update(states.turnedBack)
    await this.#list()
  }

  /**
   * Does something to an account or an invitation, or asks first.
   *
   * @param {Act} act
   * @param {Named} whom
   */
  async act(act, { id, name }) {
    if (states.needsQuestion(act)) {
      this.#store.update((state) => states.asked(state, { act, id, name }))
    } else {
      await this.#do(act, { id, name })
    }
  }

  /** @param {boolean} isMeant */
  async answer(isMeant) {
    const { question } = this.#store.get()
    this.#store.update((state) => states.asked(state, null))
    if (question && isMeant) await this.#do(question.act, question)
  }

  /** @param {{ note: string, days: number }} wanted */
  async invite(wanted) {
    return await this.#attempt(async () => {
      const { invitation, code, path } = await this.#api.invite(wanted)
      this.#store.update((state) =>
        states.handedOver(states.invited(state, invitation), {
          kind: "invitation",
          name: wanted.note,
          code,
          path,
        })
      )
    })
  }

  /** The code that was shown is put away, and nobody can show it again. */
  putAway() {
    this.#store.update((state) => states.handedOver(state, null))
  }

  /**
   * @param {Act} act
   * @param {Named} whom
   */
  async #do(act, whom) {
    await this.#attempt(() => this.#carryOut(act, whom))
  }

  /**
   * @param {Act} act
   * @param {Named} whom
   */
  async #carryOut(act, { id, name }) {
    if (act === "reset-code") {
      const code = await this.#api.makeResetCode(id)
      const path = `/login#reset=${code}`
      this.#store.update((state) => states.handedOver(state, { kind: "reset", name, code, path }))
      return
    }
    const sending = this.#send(act, id)
    const sentence = say(outcomes[act], { name })
    const opposite = states.oppositeOf(act)
    const withdraw = opposite === null
      ? () => {}
      : this.#offer({ sending, opposite, id, name, sentence })
    try {
      await sending
    } catch (error) {
      withdraw()
      throw error
    }
    this.#store.update((state) =>
      act === "withdraw"
        ? states.withdrawn(state, id)
        : states.done(state, id, act, this.#world.now())
    )
    if (opposite === null) this.#store.update((state) => states.announced(state, sentence))
  }

  /**
   * Offers the way back at once, so that what is done while the server is asked is taken back
   * before it.
   *
   * @param {Named & { sending: Promise<void>, opposite: states.Reversible, sentence: string }} act
   */
  #offer({ sending, opposite, id, name, sentence }) {
    return this.#undo.offer({
      sentence,
      undo: async () => {
        await sending
        await this.#send(opposite, id)
        this.#store.update((state) => states.done(state, id, opposite, this.#world.now()))
      },
      undone: say(outcomes[opposite], { name }),
    })
  }

  /**
   * @param {Exclude<Act, "reset-code">} act
   * @param {string} id
   */
  #send(act, id) {
    switch (act) {
      case "make-admin":
        return this.#api.setAdmin(id, true)
      case "make-person":
        return this.#api.setAdmin(id, false)
      case "end-sessions":
        return this.#api.endSessions(id)
      case "reset-second-factor":
        return this.#api.resetSecondFactor(id)
      case "disable":
        return this.#api.disable(id)
      case "enable":
        return this.#api.enable(id)
      case "withdraw":
        return this.#api.withdraw(id)
    }
  }

  async #list() {
    this.#asked += 1
    const mine = this.#asked
    await this.#attempt(async () => {
      const people = await this.#api.people(states.wanted(this.#store.get()))
      if (mine === this.#asked) this.#store.update((state) => states.listed(state, people))
    })
  }

  /**
   * @param {() => Promise<void>} act
   * @returns {Promise<boolean>} Whether it worked; where it did not, it is said why.
   */
  async #attempt(act) {
    try {
      await act()
      return true
    } catch (error) {
      const { code, message } = asProblem(error)
      const why = Object.hasOwn(refusals, code)
        ? say(refusals[/** @type {keyof typeof refusals} */ (code)])
        : message
      console.debug("An admin's wish was not fulfilled:", error)
      this.#store.update((state) => states.failed(state, why))
      return false
    }
  }
}
