// What a reader can do. Brings the state, the server and the running reply together.

import { batched } from "./batching.js"
import * as conversations from "./conversation.js"
import * as states from "./chat-state.js"
import * as replies from "./reply-state.js"
import { renewed } from "./message-window.js"
import { isFresh } from "./outbox.js"
import { asProblem, Problem } from "./problem.js"
import { sendElsewhere } from "./sending-elsewhere.js"
import { sendStop } from "./stopping.js"
import { say } from "./words.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {import("./reply.js").Follower} Follower */
/** @typedef {Pick<typeof import("./reply.js"), "followReply" | "awaitReply">} Following */
/** @typedef {import("./api.js").Question} Question */

/**
 * @typedef {object} Surroundings
 * @property {import("./store.js").Store<ChatState>} store
 * @property {import("./api.js").API} api
 * @property {import("./shelf.js").Shelf} shelf
 * @property {import("./drafts.js").Drafts} drafts
 * @property {import("./outbox.js").Outbox} outbox
 * @property {import("./world.js").World} world
 * @property {Following} following How a reply is followed.
 * @property {(conversationId: string | null, messageId: string | null) => void} showAddress Puts the
 *   choice into the URL.
 * @property {(conversationId: string) => string | null} [placeIn] The message at which somebody
 *   stopped reading.
 * @property {(change: Changed) => void} [whenInstead] Hears when something is asked in the place of
 *   something.
 * @property {(heard: import("./reply.js").Heard) => void} [overhear] Hears of every reply, too.
 */

/**
 * The page shows another way of telling a conversation than before.
 *
 * @typedef {object} Changed
 * @property {string} conversationId
 * @property {string} questionId The new question.
 * @property {string} insteadOf
 * @property {string} throughId The last message of what was shown before.
 * @property {boolean} isSame Whether the new question says the same.
 */

/** How often the page looks whether a reply began or ended in another tab. */
const lookEveryMs = 5_000

/** How often a screen reader is told that the assistant still answers. */
const sayEveryMs = 7_000

/** What the button that has an unfinished reply continued says for the reader. */
const continuation = say("reply.pleaseContinue")

export class Chat {
  #store
  #api
  #shelf
  #drafts
  #outbox
  #world
  #following
  #showAddress
  #placeIn
  #whenInstead
  #overhear
  /** @type {Set<string>} What is known of replies beside the path that is shown. */
  #elsewhere = new Set()
  /** @type {Follower | null} */
  #follower = null
  /** Ends what belongs to the chosen conversation. */
  #choice = new AbortController()
  /** Ends with the page. */
  #life = new AbortController()
  /** @type {() => void} */
  #cancelSaying = () => {}
  /** Passes on what of the reply has not been shown yet. */
  #flush = () => {}
  /** @type {() => void} */
  #cancelLook = () => {}

  /** @param {Surroundings} surroundings */
  constructor({ store, api, shelf, drafts, outbox, world, following, showAddress, ...more }) {
    const { placeIn = () => null, whenInstead = () => {}, overhear = () => {} } = more
    this.#store = store
    this.#api = api
    this.#shelf = shelf
    this.#drafts = drafts
    this.#outbox = outbox
    this.#world = world
    this.#following = following
    this.#showAddress = showAddress
    this.#placeIn = placeIn
    this.#whenInstead = whenInstead
    this.#overhear = overhear
  }

