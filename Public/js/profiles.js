// What a reader can do with what is known about them.

import * as states from "./chat-state.js"
import { asProblem } from "./problem.js"
import { welcomeFor } from "./starters.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {import("./api.js").Memory} Memory */

export class Profiles {
  #store
  #api

  /** @param {{ store: import("./store.js").Store<ChatState>, api: import("./api.js").API }} parts */
  constructor({ store, api }) {
    this.#store = store
    this.#api = api
  }

  /** Looks at what is known now; what is shown stays when that does not work. */
  async refresh() {
    try {
      const profile = await this.#api.profile()
      this.#store.update((state) => states.profiled(state, profile))
    } catch (error) {
      this.#tell(error)
    }
  }

  /** Finds out how this reader may begin; without an answer they begin as everybody does. */
  async welcome() {
    try {
      const profile = await this.#api.profile()
      this.#store.update((state) => states.welcomed(state, welcomeFor(profile)))
    } catch (error) {
      console.debug("Beginnings that fit the profile are not known:", error)
    }
  }

  /**
   * @param {string} field
   * @param {unknown} value Nothing to forget it.
   */
  async set(field, value) {
    await this.#change({ set: { [field]: value } })
  }

  /** @param {string} field */
  async skip(field) {
    await this.#change({ skip: [field] })
  }

  /** Forgets everything; the onboarding begins anew. */
  async forget() {
    /** @type {unknown} */
    let problem = null
    try {
      await this.#api.deleteProfile()
    } catch (error) {
      problem = error
    }
    await Promise.all([this.refresh(), this.recall()])
    // Last, because what works says that nothing is wrong.
    if (problem !== null) this.#tell(problem)
  }

  /** Looks at what is remembered. */
  async recall() {
    await this.#remember(() => this.#api.memory())
  }

  /**
   * @param {string} proposal
   * @param {"yes" | "no" | "never"} answer
   * @param {string} text As it was proposed, or as the reader has it.
   */
  async answer(proposal, answer, text) {
    await this.#remember(() => this.#api.answerProposal({ proposal, answer, text }))
  }

  /**
   * @param {string} id
   * @param {string} text
   */
  async editFact(id, text) {
    await this.#remember(() => this.#api.editFact(id, text))
  }

  /** @param {string} id */
  async forgetFact(id) {
    await this.#remember(async () => {
      await this.#api.forgetFact(id)
      return await this.#api.memory()
    })
  }

  /** @param {() => Promise<Memory>} ask */
  async #remember(ask) {
    try {
      const memory = await ask()
      this.#store.update((state) => states.hinted(states.remembered(state, memory), null))
    } catch (error) {
      this.#tell(error)
    }
  }

  /** @param {{ set?: Record<string, unknown>, skip?: readonly string[] }} change */
  async #change(change) {
    const version = this.#store.get().profile?.version ?? 0
    try {
      const profile = await this.#api.changeProfile({ version, ...change })
      this.#store.update((state) => states.hinted(states.profiled(state, profile), null))
    } catch (error) {
      this.#tell(error)
      // Somebody else was faster, in another tab perhaps: the reader sees what stands there now.
      if (asProblem(error).status === 409) await this.refresh()
    }
  }

  /** @param {unknown} error */
  #tell(error) {
    this.#store.update((state) => states.hinted(state, asProblem(error).message))
  }
}
