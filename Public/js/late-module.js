// A module that is fetched when it is needed, and asked for again when that did not work.

/** @template Module */
export class LateModule {
  #fetch
  /** @type {Promise<Module | null> | null} */
  #coming = null
  #attempts = 0

  /**
   * @param {(again: string) => Promise<Module>} fetch Imports it, with `again` behind its name:
   *   browsers remember under a name that they could not load it.
   */
  constructor(fetch) {
    this.#fetch = fetch
  }

  /**
   * Fetches it once; may be called any number of times.
   *
   * @returns {Promise<Module | null>} Nothing when it cannot be had now.
   */
  get() {
    this.#coming ??= this.#attempt()
    return this.#coming
  }

  /**
   * Fetches it for what cannot begin without it.
   *
   * @returns {Promise<Module>} Fails when it cannot be had now.
   */
  async need() {
    const module = await this.get()
    if (module === null) throw new Error("A part of the page is missing.")
    return module
  }

  async #attempt() {
    this.#attempts += 1
    try {
      return await this.#fetch(this.#attempts === 1 ? "" : `?attempt=${this.#attempts}`)
    } catch (reason) {
      // The page is being left, or there is no network: with the next chance it is tried again.
      console.debug("A part of the page cannot be loaded yet:", reason)
      this.#coming = null
      return null
    }
  }
}
