// When the events of a stream were sent and when they came: one by one, or in lumps. The same rules
// as on the command line (Sources/Checkup/Arrivals.swift).

/** @typedef {"good" | "attention" | "bad"} Verdict */
/** @typedef {{ sent: number, came: number }} Arrival Both in milliseconds. */

/** What a reader does not notice, what everybody does, and what is one piece. */
const unnoticedMs = 150
const noticedMs = 400
const togetherMs = 20

/**
 * How much longer than the quickest one each event was on its way.
 *
 * @param {readonly Arrival[]} arrivals
 */
export function delays(arrivals) {
  const ways = arrivals.map(({ sent, came }) => came - sent)
  const quickest = Math.min(...ways)
  return ways.map((way) => way - quickest)
}

/**
 * The delay that nine of ten events do not exceed.
 *
 * @param {readonly Arrival[]} arrivals At least one.
 */
export function usualDelay(arrivals) {
  const sorted = delays(arrivals).sort((left, right) => left - right)
  return sorted[Math.floor((sorted.length - 1) * 9 / 10)] ?? 0
}

/**
 * In how many pieces the events came.
 *
 * @param {readonly Arrival[]} arrivals
 */
export function pieces(arrivals) {
  return arrivals.filter(({ came }, index) => {
    const before = arrivals[index - 1]
    return before === undefined || came - before.came > togetherMs
  }).length
}

/**
 * @param {readonly Arrival[]} arrivals
 * @param {number} expected How many were sent.
 * @returns {Verdict}
 */
export function verdict(arrivals, expected) {
  if (arrivals.length === 0 || arrivals.length < expected) return "bad"
  const delay = usualDelay(arrivals)
  if (delay <= unnoticedMs) return "good"
  // A slow line delays, too, but leaves the events apart.
  return delay <= noticedMs || pieces(arrivals) * 2 > arrivals.length ? "attention" : "bad"
}
