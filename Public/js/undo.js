// Taking back. Whatever destroys something is done at once, and put in here:
//
//   await api.remove(id)
//   undo.offer({
//     sentence: `Deleted “${title}”.`,
//     undo: () => api.restore(id),
//     undone: `“${title}” is back.`,
//   })
//
// The page then shows a toast with the sentence and a button for 30 seconds, and Ctrl+Z (outside
// of texts) takes back the last act. A page has one `Undo`, which `makePage` answers as
// `undo`; a page of its own makes one over a store whose state has the fields of `UndoState`,
// shows an `undo-toasts` element, and calls `listenForUndo`.

import { asProblem } from "./problem.js"
import * as states from "./undo-state.js"
import { say } from "./words.js"

/**
 * @typedef {object} Act
 * @property {string} sentence What was done, as the toast says it.
 * @property {() => void | Promise<unknown>} undo Takes it back. When it fails, the reader is told
 *   why and can try again.
 * @property {string} undone What a screen reader is told afterwards.
 */

/**
 * A store of any state that has the fields of `UndoState`.
 *
 * @typedef {{ get: () => states.UndoState, update: (change: (state: any) => any) => void }} UndoStore
 */

/** Long enough to read the sentence, to think, and to get there by keyboard. */
export const undoForMs = 30_000

export class Undo {
  #store
  #world
  /** @type {Map<string, Act & { rest: () => void }>} What is offered; `rest` stops its clock. */
  #acts = new Map()
  #isHeld = false
  #made = 0

  /**
   * @param {object} parts
   * @param {UndoStore} parts.store
   * @param {Pick<import("./world.js").World, "after">} parts.world
   */
  constructor({ store, world }) {
    this.#store = store
    this.#world = world
  }

  /**
   * Offers to take back what has just been done.
   *
   * @param {Act} act
   * @returns {() => void} Withdraws the offer, when there is nothing to take back any more.
   */
  offer(act) {
    this.#made += 1
    const id = String(this.#made)
    this.#acts.set(id, { ...act, rest: () => {} })
    this.#store.update((state) => states.offered(state, id, act.sentence, spoken(act)))
    this.#forgetFallen()
    this.#startClock(id)
    return () => this.withdraw(id)
  }

  /** @param {string} id */
  async undo(id) {
    const act = this.#acts.get(id)
    if (!act || this.#isUnderway(id)) return
    act.rest()
    this.#store.update((state) => states.undoing(state, id))
    try {
      await act.undo()
      this.#acts.delete(id)
      this.#store.update((state) => states.undone(state, id, act.undone))
    } catch (error) {
      console.error("It could not be taken back:", error)
      this.#store.update((state) => states.undoFailed(state, id, asProblem(error).message))
      this.#startClock(id)
    }
  }

  /** @returns {boolean} Whether there is something to take back. */
  undoLast() {
    const last = states.lastUndoable(this.#store.get())
    if (last) this.undo(last.id)
    return last !== null
  }

  /** @param {string} id */
  withdraw(id) {
    this.#acts.get(id)?.rest()
    this.#acts.delete(id)
    this.#store.update((state) => states.withdrawn(state, id))
  }

  /** The reader looks at what is offered: it stays until they look away. */
  hold() {
    this.#isHeld = true
    for (const act of this.#acts.values()) act.rest()
  }

  /** Everything that is still offered has its whole time again. */
  release() {
    if (!this.#isHeld) return
    this.#isHeld = false
    for (const id of this.#acts.keys()) if (!this.#isUnderway(id)) this.#startClock(id)
  }

  /** @param {string} id */
  #startClock(id) {
    const act = this.#acts.get(id)
    if (!act || this.#isHeld) return
    act.rest = this.#world.after(undoForMs, () => this.withdraw(id))
  }

  /** @param {string} id */
  #isUnderway(id) {
    return this.#store.get().undoables.some((act) => act.id === id && act.isBeingUndone)
  }

  /** Lets go of what is no longer shown because too much came after it. */
  #forgetFallen() {
    const known = new Set(this.#store.get().undoables.map(({ id }) => id))
    for (const [id, act] of this.#acts) {
      if (known.has(id)) continue
      act.rest()
      this.#acts.delete(id)
    }
  }
}

/**
 * Listens for the key, for the event `undo-last`, and to the toasts.
 *
 * @param {Undo} undo
 */
export function listenForUndo(undo) {
  /** @type {(event: Event) => string} */
  const named = (event) => /** @type {CustomEvent} */ (event).detail.id
  document.addEventListener("undo-last", () => undo.undoLast())
  document.addEventListener("undo-act", (event) => undo.undo(named(event)))
  document.addEventListener("undo-withdraw", (event) => undo.withdraw(named(event)))
  document.addEventListener("undo-hold", () => undo.hold())
  document.addEventListener("undo-release", () => undo.release())
  /** @type {EventTarget | null} What was written in since it got the focus. */
  let written = null
  document.addEventListener("focusin", () => written = null)
  document.addEventListener("input", ({ target }) => written = target)
  document.addEventListener("keydown", (event) => {
    const { target } = event
    if (event.defaultPrevented || !isUndoKey(event)) return
    if (isWriting(target) && !isUntouchedBox(target, written)) return
    if (undo.undoLast()) event.preventDefault()
  })
}

/** @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">} event */
export function isUndoKey({ key, ctrlKey, metaKey, shiftKey, altKey }) {
  return key.toLowerCase() === "z" && (ctrlKey || metaKey) && !shiftKey && !altKey
}

/**
 * Whether this is the message box, empty since it got the focus: what sends a message elsewhere
 * leads there, and the text has nothing to take back.
 *
 * @param {any} target
 * @param {unknown} written What was written in since it got the focus.
 */
export function isUntouchedBox(target, written) {
  return target?.id === "message-box" && target.value === "" && target !== written
}

/** How the key is called on the reader's machine. */
export function undoKeyName() {
  const platform = globalThis.navigator?.platform ?? ""
  return /Mac|iPhone|iPad/.test(platform) ? "⌘Z" : "Ctrl+Z"
}

/**
 * Whether the key is the text's own.
 *
 * @param {EventTarget | null} target
 */
function isWriting(target) {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches("textarea, select, " + writableInputs)
}

const writableInputs = "input:not([type=checkbox], [type=radio], [type=button], [type=file])"

/** @param {Act} act */
function spoken({ sentence }) {
  return say("undo.announced", { sentence, key: undoKeyName() })
}
