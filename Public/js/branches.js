// The ways a conversation can go on: which one is shown, and a conversation of its own for one of them.

import * as states from "./chat-state.js"
import { lastingId } from "./conversation.js"
import { asProblem, Problem } from "./problem.js"
import { say } from "./words.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */

export class Branches {
  #store
  #api
  #chat
  #shelf
  #world
  #undo
  #isSwitching = false
  /** @type {Map<string, string>} The new conversation for each message of which one was wanted. */
  #wanted = new Map()

  /**
   * @param {object} parts
   * @param {import("./store.js").Store<ChatState>} parts.store
   * @param {Pick<import("./api.js").API, "conversation" | "showThrough" | "branch">} parts.api
   * @param {Pick<import("./chat.js").Chat, "choose" | "stop" | "resumeIn" | "setAside">} parts.chat
   * @param {Pick<import("./shelf.js").Shelf, "refresh">} parts.shelf
   * @param {Pick<import("./world.js").World, "makeIdentifier" | "isOnline">} parts.world
   * @param {Pick<import("./undo.js").Undo, "offer">} parts.undo
   */
  constructor({ store, api, chat, shelf, world, undo }) {
    this.#store = store
    this.#api = api
    this.#chat = chat
    this.#shelf = shelf
    this.#world = world
    this.#undo = undo
  }

  /**
   * Shows another question in the place of one, and what followed it.
   *
   * @param {string} questionId
   * @param {string} sentence What is said once it is shown.
   */
  async show(questionId, sentence) {
    const { chosenId } = this.#store.get()
    if (!chosenId || this.#isSwitching) return
    if (!states.canAsk(this.#store.get())) return this.#say(say("instead.wait"))
    if (!this.#world.isOnline()) return this.#say(say("branch.offline"))
    this.#isSwitching = true
    try {
      await this.#showThrough(chosenId, questionId, questionId)
      this.#store.update((state) => states.announced(state, sentence))
    } catch (error) {
      this.#say(asProblem(error).message)
    } finally {
      this.#isSwitching = false
    }
  }

  /**
   * Offers the way back from what is asked in the place of something: at once, so that what is done
   * before the server has it is taken back before it; and no longer where it could not be sent.
   *
   * @param {import("./chat.js").Changed} changed
   */
  offerBack(changed) {
    const withdraw = this.#undo.offer({
      sentence: say(changed.isSame ? "instead.again" : "instead.changed"),
      undo: () => this.#goBack(changed),
      undone: say("instead.undone"),
    })
    const end = this.#store.subscribe(() => {
      const fate = states.fateOf(this.#store.get(), changed)
      if (fate === "open") return
      end()
      if (fate === "gone") withdraw()
    })
  }

  /** @param {import("./chat.js").Changed} changed */
  async #goBack({ conversationId, questionId, insteadOf, throughId }) {
    // Whoever takes a question back waits for no reply to it.
    const { running, chosenId } = this.#store.get()
    if (running?.questionId === questionId) await this.#chat.stop()
    // Another reply would go on where nobody sees it.
    else if (running && chosenId === conversationId) {
      throw new Problem("refused", { message: say("instead.wait") })
    }
    await this.#showThrough(conversationId, throughId, insteadOf)
  }

  /**
   * Begins a conversation of its own with what leads to a message, and opens it.
   *
   * @param {string} id
   */
  async branch(id) {
    const { conversation } = this.#store.get()
    const message = conversation?.messages.find((message) => message.id === id)
    if (!conversation || !message) return
    if (!this.#world.isOnline()) return this.#say(say("branch.offline"))
    const messageId = lastingId(message)
    // Wanted again after it failed, it is the same one.
    const newId = this.#wanted.get(messageId) ?? this.#world.makeIdentifier()
    this.#wanted.set(messageId, newId)
    try {
      await this.#api.branch(conversation.id, { newId, messageId })
      this.#wanted.delete(messageId)
      this.#shelf.refresh()
      await this.#chat.choose(newId)
      this.#store.update((state) => states.announced(state, say("branch.opened")))
    } catch (error) {
      this.#say(asProblem(error).message)
    }
  }

  /**
   * @param {string} conversationId
   * @param {string} messageId What the path goes through.
   * @param {string} aroundId What is to be seen.
   */
  async #showThrough(conversationId, messageId, aroundId) {
    await this.#api.showThrough(conversationId, messageId)
    if (this.#store.get().chosenId !== conversationId) return
    const answer = await this.#api.conversation(conversationId, undefined, { around: aroundId })
    const isStillWanted = this.#store.get().chosenId === conversationId &&
      states.canAsk(this.#store.get())
    if (!isStillWanted) return
    this.#chat.setAside(this.#store.get().conversation)
    this.#store.update((state) => states.loaded(states.edited(state, null), answer))
    this.#chat.resumeIn(answer)
  }

  /** @param {string} sentence */
  #say(sentence) {
    this.#store.update((state) => states.announced(states.hinted(state, sentence), sentence))
  }
}
