// What can go wrong between the page and the server, and the sentence for it.

/** @typedef {"offline" | "session" | "invalid" | "unstreamed" | "refused"} ProblemKind */

export const sentences = Object.freeze({
  offline: "Connection lost. Please check your internet.",
  invalid: "Received invalid response from server",
  session: "Session expired. Please log in again.",
  refused: "The server could not do that. Please try again.",
  interrupted: "The reply was interrupted.",
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

/**
 * @param {unknown} error
 * @returns {Problem}
 */
export function asProblem(error) {
  return error instanceof Problem ? error : new Problem("invalid", { cause: error })
}
