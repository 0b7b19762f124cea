// When to try again after the connection was lost.

const longestWaitsMs = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000]

/**
 * The wait before an attempt: 1, 2, 4, 8, 16, then 30 seconds at most, each with full jitter, so
 * that a thousand pages that lost the same server do not come back in the same second.
 *
 * @param {number} attempt 1 for the first.
 * @param {() => number} random At least 0, below 1.
 * @returns {number} Milliseconds.
 */
export function retryDelayMs(attempt, random) {
  const index = Math.min(attempt, longestWaitsMs.length) - 1
  return Math.round((longestWaitsMs[index] ?? 0) * random())
}

/** A stop must reach the server: it is tried again after each of these. */
export const stopRetryDelaysMs = [300, 1_000, 3_000]
