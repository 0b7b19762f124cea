// Follows one reply through an EventSource. What to do is decided in attachment.js; here it is done.

import * as attachments from "./attachment.js"
import { asProblem, isWorthWaiting, Problem } from "./problem.js"
import { decodeEvent, eventNames, eventNumber } from "./reply-events.js"

/** @typedef {import("./reply-events.js").ReplyEvent} ReplyEvent */
/** @typedef {import("./world.js").World} World */

/**
 * What a follower hears: the server's events, and what becomes of the connection.
 *
 * @typedef {ReplyEvent
 *   | { type: "connectionLost", attempt: number, waitMs: number, sentence: string | null }
 *   | { type: "connectionBack" }
 *   | { type: "settled" }
 *   | { type: "failedHere", problem: Problem }} Heard
 */

/**
 * @typedef {object} Follower
 * @property {() => number} seen The number of the last event that was heard.
 * @property {() => void} retryNow
 */

/**
 * @typedef {object} Following
 * @property {(signal: AbortSignal) => Promise<string>} ask Asks for the address of the stream.
 * @property {(signal: AbortSignal) => Promise<boolean>} look Whether the reply is over.
 * @property {(heard: Heard) => void} hear Never called after `signal` or after an ending.
 * @property {World} world
 * @property {AbortSignal} signal
 * @property {number} [seen]
 */

/** Beats come every 10 s: two and a half missed ones are a dead connection. */
const silenceMs = 25_000

/** A glance at another tab is no reason to let go. */
const hiddenForMs = 5_000

/** What comes without a number; an EventSource reports that of the event before. */
const unnumbered = new Set(["beat", "notice"])

/** @implements {Follower} */
class EventSourceFollower {
  /** @type {attachments.Attachment} */
  #attachment
  #following
  /** @type {AbortController} */
  #end = new AbortController()
  /** @type {import("./world.js").EventSourceLike | null} */
  #source = null
  /** @type {() => void} */
  #cancelTimer = () => {}
  /** @type {() => void} */
  #cancelHiding = () => {}
  #isBack = true

  /** @param {Following} following */
  constructor(following) {
    this.#following = following
    const first = attachments.begun(following.seen ?? 0)
    this.#attachment = first.next
    if (following.signal.aborted) return
    this.#listenToTheWorld()
    this.#take(first)
  }

  seen() {
    return this.#attachment.seen
  }

  retryNow() {
    if (this.#attachment.phase === "waiting") this.#take(attachments.waited(this.#attachment))
  }

  #listenToTheWorld() {
    const { world, signal } = this.#following
    const unwatch = [
      world.watchVisibility(() => this.#visibilityChanged()),
      world.watchNetwork(() => this.retryNow()),
    ]
    this.#end.signal.addEventListener("abort", () => {
      this.#letGo()
      this.#cancelHiding()
      for (const stop of unwatch) stop()
    })
    signal.addEventListener("abort", () => this.#end.abort(), { signal: this.#end.signal })
  }

