// What a reader can do with what the server keeps for them.

import { asProblem, Problem } from "../problem.js"
import { makeIdentifier } from "../identifier.js"
import { hinted } from "../chat-state.js"
import { say } from "../words.js"
import * as states from "./readers-state.js"

/** @typedef {import("../store.js").Store<import("../chat-state.js").ChatState>} ChatStore */

export class ReadersOwn {
  #own
  #store
  #api
  #memory
  #profiles
  #undo
  #tellOthers

  /**
   * @param {object} parts
   * @param {import("../store.js").Store<states.ReadersState>} parts.own
   * @param {ChatStore} parts.store
   * @param {import("./readers-api.js").ReadersAPI} parts.api
   * @param {Pick<import("../api.js").API, "answerProposal">} parts.memory
   * @param {Pick<import("../profiles.js").Profiles, "recall" | "refresh">} parts.profiles
   * @param {Pick<import("../undo.js").Undo, "offer">} parts.undo
   * @param {() => void} parts.tellOthers Tells other tabs that replies come another way.
   */
  constructor({ own, store, api, memory, profiles, undo, tellOthers }) {
    this.#own = own
    this.#store = store
    this.#api = api
    this.#memory = memory
    this.#profiles = profiles
    this.#undo = undo
    this.#tellOthers = tellOthers
  }

  /** Looks at everything. */
  async refresh() {
    await Promise.all([
      this.#attempt(async () => {
        const config = await this.#api.config()
        this.#own.update((state) => states.configKnown(state, config))
      }),
      this.#attempt(async () => {
        const devices = await this.#api.devices()
        this.#own.update((state) => states.devicesKnown(state, devices))
      }),
    ])
  }

  /**
   * @param {import("./readers-state.js").Preference} preference
   * @returns {Promise<boolean>} Whether it is kept.
   */
  async preferStreaming(preference) {
    const isKept = await this.#attempt(async () => {
      const streaming = await this.#api.preferStreaming(preference)
      this.#own.update((state) => states.streamingKnown(state, streaming))
      this.#tellOthers()
    })
    // What is chosen on the page is what the server has.
    if (!isKept) this.#own.update((state) => ({ ...state }))
    return isKept
  }

  /**
   * @param {string} id
   * @returns {Promise<boolean>}
   */
  async endDevice(id) {
    return await this.#attempt(async () => {
      await this.#api.endDevice(id)
      this.#own.update((state) => states.deviceEnded(state, id))
    })
  }

  /**
   * Has the assistants told how the reader measures, as a fact among the others.
   *
   * @param {"metric" | "imperial"} units
   * @returns {Promise<boolean>}
   */
  async rememberUnits(units) {
    const text = units === "imperial" ? say("units.fact.imperial") : say("units.fact.metric")
    const known = this.#store.get().memory?.facts ?? []
    if (known.some((fact) => fact.text === text)) return true
    if (!await this.becomeGuest()) return false
    return await this.#attempt(async () => {
      const proposal = `reader/${makeIdentifier()}`
      await this.#memory.answerProposal({ proposal, answer: "yes", text })
      await this.#profiles.recall()
    })
  }

  /**
   * Nothing is kept for a stranger; whoever wishes something is one no longer.
   *
   * @returns {Promise<boolean>} Whether there is somebody to keep it for.
   */
  async becomeGuest() {
    if (this.#own.get().devices?.length !== 0) return true
    return await this.#attempt(async () => {
      await this.#api.preferStreaming(this.#own.get().streaming?.preference ?? "auto")
      const devices = await this.#api.devices()
      this.#own.update((state) => states.devicesKnown(state, devices))
    })
  }

  /** Deletes everything, with a way back. */
  async eraseAll() {
    await this.#whileErasing(async () => {
      const { conversations } = await this.#api.eraseAll()
      this.#undo.offer({
        sentence: say("data.erased", { count: conversations }),
        undo: () => this.#restore(),
        undone: say("data.restored"),
      })
      await this.#lookAtProfile()
    })
  }

  /**
   * Takes back the last deletion of everything.
   *
   * @returns {Promise<boolean>}
   */
  async restoreAll() {
    return await this.#whileErasing(() => this.#restore())
  }

  async #restore() {
    try {
      await this.#api.restoreAll()
    } catch (error) {
      if (asProblem(error).status !== 404) throw error
      throw new Problem("refused", { message: say("data.nothingToRestore"), cause: error })
    }
    await this.#lookAtProfile()
  }

  async #lookAtProfile() {
    await Promise.all([this.#profiles.refresh(), this.#profiles.recall()])
  }

  /** @param {() => Promise<void>} act */
  async #whileErasing(act) {
    this.#own.update((state) => states.erasing(state, true))
    const isDone = await this.#attempt(act)
    this.#own.update((state) => states.erasing(state, false))
    return isDone
  }

  /**
   * @param {() => Promise<void>} act
   * @returns {Promise<boolean>} Whether it worked; the reader is told why when it did not.
   */
  async #attempt(act) {
    try {
      await act()
      this.#store.update((state) => hinted(state, null))
      return true
    } catch (error) {
      console.error("The settings could not do that:", error)
      this.#store.update((state) => hinted(state, asProblem(error).message))
      return false
    }
  }
}
