// What can go wrong between the page and the server, and the sentence for it.

import { say } from "./words.js"

/** @typedef {"offline" | "session" | "invalid" | "unstreamed" | "refused"} ProblemKind */

export const sentences = Object.freeze({
  offline: say("problem.offline"),
  invalid: say("problem.invalid"),
  session: say("problem.session"),
  refused: say("problem.refused"),
  interrupted: say("problem.interrupted"),
})

export class Problem extends Error {
  /**
   * @param {ProblemKind} kind
   * @param {{ status?: number, code?: string, message?: string,
   *   retryAfterSeconds?: number | null, cause?: unknown }} [details]
   */
  constructor(kind, { status = 0, code = "", message, retryAfterSeconds = null, cause } = {}) {
    super(message ?? (kind === "unstreamed" ? sentences.refused : sentences[kind]), { cause })
    this.name = "Problem"
    this.kind = kind
    this.status = status
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Longer than this nobody waits in front of a page: then it is said when to come back. */
const longestPatienceSeconds = 60

/**
 * Whether the same request may succeed soon: the line is down, or the server asks for a little
 * patience. The same message never starts twice, so that asking again is safe. What a reply ended
 * with is no reason to ask again, although it comes with the same status.
 *
 * @param {Problem} problem
 */
export function isWorthWaiting({ kind, status, code, retryAfterSeconds }) {
  if (kind === "offline") return true
  const isBusy = (status === 429 || status === 503) && code !== "interrupted"
  return isBusy && retryAfterSeconds !== null && retryAfterSeconds <= longestPatienceSeconds
}

/**
 * @param {unknown} error
 * @returns {Problem}
 */
export function asProblem(error) {
  return error instanceof Problem ? error : new Problem("invalid", { cause: error })
}