  /**
   * @param {string | null} conversationId From the URL.
   * @param {string | null} [messageId] The message in it that the URL names.
   */
  async start(conversationId, messageId = null) {
    this.#world.watchVisibility(() => {
      if (this.#world.isVisible()) this.#lookAround()
    })
    this.#lookAgainLater()
    this.#showOutbox()
    await Promise.all([
      this.configure(),
      this.#shelf.refresh(),
      this.#open(conversationId, messageId),
    ])
    sendElsewhere({
      store: this.#store,
      outbox: this.#outbox,
      api: this.#api,
      world: this.#world,
      awaitReply: this.#following.awaitReply,
      signal: this.#life.signal,
      whenSent: () => {
        this.#showOutbox()
        this.#shelf.refresh()
      },
    })
  }

  /** The page goes away. */
  leave() {
    this.#choice.abort()
    this.#life.abort()
    this.#cancelLook()
  }

  // Asking

  /**
   * @param {string} typed
   * @returns {boolean} Whether it was sent, or waits for the network; not while a reply runs.
   */
  ask(typed) {
    const text = typed.trim()
    const state = this.#store.get()
    if (text && states.canQueue(state)) return this.#queue(text)
    if (!text || !states.canAsk(state) || !states.isAtEnd(state)) return false
    this.#ask(text, { parentId: conversations.lastSent(state.conversation?.messages ?? []) })
    return true
  }

  /**
   * Asks in the place of a question that is there; see `askedInstead`.
   *
   * @param {string} insteadOf
   * @param {{ text?: string, agent?: string | null }} [how] The same text unless another is given,
   *   and who is to answer.
   * @returns {boolean} Whether it was sent.
   */
  askInstead(insteadOf, { text: typed, agent = this.#store.get().pickedAgent } = {}) {
    const { conversation } = this.#store.get()
    const question = conversation?.messages.find(({ id }) => id === insteadOf)
    const text = (typed ?? question?.text ?? "").trim()
    if (!conversation || !question || !text) return false
    if (!states.canAsk(this.#store.get())) {
      return this.#refuse(say("instead.wait"))
    }
    if (!this.#world.isOnline()) return this.#refuse(say("instead.offline"))
    const parentId = conversations.parentOf(conversation, insteadOf)
    const isFirst = parentId === null && question.isReceived
    this.#ask(text, { parentId, isFirst, agent, insteadOf })
    return true
  }

  /** @param {string} sentence Why something is not done. */
  #refuse(sentence) {
    this.#store.update((state) => states.announced(states.hinted(state, sentence), sentence))
    return false
  }

  /**
   * @param {string} text
   * @param {{ parentId: string | null, isFirst?: boolean, agent?: string | null,
   *   insteadOf?: string | null }} where What it follows, or whether it begins its conversation anew;
   *   who is to answer; and the question in whose place it stands.
   */
  #ask(text, where) {
    const { chosenId, profile, pickedAgent } = this.#store.get()
    const { parentId, isFirst = false, agent = pickedAgent, insteadOf = null } = where
    const question = {
      id: this.#world.makeIdentifier(),
      conversationId: chosenId ?? this.#world.makeIdentifier(),
      text,
      parentId,
      isFirst,
      version: profile?.version ?? null,
      agent,
    }
    if (insteadOf) this.setAside(this.#store.get().conversation)
    this.#store.update((state) =>
      insteadOf
        ? replies.askedInstead(state, insteadOf, question, this.#world.now())
        : replies.asked(state, question, this.#world.now())
    )
    if (!chosenId) this.#showAddress(question.conversationId, null)
    if (insteadOf) {
      this.#drafts.write(draftOf(insteadOf), text)
      this.#askedInstead(question)
    } else {
      this.#drafts.write(chosenId, "")
      this.#drafts.write(question.conversationId, text)
    }
    this.#follow(question, conversations.placeholderId(question.id))
  }

  /**
   * Another path will be shown than this one: its replies are no news any more.
   *
   * @param {conversations.Conversation | null} conversation
   */
  setAside(conversation) {
    for (const { replyTo: messageId, state } of conversation?.messages ?? []) {
      if (messageId === null) continue
      this.#elsewhere.add(replies.newsOf({ messageId, isRunning: state === "streaming" }))
    }
  }

  // Changing a message

  /** @param {string} id */
  edit(id) {
    const question = this.#store.get().conversation?.messages.find((message) => message.id === id)
    // What the reader tells about themselves is changed in the profile.
    if (question?.role !== "user" || this.#store.get().profile) return
    const text = this.#drafts.read(draftOf(id)) || question.text
    this.#store.update((state) => states.edited(state, { id, text }))
  }

  /** Begins to change what the reader said last, if that is here. */
  editLast() {
    const last = this.#store.get().conversation?.messages.findLast(({ role }) => role === "user")
    if (last) this.edit(last.id)
  }

  /**
   * The reader types.
   *
   * @param {string} id
   * @param {string} text
   */
  keepEdit(id, text) {
    this.#drafts.write(draftOf(id), text)
  }

  /** Leaves the message as it is. What was typed is there when it is changed again. */
  cancelEdit() {
    this.#store.update((state) => states.edited(state, null))
  }

  // The outbox

  /**
   * Keeps a message for when the network is back.
   *
   * @param {string} text
   */
  #queue(text) {
    const { chosenId, pickedAgent } = this.#store.get()
    if (!chosenId) return false
    const id = this.#world.makeIdentifier()
    const isKept = this.#keepUnsent({ id, conversationId: chosenId, text, agent: pickedAgent })
    if (isKept) this.#drafts.write(chosenId, "")
    return isKept
  }

  /** @param {Pick<import("./outbox.js").Unsent, "id" | "conversationId" | "text" | "agent">} question */
  #keepUnsent({ id, conversationId, text, agent }) {
    const isKept = this.#outbox.put({
      id,
      conversationId,
      text,
      agent,
      writtenAt: this.#world.now(),
    })
    this.#showOutbox()
    return isKept
  }

  /** @param {string} id */
  #noLongerUnsent(id) {
    this.#outbox.remove(id)
    this.#showOutbox()
  }

  #showOutbox() {
    const unsent = this.#outbox.read()
    const before = this.#store.get().unsent
    if (unsent.length === 0 && before.length === 0) return
    this.#store.update((state) => states.unsentChanged(state, unsent, this.#world.now()))
  }

  #goOnSending() {
    this.#showOutbox()
    this.#sendNext()
  }

  /** Sends the first message of this conversation that waits for nothing but the network. */
  #sendNext() {
    const state = this.#store.get()
    const next = state.conversation?.messages.find(({ waits }) => waits !== "nothing")
    if (!state.conversation || next?.waits !== "network" || !states.canAsk(state)) return
    // Behind what the page does not hold there may be more: it is sent once the end is there.
    if (!states.isAtEnd(state)) return
    const { conversation } = state
    const unsent = state.unsent.find(({ id }) => id === next.id)
    if (unsent && !isFresh(unsent, this.#world.now())) {
      return this.#store.update((before) => replies.staled(before, next.id))
    }
    const parentId = conversations.parentOf(conversation, next.id)
    const agent = unsent?.agent ?? null
    this.#store.update((before) => replies.sent(before, next.id, this.#world.now()))
    const question = {
      id: next.id,
      conversationId: conversation.id,
      text: next.text,
      parentId,
      version: state.profile?.version ?? null,
      agent,
    }
    this.#follow(question, conversations.placeholderId(next.id))
  }

  /**
   * The reader wants to have sent after all what has waited for long.
   *
   * @param {string} id
   */
  sendNow(id) {
    this.#outbox.renew(id, this.#world.now())
    this.#showOutbox()
    this.#store.update((state) => replies.consented(state, id))
    this.#sendNext()
  }

  /** @param {string} id */
  discard(id) {
    this.#noLongerUnsent(id)
    this.#store.update((state) => replies.withdrawn(state, id))
    this.#sendNext()
  }

  /** Has a reply that was stopped or cut off continued, in the reader's own words. */
  continue() {
    return this.ask(continuation)
  }

  /**
   * Tries a failed reply again: the same one, if it may still be had; otherwise the question is
   * asked anew, in the place of the old one.
   *
   * @param {string} replyId
   */
  retry(replyId) {
    const { conversation, running } = this.#store.get()
    if (running?.replyId === replyId) return this.#follower?.retryNow()
    const reply = conversation?.messages.find((message) => message.id === replyId)
    const question = conversation?.messages.find((message) => message.id === reply?.replyTo)
    if (!conversation || !reply || !question || !states.canAsk(this.#store.get())) return
    if (!reply.canReattach) return void this.askInstead(question.id)
    const parentId = conversations.parentOf(conversation, question.id)
    this.#resume({ ...question, conversationId: conversation.id, parentId }, replyId)
  }

  /**
   * Finds out how the reply to a question came about.
   *
   * @param {string} questionId
   */
  async inspect(questionId) {
    const { signal } = this.#choice
    /** @param {import("./chat-state.js").Inspected} inspected */
    const show = (inspected) =>
      this.#store.update((state) => states.inspecting(state, questionId, inspected))
    show({ phase: "loading" })
    try {
      const inspection = await this.#api.inspection(questionId)
      if (!signal.aborted) show({ phase: "ready", inspection })
    } catch (error) {
      if (!signal.aborted) show({ phase: "failed", sentence: asProblem(error).message })
    }
  }

  /** @param {string | null} agent Nothing lets the server choose. */
  pick(agent) {
    this.#store.update((state) => states.picked(state, agent))
  }

  /**
   * @param {Question} question
   * @param {string} replyId
   */
  #resume({ id, conversationId, text, parentId }, replyId) {
    this.#store.update((state) => replies.resumed(state, id, replyId, this.#world.now()))
    this.#follow({ id, conversationId, text, parentId }, replyId)
  }

  /**
   * @param {Question} question
   * @param {string} replyId
   */
  #follow(question, replyId) {
    this.#sayStillThere()
    const { configuration } = this.#store.get()
    const canStream = this.#world.hasStreams && configuration?.isStreaming !== false
    if (canStream) this.#followStream(question, replyId)
    else this.#followWhole(question, replyId)
  }

  /** Says every few seconds that the reply still runs, to whoever cannot see it. */
  #sayStillThere() {
    this.#cancelSaying()
    this.#cancelSaying = this.#world.after(sayEveryMs, () => {
      if (!this.#store.get().running) return
      this.#store.update((state) => states.announced(state, states.announcements.stillResponding))
      this.#sayStillThere()
    })
  }

  /**
   * @param {Question} question
   * @param {string} replyId
   */
  #followStream(question, replyId) {
    const batch = batched(
      (heard) => {
        if (heard.type === "failedHere" && heard.problem.kind === "unstreamed") {
          return this.#followWhole(question, replyId)
        }
        this.#hear(question, replyId, heard)
      },
      this.#world,
      this.#choice.signal,
    )
    this.#flush = batch.flush
    this.#follower = this.#following.followReply({
      ask: (signal) => this.#askForStream(question, replyId, signal),
      look: (signal) => this.#look(question, replyId, signal),
      hear: batch.hear,
      world: this.#world,
      signal: this.#choice.signal,
    })
  }

  /**
   * @param {Question} question
   * @param {string} replyId
   * @param {AbortSignal} signal
   */
  async #askForStream(question, replyId, signal) {
    const { running } = this.#store.get()
    if (running && running.way.acceptedAt === null) this.#checkAge(running.way.askedAt)
    const address = await this.#api.streamAddress(question, signal)
    this.#store.update((state) => replies.granted(state, replyId, this.#world.now()))
    return address
  }

  /**
   * What could not be sent for long is not sent unasked.
   *
   * @param {number} askedAt
   */
  #checkAge(askedAt) {
    if (isFresh({ writtenAt: askedAt }, this.#world.now())) return
    throw new Problem("refused", { message: say("problem.old") })
  }

  /**
   * @param {Question} question
   * @param {string} replyId
   */
  #followWhole(question, replyId) {
    this.#store.update((state) => replies.awaitingWhole(state, replyId, this.#world.now()))
    this.#follower = this.#following.awaitReply({
      ask: (signal) => this.#api.wholeReply(question, signal),
      hear: (heard) => this.#hear(question, replyId, heard),
      world: this.#world,
      signal: this.#choice.signal,
    })
  }

  /**
   * @param {Question} question
   * @param {string} replyId
   * @param {import("./reply.js").Heard} heard
   */
  #hear(question, replyId, heard) {
    if (heard.type === "accepted" || heard.type === "done") {
      this.#accepted(question)
    }
    if (heard.type === "error" || heard.type === "failedHere") {
      console.error("The reply failed:", heard)
    }
    const { running } = this.#store.get()
    const isOffline = heard.type === "connectionLost" && heard.sentence === null
    if (isOffline && running?.way.grantedAt === null && running.instead) {
      this.#letGo()
      return this.#store.update((state) => replies.takenBack(state, say("instead.offline")))
    }
    // What was asked in the place of something keeps its text as the draft of that change.
    if (isOffline && running?.way.acceptedAt === null && !running.instead) {
      this.#keepUnsent({ ...question, agent: question.agent ?? null })
    }
    this.#store.update((state) => replies.heard(state, replyId, heard, this.#world.now()))
    this.#overhear(heard)
    if (heard.type === "accepted" || heard.type === "done" || heard.type === "error") {
      this.#noLongerUnsent(question.id)
    }
    if (heard.type === "done" || heard.type === "error" || heard.type === "failedHere") {
      this.#shelf.saw(question.id)
      this.#shelf.refresh()
      this.#watchSaving(question.id)
      this.#sendNext()
    }
  }

  /**
   * Asks now and then whether the database has a reply that waits for it.
   *
   * @param {string} questionId
   */
  #watchSaving(questionId) {
    const reply = this.#store.get().conversation?.messages.find(({ replyTo }) =>
      replyTo === questionId
    )
    if (reply?.saving !== "waiting") return
    const { signal } = this.#choice
    const cancel = this.#world.after(lookEveryMs, async () => {
      try {
        const { savedAt } = await this.#api.inspection(questionId)
        if (signal.aborted) return
        if (savedAt !== null) {
          this.#store.update((state) => replies.savedLater(state, questionId))
        }
      } catch (error) {
        console.debug("Whether it is saved is not known yet:", error)
      }
      if (!signal.aborted) this.#watchSaving(questionId)
    })
    signal.addEventListener("abort", cancel, { once: true })
  }

  /** @param {Question} question */
  #accepted({ id, conversationId, text }) {
    const { running } = this.#store.get()
    const instead = running?.questionId === id ? running.instead : null
    if (instead) return this.#drafts.write(draftOf(instead.of), "")
    if (this.#drafts.read(conversationId) === text) this.#drafts.write(conversationId, "")
  }

  /** @param {{ id: string, text: string }} question */
  #askedInstead({ id: questionId, text }) {
    const { running } = this.#store.get()
    if (running?.questionId !== questionId || !running.instead) return
    const { of, before } = running.instead
    const old = before.messages.find(({ id }) => id === of)
    const throughId = before.later === "end" ? conversations.lastSent(before.messages) : before.leaf
    const reply = before.messages.find(({ replyTo }) => replyTo === of)
    const isSame = old?.text === text
    // Nobody wants a reply back that has failed.
    const isWorthIt = old?.isReceived && !(isSame && reply?.state === "failed")
    if (!isWorthIt || throughId === null) return
    this.#whenInstead({
      conversationId: before.id,
      questionId,
      insteadOf: of,
      throughId,
      isSame,
    })
  }

  /**
   * What became of a reply whose stream is refused.
   *
   * @param {Question} question
   * @param {string} replyId
   * @param {AbortSignal} signal
   * @returns {Promise<boolean>} Whether it is over.
   */
  async #look(question, replyId, signal) {
    const kept = await this.#api.conversation(question.conversationId, signal)
    const reply = kept.messages.find((message) => message.replyTo === question.id)
    if (!reply || reply.state === "streaming") return false
    this.#store.update((state) => replies.settled(state, replyId, reply, this.#world.now()))
    return true
  }

  /** Ends the running reply. What has been shown stays as it is. */
  async stop() {
    const { running } = this.#store.get()
    if (!running) return
    this.#noLongerUnsent(running.questionId)
    this.#flush()
    const seen = this.#follower?.seen() ?? 0
    this.#letGo()
    this.#store.update((state) => replies.stopped(state, this.#world.now()))
    const receipt = await sendStop(running.questionId, seen, this.#api, this.#world)
    const { replyId } = running
    this.#store.update((state) => replies.stopArrived(state, replyId, receipt?.seconds ?? null))
    this.#sendNext()
    if (!receipt) {
      this.#store.update((state) => states.hinted(state, say("problem.stop")))
    }
  }

  // Conversations

  /**
   * @param {string | null} id Nothing for a new one.
   * @param {string | null} [messageId] The message in it that is to be shown.
   * @returns {Promise<void>}
   */
  async choose(id, messageId = null) {
    const { chosenId, conversationPhase } = this.#store.get()
    const isChosen = id === chosenId && conversationPhase !== "failed"
    if (isChosen && messageId === null) return
    this.#showAddress(id, messageId)
    await this.arriveAt(id, messageId)
  }

  /**
   * The URL changed by itself: back, or forward.
   *
   * @param {string | null} id
   * @param {string | null} [messageId]
   */
  async arriveAt(id, messageId = null) {
    const { chosenId, conversation, conversationPhase } = this.#store.get()
    const isChosen = id === chosenId && conversationPhase !== "failed"
    const isHere = messageId === null ||
      conversation?.messages.some((one) => conversations.lastingId(one) === messageId)
    if (isChosen && isHere) this.#store.update((state) => states.sought(state, messageId))
    else await this.#open(id, messageId)
  }

  /**
   * @param {string | null} id
   * @param {string | null} [messageId]
   */
  async #open(id, messageId = null) {
    this.#letGo()
    this.#elsewhere.clear()
    const { signal } = this.#choice
    this.#store.update((state) => states.chosen(state, id, messageId))
    if (!id) return
    try {
      const place = messageId ?? this.#placeIn(id)
      const conversation = await this.#loadAround(id, place, signal)
      if (signal.aborted) return
      this.#store.update((state) => states.loaded(state, conversation))
      this.#shelf.opened(id)
      this.resumeIn(conversation)
      this.#goOnSending()
    } catch (error) {
      if (signal.aborted) return
      this.#notOpened(id, asProblem(error))
    }
  }

  /**
   * @param {string} id
   * @param {string | null} messageId Nothing for the end, which is shown too where it is gone.
   * @param {AbortSignal} signal
   */
  async #loadAround(id, messageId, signal) {
    if (messageId === null) return await this.#api.conversation(id, signal)
    try {
      return await this.#api.conversation(id, signal, { around: messageId })
    } catch (error) {
      if (asProblem(error).status !== 404) throw error
      return await this.#api.conversation(id, signal)
    }
  }

  /**
   * Holds on to the reply that runs in what was loaded.
   *
   * @param {conversations.Conversation} conversation
   */
  resumeIn(conversation) {
    const reply = conversations.runningReply(conversation)
    if (!reply) return this.#goOnSending()
    const { questionId, text, replyId } = reply
    const parentId = conversations.parentOf(conversation, questionId)
    this.#resume({ id: questionId, conversationId: conversation.id, text, parentId }, replyId)
  }

  /**
   * @param {string} id
   * @param {import("./problem.js").Problem} problem
   */
  #notOpened(id, problem) {
    // A page that was left before its first message arrived: the text waits in the box.
    const isWritten = this.#outbox.read().some(({ conversationId }) => conversationId === id)
    const isUnknown = problem.status === 404 || problem.status === 401
    if (isWritten && isUnknown) return this.#openUnsent(id)
    if (isWritten && problem.kind === "offline") {
      this.#reopenWithNetwork()
      return this.#openUnsent(id)
    }
    const isUnsent = isUnknown && this.#drafts.read(id) !== ""
    const phase = isUnsent ? "new" : problem.status === 404 ? "missing" : "failed"
    this.#store.update((state) => states.notLoaded(state, id, phase))
    if (phase === "failed") this.#store.update((state) => states.hinted(state, problem.message))
  }

  /**
   * A conversation of which the server has nothing yet.
   *
   * @param {string} id
   */
  #openUnsent(id) {
    this.#store.update((state) => states.loaded(state, conversations.emptyConversation(id)))
    this.#showOutbox()
    this.#sendNext()
  }

  /** Until then there is only what waits here. */
  #reopenWithNetwork() {
    const cancel = this.#world.watchNetwork(() => this.reopen())
    this.#choice.signal.addEventListener("abort", cancel, { once: true })
  }

  /** Tries to load the chosen conversation again. */
  async reopen() {
    const { chosenId, soughtMessageId } = this.#store.get()
    await this.#open(chosenId, soughtMessageId)
  }

  #letGo() {
    this.#choice.abort()
    this.#choice = new AbortController()
    this.#cancelSaying()
    this.#follower = null
  }

  /** Learns how the server answers this reader. */
  async configure() {
    try {
      const configuration = await this.#api.configuration()
      this.#store.update((state) => states.configured(state, configuration))
    } catch (error) {
      console.error("No configuration:", error)
    }
  }

  #lookAgainLater() {
    this.#cancelLook()
    this.#cancelLook = this.#world.after(lookEveryMs, () => {
      if (this.#world.isVisible()) this.#lookAround()
      else this.#lookAgainLater()
    })
  }

  /** Finds out what happened elsewhere, and shows it: in the list, and in the open conversation. */
  async #lookAround() {
    this.#cancelLook()
    try {
      const active = await this.#api.active()
      if (active) {
        this.#shelf.heard(active)
        await Promise.all([this.#shelf.refresh(), this.#catchUp(active)])
      }
    } catch (error) {
      // The next look is soon; what the reader waits for says itself what is wrong.
      console.debug("No look around:", error)
    }
    this.#lookAgainLater()
  }

  /** @param {readonly import("./api.js").ActiveReply[]} active */
  async #catchUp(active) {
    const { chosenId } = this.#store.get()
    const hasNews = () => replies.hasNews(this.#store.get(), active, this.#elsewhere)
    if (!chosenId || !hasNews()) return
    const { signal } = this.#choice
    const conversation = await this.#api.conversation(chosenId, signal)
    // Meanwhile the reader may have asked something.
    if (signal.aborted || !hasNews()) return
    // What is still unknown afterwards belongs to another path, and is no news next time.
    for (const reply of active) this.#elsewhere.add(replies.newsOf(reply))
    this.#store.update((state) =>
      states.loaded(
        state,
        state.conversation ? renewed(state.conversation, conversation) : conversation,
      )
    )
    this.resumeIn(conversation)
    this.#showOutbox()
  }
}

/**
 * The draft of a message that is being changed, beside those of the conversations.
 *
 * @param {string} questionId
 */
function draftOf(questionId) {
  return `edit.${questionId}`
}
