// What a reader can do to bring conversations along, and what comes of it.

import { asProblem } from "../problem.js"
import { ImportProblem } from "./import-problem.js"
import * as states from "./import-state.js"
import { Sending } from "./sending.js"

/** @typedef {import("./import-state.js").ImportState} ImportState */
/** @typedef {import("./imports-api.js").PastImport} PastImport */

/**
 * The sentences that somebody else has to show or say.
 *
 * @typedef {object} Sentences
 * @property {(count: number) => string} found
 * @property {(count: number) => string} added
 * @property {(count: number) => string} undone
 * @property {(count: number) => string} back
 */

export class Imports {
  #parts
  /** @type {AbortController | null} */
  #reading = null
  /** @type {{ sending: Sending, id: string } | null} */
  #sending = null
  /** @type {readonly File[]} */
  #files = []

  /**
   * @param {object} parts
   * @param {import("../store.js").Store<ImportState>} parts.store
   * @param {Pick<import("./imports-api.js").ImportsAPI, "known" | "send" | "list" | "undo"
   *   | "restore">} parts.api
   * @param {import("../world.js").World} parts.world
   * @param {Pick<import("../undo.js").Undo, "offer">} parts.undo
   * @param {import("./unfinished.js").Unfinished} parts.unfinished
   * @param {(files: readonly File[], how: import("./reading.js").How)
   *   => Promise<import("./reading.js").Found>} parts.read
   * @param {Sentences} parts.sentences
   * @param {(sentence: string) => void} parts.announce
   */
  constructor(parts) {
    this.#parts = parts
  }

  /**
   * Reads files and shows what is in them; sends nothing.
   *
   * @param {readonly File[]} files
   */
  async choose(files) {
    if (files.length === 0 || this.#reading || this.#isUnderway) return
    const reading = new AbortController()
    this.#reading = reading
    this.#files = files
    this.#change((state) => states.reading(state, 0))
    try {
      const found = await this.#read(files, reading.signal)
      const known = await this.#whatIsKnown(found, reading.signal)
      this.#change((state) => states.found(state, found, known))
      this.#parts.announce(this.#parts.sentences.found(found.conversations.length))
    } catch (error) {
      const trouble = reading.signal.aborted ? null : troubleOf(error)
      this.#change((state) => states.choosing(state, trouble))
    } finally {
      this.#reading = null
    }
  }

  /** The file is not read any further, or nothing of it is wanted. */
  cancel() {
    this.#reading?.abort()
    if (this.#isUnderway) return
    this.#sending = null
    this.#change((state) => states.choosing(state))
  }

  /** @param {string} filter */
  filter(filter) {
    this.#change((state) => states.filtered(state, filter))
  }

  showMore() {
    this.#change(states.moreShown)
  }

  /**
   * @param {string} id
   * @param {boolean} isChosen
   */
  pick(id, isChosen) {
    this.#change((state) => states.chosen(state, id, isChosen))
  }

  /** @param {boolean} areChosen */
  pickAll(areChosen) {
    this.#change((state) => states.allChosen(state, areChosen))
  }

  /** Sends what is chosen, or goes on with it. */
  async send() {
    const { step } = this.#parts.store.get()
    if (step.name === "looking") this.#sending = this.#begun(step.preview)
    if (!this.#sending) return
    const { sending, id } = this.#sending
    await sending.run()
    await this.refresh()
    const { phase, problem } = sending.progress
    if (phase === "done") this.#finished(id, sending.progress)
    else if (problem) this.#parts.announce(problem.message)
  }

  /** Nothing more is sent, until the reader wants to go on. */
  stop() {
    this.#sending?.sending.stop()
  }

  /** Looks at what was brought along before. */
  async refresh() {
    await this.#orTell(async () => {
      const past = await this.#parts.api.list()
      this.#change((state) => states.listed(state, past))
    })
  }

  /** @param {string} id */
  async undo(id) {
    const { api, undo, sentences } = this.#parts
    const count = this.#parts.store.get().past.find((past) => past.id === id)?.count ?? 0
    await this.#orTell(async () => {
      await api.undo(id)
      this.#leave(id)
      undo.offer({
        sentence: sentences.undone(count),
        undo: () => this.#takenBack(id),
        undone: sentences.back(count),
      })
      await this.refresh()
    })
  }

  /** @param {string} id */
  async restore(id) {
    await this.#orTell(() => this.#takenBack(id))
  }

  get #isUnderway() {
    const phase = this.#sending?.sending.progress.phase
    return phase === "sending" || phase === "waiting"
  }

  /**
   * @param {readonly File[]} files
   * @param {AbortSignal} signal
   */
  #read(files, signal) {
    const { read, world } = this.#parts
    return read(files, {
      signal,
      now: world.now,
      pause: () => new Promise((resume) => world.after(0, () => resume(undefined))),
      progress: (share) => this.#change((state) => states.reading(state, share)),
    })
  }

  /**
   * @param {import("./reading.js").Found} found
   * @param {AbortSignal} signal
   * @returns {Promise<Set<string> | null>}
   */
  async #whatIsKnown({ source, conversations }, signal) {
    try {
      return await this.#parts.api.known(source, conversations.map(({ id }) => id), signal)
    } catch (error) {
      if (signal.aborted) throw error
      const problem = asProblem(error)
      // Whom the server does not know has nothing yet.
      if (problem.status === 401) return new Set()
      console.warn("What is here already is not known:", problem)
      return null
    }
  }

  /** @param {import("./import-state.js").Preview} preview */
  #begun(preview) {
    const { api, world, unfinished } = this.#parts
    const id = unfinished.find(this.#files) ?? world.makeIdentifier()
    unfinished.keep(this.#files, id)
    const sending = new Sending({
      api,
      world,
      changed: (progress) => this.#change((state) => states.sending(state, progress)),
    }, { id, source: preview.found.source, conversations: states.toSend(preview) })
    return { sending, id }
  }

  /**
   * @param {string} id
   * @param {import("./sending.js").Progress} progress
   */
  #finished(id, { tally }) {
    const { undo, unfinished, sentences, announce } = this.#parts
    unfinished.forget(id)
    const count = tally.added + tally.restored
    announce(sentences.added(count))
    if (count === 0) return
    undo.offer({
      sentence: sentences.added(count),
      undo: async () => {
        await this.#parts.api.undo(id)
        this.#leave(id)
        await this.refresh()
      },
      undone: sentences.undone(count),
    })
  }

  /**
   * What is shown of an import that was undone is true no more.
   *
   * @param {string} id
   */
  #leave(id) {
    this.#parts.unfinished.forget(id)
    if (this.#sending?.id === id) this.cancel()
  }

  /** @param {string} id */
  async #takenBack(id) {
    await this.#parts.api.restore(id)
    await this.refresh()
  }

  /** @param {() => Promise<void>} act */
  async #orTell(act) {
    try {
      await act()
    } catch (error) {
      const problem = asProblem(error)
      // Whom the server does not know has brought nothing.
      if (problem.status === 401) this.#change((state) => states.listed(state, []))
      else this.#change((state) => states.troubled(state, problem.message))
    }
  }

  /** @param {(state: ImportState) => ImportState} change */
  #change(change) {
    this.#parts.store.update(change)
  }
}

/**
 * @param {unknown} error
 * @returns {states.Trouble}
 */
function troubleOf(error) {
  if (error instanceof ImportProblem) return { reason: error.reason, name: error.fileName }
  console.error("The file could not be read:", error)
  return { reason: "unexpected", name: "" }
}
