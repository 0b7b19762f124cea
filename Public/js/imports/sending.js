// Sends conversations, batch after batch. The same batch a second time adds nothing, so that what
// became of one that got no answer does not matter: it is sent again.

import { asProblem, isWorthWaiting } from "../problem.js"
import { retryDelayMs } from "../retry-schedule.js"
import { batchesOf, halves } from "./batches.js"

/** @typedef {import("./batches.js").Batch} Batch */
/** @typedef {import("./conversations.js").Conversation} Conversation */
/** @typedef {import("./conversations.js").Source} Source */
/** @typedef {import("./imports-api.js").Refusal} Refusal */
/** @typedef {import("../problem.js").Problem} Problem */

/**
 * How far it is. `waiting` for the server or the network, `stopped` by the reader, `failed` until
 * the reader tries again.
 *
 * @typedef {object} Progress
 * @property {"sending" | "waiting" | "stopped" | "failed" | "done"} phase
 * @property {number} done Conversations that were sent as a whole.
 * @property {number} total
 * @property {number} attempt How often in a row the same batch failed.
 * @property {number} waitMs Until the next attempt.
 * @property {Problem | null} problem
 * @property {Tally} tally
 */

/**
 * @typedef {object} Tally
 * @property {number} added
 * @property {number} known
 * @property {number} restored
 * @property {readonly Refusal[]} refused
 */

/** Some minutes of the schedule. Without a network there is no such end: it may be a long tunnel. */
const mostAttempts = 10

export class Sending {
  #api
  #world
  #changed
  #id
  #source
  #batches
  /** @type {Batch[]} What comes before the next of the batches. */
  #waiting = []
  /** @type {Progress} */
  #progress
  /** @type {AbortController | null} */
  #run = null

  /**
   * @param {object} parts
   * @param {Pick<import("./imports-api.js").ImportsAPI, "send">} parts.api
   * @param {Pick<import("../world.js").World, "after" | "random" | "watchNetwork">} parts.world
   * @param {(progress: Progress) => void} parts.changed
   * @param {{ id: string, source: Source, conversations: readonly Conversation[] }} what
   */
  constructor({ api, world, changed }, { id, source, conversations }) {
    this.#api = api
    this.#world = world
    this.#changed = changed
    this.#id = id
    this.#source = source
    this.#batches = batchesOf(conversations)
    this.#progress = {
      phase: "stopped",
      done: 0,
      total: conversations.length,
      attempt: 0,
      waitMs: 0,
      problem: null,
      tally: { added: 0, known: 0, restored: 0, refused: [] },
    }
  }

  get progress() {
    return this.#progress
  }

  /** Sends, or goes on where it was stopped or has failed. Ends when nothing more can be done. */
  async run() {
    if (this.#run) return
    const run = new AbortController()
    this.#run = run
    this.#change({ phase: "sending", attempt: 0, problem: null })
    for (let batch = this.#next(); batch && !run.signal.aborted; batch = this.#next()) {
      await this.#send(batch, run.signal)
      if (this.#progress.phase === "failed") break
    }
    this.#run = null
    if (run.signal.aborted) this.#change({ phase: "stopped", problem: null })
    else if (this.#progress.phase !== "failed") this.#change({ phase: "done" })
  }

  /** Nothing more is sent; what has arrived stays. */
  stop() {
    this.#run?.abort()
  }

  /**
   * The batch that comes next; it stays the next one until `#sent`.
   *
   * @returns {Batch | undefined}
   */
  #next() {
    if (this.#waiting.length === 0) {
      const { value } = this.#batches.next()
      if (value) this.#waiting.push(value)
    }
    return this.#waiting[0]
  }

  /**
   * @param {Batch} batch
   * @param {AbortSignal} signal
   */
  async #send(batch, signal) {
    const { conversations } = batch
    try {
      const receipt = await this.#api.send(
        { id: this.#id, source: this.#source, conversations },
        signal,
      )
      this.#sent(batch, receipt)
    } catch (error) {
      if (signal.aborted) return
      await this.#failed(batch, asProblem(error), signal)
    }
  }

  /**
   * @param {Batch} batch
   * @param {import("./imports-api.js").Receipt} receipt
   */
  #sent(batch, receipt) {
    this.#waiting.shift()
    const { tally, done } = this.#progress
    // A further piece of a conversation is no further conversation.
    const isNew = batch.begun > 0
    this.#change({
      phase: "sending",
      attempt: 0,
      problem: null,
      done: done + batch.ended,
      tally: {
        added: tally.added + (isNew ? receipt.added : 0),
        known: tally.known + (isNew ? receipt.known : 0),
        restored: tally.restored + (isNew ? receipt.restored : 0),
        refused: withoutRepeats([...tally.refused, ...receipt.refused]),
      },
    })
  }

  /**
   * @param {Batch} batch
   * @param {Problem} problem
   * @param {AbortSignal} signal
   */
  async #failed(batch, problem, signal) {
    if (problem.status === 400 || problem.status === 413) return this.#refuse(batch, problem)
    const attempt = this.#progress.attempt + 1
    const isPassing = isWorthWaiting(problem) || problem.status >= 500
    const isHopeless = problem.kind !== "offline" && attempt > mostAttempts
    if (!isPassing || isHopeless) {
      this.#change({ phase: "failed", problem })
      return
    }
    const asked = (problem.retryAfterSeconds ?? 0) * 1_000
    const waitMs = Math.max(asked, retryDelayMs(attempt, this.#world.random))
    this.#change({ phase: "waiting", attempt, problem, waitMs })
    await this.#wait(waitMs, problem.kind === "offline", signal)
  }

  /**
   * The server does not take this batch, now or later. One conversation may be the reason: the
   * others are sent without it.
   *
   * @param {Batch} batch
   * @param {Problem} problem
   */
  #refuse(batch, problem) {
    this.#waiting.shift()
    const [conversation] = batch.conversations
    if (batch.conversations.length > 1) {
      this.#waiting.unshift(...halves(batch))
    } else if (conversation) {
      const { tally, done } = this.#progress
      const refusal = { id: conversation.id, reason: problem.message }
      this.#change({
        done: done + batch.ended,
        tally: { ...tally, refused: withoutRepeats([...tally.refused, refusal]) },
      })
    }
  }

  /**
   * @param {number} ms
   * @param {boolean} isOffline Whether it is over when the network is back.
   * @param {AbortSignal} signal
   */
  #wait(ms, isOffline, signal) {
    return new Promise((resolve) => {
      const cancel = this.#world.after(ms, finish)
      const unwatch = isOffline ? this.#world.watchNetwork(finish) : () => {}
      signal.addEventListener("abort", finish)

      function finish() {
        cancel()
        unwatch()
        signal.removeEventListener("abort", finish)
        resolve(undefined)
      }
    })
  }

  /** @param {Partial<Progress>} change */
  #change(change) {
    this.#progress = { ...this.#progress, ...change }
    this.#changed(this.#progress)
  }
}

/**
 * One reason for each conversation, although each of its pieces may be refused.
 *
 * @param {readonly Refusal[]} refusals
 */
function withoutRepeats(refusals) {
  const seen = new Set()
  return refusals.filter(({ id }) => !seen.has(id) && seen.add(id))
}