  /** @param {attachments.Answer} answer */
  #take({ next, step }) {
    this.#attachment = next
    switch (step.do) {
      case "carryOn":
        return
      case "ask":
        this.#letGo()
        return void this.#ask()
      case "look":
        this.#letGo()
        return void this.#look()
      case "open":
        this.#letGo()
        return this.#open(step.address)
      case "wait":
        this.#letGo()
        return this.#wait(next.attempt, step)
      case "rest":
        return this.#letGo()
      case "giveUp":
        return this.#conclude({ type: "failedHere", problem: step.problem })
    }
  }

  async #ask() {
    const answer = await this.#outcome(this.#following.ask)
    if (!answer) return
    this.#take(
      "value" in answer
        ? attachments.granted(this.#attachment, answer.value)
        : attachments.refused(this.#attachment, answer.problem, this.#following.world.random),
    )
  }

  async #look() {
    const { world, look } = this.#following
    const answer = await this.#outcome(look)
    if (!answer) return
    if ("problem" in answer) {
      this.#take(attachments.refused(this.#attachment, answer.problem, world.random))
    } else if (answer.value) {
      this.#conclude({ type: "settled" })
    } else {
      this.#take(attachments.stillRunning(this.#attachment, world.random))
    }
  }

  /**
   * @template Value
   * @param {(signal: AbortSignal) => Promise<Value>} request
   * @returns {Promise<{ value: Value } | { problem: Problem } | null>} Nothing once it is over.
   */
  async #outcome(request) {
    try {
      const value = await request(this.#end.signal)
      return this.#end.signal.aborted ? null : { value }
    } catch (error) {
      return this.#end.signal.aborted ? null : { problem: asProblem(error) }
    }
  }

  /** @param {string} address */
  #open(address) {
    const source = this.#following.world.openStream(address)
    this.#source = source
    source.onopen = () => {
      this.#take(attachments.opened(this.#attachment))
      this.#connectionIsBack()
      this.#watchForSilence()
    }
    source.onerror = () => {
      const isRefused = source.readyState === 2
      this.#take(attachments.lost(this.#attachment, isRefused, this.#following.world.random))
    }
    for (const name of eventNames) {
      source.addEventListener(name, (event) => this.#arrived(name, event))
    }
    this.#watchForSilence()
  }

  /**
   * @param {string} name
   * @param {{ data: string, lastEventId: string }} event
   */
  #arrived(name, event) {
    const decoded = decodeEvent(name, event.data)
    const number = unnumbered.has(name) ? null : eventNumber(event.lastEventId)
    if (attachments.isRepeated(this.#attachment, number)) return
    this.#watchForSilence()
    this.#connectionIsBack()
    if (decoded.type === "invalid") return this.#unreadable(decoded.raw)
    this.#take(attachments.received(this.#attachment, number))
    const isEnding = decoded.type === "done" || decoded.type === "error"
    if (isEnding) this.#conclude(decoded)
    else if (decoded.type !== "beat" && decoded.type !== "ignored") this.#following.hear(decoded)
  }

  /** @param {string} raw */
  #unreadable(raw) {
    console.error("Invalid event from the server:", raw)
    this.#conclude({ type: "failedHere", problem: new Problem("invalid") })
  }

  #connectionIsBack() {
    if (this.#isBack) return
    this.#isBack = true
    this.#following.hear({ type: "connectionBack" })
  }

  /**
   * @param {number} attempt
   * @param {{ ms: number, why: Problem | null }} step
   */
  #wait(attempt, { ms, why }) {
    this.#isBack = false
    this.#cancelTimer = this.#following.world.after(ms, () => this.retryNow())
    this.#following.hear({ type: "connectionLost", attempt, waitMs: ms, sentence: sentenceOf(why) })
  }

  #watchForSilence() {
    const { world } = this.#following
    this.#cancelTimer()
    this.#cancelTimer = world.after(silenceMs, () => {
      if (world.isVisible()) this.#take(attachments.fellSilent(this.#attachment))
      else this.#watchForSilence()
    })
  }

  #visibilityChanged() {
    const { world } = this.#following
    this.#cancelHiding()
    if (world.isVisible()) return this.#take(attachments.shown(this.#attachment))
    this.#cancelHiding = world.after(
      hiddenForMs,
      () => this.#take(attachments.hidden(this.#attachment)),
    )
  }

  /** Closes the stream and forgets the timer, so that there is never more than one of each. */
  #letGo() {
    this.#cancelTimer()
    this.#cancelTimer = () => {}
    if (!this.#source) return
    this.#source.onopen = null
    this.#source.onerror = null
    this.#source.close()
    this.#source = null
  }

  /** @param {Heard} ending */
  #conclude(ending) {
    if (this.#end.signal.aborted) return
    this.#end.abort()
    this.#following.hear(ending)
  }
}

/**
 * Follows a reply until it ends or `signal` aborts; reconnects as often as it takes.
 *
 * @param {Following} following
 * @returns {Follower}
 */
export function followReply(following) {
  return new EventSourceFollower(following)
}

/**
 * The way without a stream: one request that answers with the whole reply.
 *
 * @param {object} waiting
 * @param {(signal: AbortSignal) => Promise<{ text: string, agent: string | null,
 *   replyId: string, wasStopped: boolean, isCutShort: boolean }>} waiting.ask
 * @param {(heard: Heard) => void} waiting.hear
 * @param {World} waiting.world
 * @param {AbortSignal} waiting.signal
 * @returns {Follower}
 */
export function awaitReply({ ask, hear, world, signal }) {
  let wake = () => {}

  /** @param {number} attempt */
  const attemptOnce = async (attempt) => {
    try {
      const reply = await ask(signal)
      if (signal.aborted) return
      if (attempt > 1) hear({ type: "connectionBack" })
      const { replyId, agent } = reply
      if (replyId) hear({ type: "accepted", conversationId: "", replyId, agent, reason: null })
      if (reply.text) hear({ type: "chunk", text: reply.text })
      if (reply.wasStopped) hear({ type: "noticed", code: "stopped", text: "" })
      if (reply.isCutShort) hear({ type: "noticed", code: "length", text: "" })
      hear({ type: "done", agent: reply.agent })
    } catch (error) {
      if (signal.aborted) return
      const problem = asProblem(error)
      if (isWorthWaiting(problem)) waitForNext(attempt, problem)
      else hear({ type: "failedHere", problem })
    }
  }

  /**
   * @param {number} attempt
   * @param {Problem} why
   */
  const waitForNext = (attempt, why) => {
    const waitMs = attachments.waitMs(attempt, world.random, why)
    const cancel = world.after(waitMs, () => wake())
    wake = () => {
      wake = () => {}
      cancel()
      attemptOnce(attempt + 1)
    }
    signal.addEventListener("abort", cancel, { once: true })
    hear({ type: "connectionLost", attempt, waitMs, sentence: sentenceOf(why) })
  }

  attemptOnce(1)
  return { seen: () => 0, retryNow: () => wake() }
}

/**
 * What the server said about why it has to be asked again; nothing when it could not be reached.
 *
 * @param {Problem | null} problem
 */
function sentenceOf(problem) {
  return problem && problem.kind !== "offline" ? problem.message : null
}
