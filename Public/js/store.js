// The one place that holds state.

/**
 * @template State
 */
export class Store {
  /** @type {Readonly<State>} */
  #state
  /** @type {Set<() => void>} */
  #listeners = new Set()

  /** @param {State} state */
  constructor(state) {
    this.#state = state
  }

  /** @returns {Readonly<State>} */
  get() {
    return this.#state
  }

  /**
   * Replaces the state by what `change` makes of it. Returning the same state changes nothing and
   * tells nobody.
   *
   * @param {(state: Readonly<State>) => State} change
   */
  update(change) {
    const next = change(this.#state)
    if (next === this.#state) return
    this.#state = next
    for (const listener of [...this.#listeners]) listener()
  }

  /**
   * @param {() => void} listener Called after every change.
   * @returns {() => void} Ends the subscription.
   */
  subscribe(listener) {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }
}

/**
 * Runs `render` at most once per frame, however often the state changes.
 *
 * @template State
 * @param {Store<State>} store
 * @param {(state: Readonly<State>) => void} render
 * @param {(run: () => void) => void} requestFrame
 * @returns {() => void} Stops rendering.
 */
export function renderEachFrame(store, render, requestFrame) {
  let isScheduled = false
  let isOver = false
  const end = store.subscribe(() => {
    if (isScheduled) return
    isScheduled = true
    requestFrame(() => {
      isScheduled = false
      if (!isOver) render(store.get())
    })
  })
  return () => {
    isOver = true
    end()
  }
}
