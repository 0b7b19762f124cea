// Long work in short pieces: the page answers the reader in between.

/** Less than a frame of a slow screen. */
const longestWorkMs = 12

export class Breath {
  #pause
  #now
  #signal
  #since

  /**
   * @param {object} how
   * @param {() => Promise<unknown>} how.pause Lets the page do what it has to.
   * @param {() => number} how.now Milliseconds.
   * @param {AbortSignal} [how.signal]
   */
  constructor({ pause, now, signal }) {
    this.#pause = pause
    this.#now = now
    this.#signal = signal
    this.#since = now()
  }

  /** Pauses if it is time to; throws the reason when the reader does not want to go on. */
  async take() {
    this.#signal?.throwIfAborted()
    if (this.#now() - this.#since < longestWorkMs) return
    await this.#pause()
    this.#signal?.throwIfAborted()
    this.#since = this.#now()
  }
}
