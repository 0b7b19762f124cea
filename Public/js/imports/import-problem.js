// Why a file cannot be brought along. The sentences are in the catalogue of words.

/**
 * What is wrong: `unreadable` the browser may not read it any more, `notText` it is no text, `notJSON`
 * it breaks off or is no JSON, `unknownForm` nobody's form, `nothing` no conversation in it, `newer`
 * written by a newer Shuren, `mixed` of several products, `tooLarge` more than a page can hold,
 * `zipBroken` damaged, `zipLocked` with a password, `zipMethod` packed in a way that nobody unpacks
 * here, `zipBomb` far more than it seems, `zipOther` without conversations, `zipOld` the browser
 * cannot unpack.
 *
 * @typedef {"unreadable" | "notText" | "notJSON" | "unknownForm" | "nothing" | "newer" | "mixed"
 *   | "tooLarge" | "zipBroken" | "zipLocked" | "zipMethod" | "zipBomb" | "zipOther" | "zipOld"} Reason
 */

export class ImportProblem extends Error {
  /**
   * @param {Reason} reason
   * @param {{ name?: string, cause?: unknown }} [details] Which file it is about.
   */
  constructor(reason, { name = "", cause } = {}) {
    super(`The file cannot be imported: ${reason}`, { cause })
    this.name = "ImportProblem"
    this.reason = reason
    this.fileName = name
  }
}
