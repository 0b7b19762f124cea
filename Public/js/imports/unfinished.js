// Remembers an import that has not come to its end, so that the same file goes on as the same
// import, also after the page was closed: then all of it is undone together.

const key = "shuren.import"

export class Unfinished {
  #storage

  /** @param {() => Pick<Storage, "getItem" | "setItem" | "removeItem">} storage Asked each time:
   *   even naming localStorage may throw. */
  constructor(storage) {
    this.#storage = storage
  }

  /**
   * @param {readonly File[]} files
   * @returns {string | null} The id of the import that they belong to.
   */
  find(files) {
    try {
      const kept = JSON.parse(this.#storage().getItem(key) ?? "null")
      return kept?.files === nameOf(files) && typeof kept.id === "string" ? kept.id : null
    } catch (reason) {
      console.warn("What was left of an import cannot be read:", reason)
      return null
    }
  }

  /**
   * @param {readonly File[]} files
   * @param {string} id
   */
  keep(files, id) {
    try {
      this.#storage().setItem(key, JSON.stringify({ files: nameOf(files), id }))
    } catch (reason) {
      // Without it, going on after a reload makes two imports of one; nothing is doubled.
      console.warn("An import cannot be remembered:", reason)
    }
  }

  /**
   * It has come to its end, or was undone.
   *
   * @param {string} id
   */
  forget(id) {
    try {
      const kept = JSON.parse(this.#storage().getItem(key) ?? "null")
      if (kept?.id === id) this.#storage().removeItem(key)
    } catch (reason) {
      console.warn("An import cannot be forgotten:", reason)
    }
  }
}

/** @param {readonly File[]} files */
function nameOf(files) {
  return files.map(({ name, size, lastModified }) => `${name} ${size} ${lastModified}`).join("\n")
}
