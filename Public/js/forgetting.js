// Changing and forgetting what is known about the reader, at once and with a way back.

import { hinted } from "./chat-state.js"
import { makeIdentifier } from "./identifier.js"
import { Problem } from "./problem.js"
import { loadMoreWords, say } from "./words.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {import("./api.js").Profile} Profile */
/** @typedef {import("./api.js").ProfileField} Field */

export class Forgetting {
  #store
  #api
  #profiles
  #undo
  /** @type {Map<string, string>} What a fact is called since it was remembered again, by what it was. */
  #renamed = new Map()

  /**
   * @param {object} parts
   * @param {import("./store.js").Store<ChatState>} parts.store
   * @param {Pick<import("./api.js").API, "answerProposal" | "changeProfile" | "editFact">} parts.api
   * @param {import("./profiles.js").Profiles} parts.profiles Does it, and tells when it does not work.
   * @param {Pick<import("./undo.js").Undo, "offer">} parts.undo
   */
  constructor({ store, api, profiles, undo }) {
    this.#store = store
    this.#api = api
    this.#profiles = profiles
    this.#undo = undo
  }

  /** @param {string} id */
  async forgetFact(id) {
    if (!await this.#canOffer()) return
    const fact = this.#fact(id)
    const doing = this.#profiles.forgetFact(id)
    if (!fact) return await doing
    const again = proposed([fact])
    await this.#offer({
      doing,
      isDone: () => !this.#fact(id),
      sentence: say("forget.fact", { text: fact.text }),
      back: () => this.#rememberAgain(again),
      undone: say("forget.fact.undone", { text: fact.text }),
    })
  }

  /**
   * @param {string} id
   * @param {string} text
   */
  async editFact(id, text) {
    if (!await this.#canOffer()) return
    const fact = this.#fact(id)
    const doing = this.#profiles.editFact(id, text)
    if (!fact || fact.text === text) return await doing
    await this.#offer({
      doing,
      isDone: () => this.#fact(id)?.text !== fact.text,
      sentence: say("forget.edited"),
      back: async () => {
        await this.#api.editFact(this.#nameNow(id), fact.text)
        await this.#profiles.recall()
      },
      undone: say("forget.edited.undone", { text: fact.text }),
    })
  }

  /**
   * @param {string} id
   * @param {unknown} value Nothing to forget it.
   */
  async setField(id, value) {
    if (!await this.#canOffer()) return
    const before = this.#field(id)
    const doing = this.#profiles.set(id, value)
    if (!before || isSame(before.value, value)) return await doing
    await this.#offer({
      doing,
      isDone: () => !isSame(before.value, this.#field(id)?.value),
      sentence: value === null
        ? say("forget.field", { label: before.label })
        : say("forget.fieldChanged", { label: before.label }),
      back: () => this.#putBack([before]),
      undone: say("forget.field.undone", { label: before.label }),
    })
  }

  /** Forgets the whole profile and every fact. */
  async forgetEverything() {
    if (!await this.#canOffer()) return
    const { profile, memory } = this.#store.get()
    const facts = memory?.facts ?? []
    const known = fieldsOf(profile).filter(({ value, isSkipped }) => value !== null || isSkipped)
    const doing = this.#profiles.forget()
    if (known.length === 0 && facts.length === 0) return await doing
    const again = proposed(facts)
    await this.#offer({
      doing,
      isDone: () => fieldsOf(this.#store.get().profile).every(({ value }) => value === null),
      sentence: say("forget.everything"),
      back: async () => {
        await this.#putBack(known)
        await this.#rememberAgain(again)
      },
      undone: say("forget.everything.undone"),
    })
  }

  /**
   * Offers the way back at once, so that what is done while the server is asked is taken back
   * before it; and no longer when the server has not done it.
   *
   * @param {object} act
   * @param {Promise<void>} act.doing
   * @param {() => boolean} act.isDone Asked when the server has answered.
   * @param {string} act.sentence
   * @param {() => Promise<void>} act.back
   * @param {string} act.undone
   */
  async #offer({ doing, isDone, sentence, back, undone }) {
    const done = doing.then(isDone)
    const withdraw = this.#undo.offer({
      sentence,
      undo: async () => {
        if (await done) await back()
      },
      undone,
    })
    if (!await done) withdraw()
  }

  /** Whether there are words for the way back: without them nothing is changed. */
  async #canOffer() {
    try {
      await loadMoreWords()
      return true
    } catch (reason) {
      console.debug("What is changed could not be taken back:", reason)
      this.#store.update((state) => hinted(state, new Problem("offline").message))
      return false
    }
  }

  /** @param {string} id */
  #fact(id) {
    return this.#store.get().memory?.facts.find((fact) => fact.id === id)
  }

  /** @param {string} id */
  #field(id) {
    return fieldsOf(this.#store.get().profile).find((field) => field.id === id)
  }

  /** @param {readonly Proposed[]} facts */
  async #rememberAgain(facts) {
    let known = new Set(this.#store.get().memory?.facts.map(({ id }) => id))
    for (const { id, text, proposal } of facts) {
      const memory = await this.#api.answerProposal({ proposal, answer: "yes", text })
      const added = memory.facts.find((fact) => !known.has(fact.id))
      if (added) this.#renamed.set(this.#nameNow(id), added.id)
      known = new Set(memory.facts.map((fact) => fact.id))
    }
    await this.#profiles.recall()
  }

  /**
   * What a fact is called now that was called so.
   *
   * @param {string} id
   */
  #nameNow(id) {
    let name = id
    for (let next = this.#renamed.get(name); next; next = this.#renamed.get(name)) name = next
    return name
  }

  /** @param {readonly Field[]} fields As they were. */
  async #putBack(fields) {
    if (fields.length === 0) return
    const set = Object.fromEntries(
      fields.filter(({ isSkipped }) => !isSkipped).map(({ id, value }) => [id, value]),
    )
    const skip = fields.filter(({ isSkipped }) => isSkipped).map(({ id }) => id)
    const version = this.#store.get().profile?.version ?? 0
    await this.#api.changeProfile({ version, set, ...(skip.length > 0 && { skip }) })
    await this.#profiles.refresh()
  }
}

/**
 * @param {Profile | null} profile
 * @returns {readonly Field[]}
 */
function fieldsOf(profile) {
  return profile?.steps.flatMap(({ fields }) => fields) ?? []
}

/**
 * @param {unknown} one
 * @param {unknown} other
 */
function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** @typedef {{ id: string, text: string, proposal: string }} Proposed */

/**
 * Facts with the proposals to which the reader's yes brings them back: once, however often it is
 * tried, because a proposal is answered once.
 *
 * @param {readonly { id: string, text: string }[]} facts
 * @returns {Proposed[]}
 */
function proposed(facts) {
  return facts.map((fact) => ({ ...fact, proposal: `reader/${makeIdentifier()}` }))
}
