// Which day each conversation belongs to, in the reader's own calendar. Pure: the time is told.

/** @typedef {import("./shelf-api.js").Summary} Summary */
/** @typedef {{ year: number, month: number, day: number }} CivilDate A month is 1 to 12. */

/**
 * @typedef {object} DayGroup
 * @property {string} key
 * @property {"pinned" | "today" | "yesterday" | "week" | "days30" | "month"} kind
 * @property {CivilDate | null} month A day of the month, where it is a month.
 * @property {readonly Summary[]} summaries
 */

const dayMs = 24 * 60 * 60 * 1_000

/**
 * The groups in which something is, in the order of the list: what is pinned, the days back to a
 * month ago, and then whole months. Within a group the order stays what it was.
 *
 * @param {readonly Summary[]} summaries
 * @param {number} now
 * @param {(ms: number) => CivilDate} [dateOf] The reader's calendar.
 * @returns {DayGroup[]}
 */
export function groupsOf(summaries, now, dateOf = localDate) {
  const today = dayNumber(dateOf(now))
  /** @type {Map<string, { group: DayGroup, rank: number, summaries: Summary[] }>} */
  const groups = new Map()
  for (const summary of summaries) {
    const place = summary.isPinned ? pinnedPlace : placeOf(dateOf(summary.updatedAt), today)
    const known = groups.get(place.key)
    if (known) {
      known.summaries.push(summary)
    } else {
      const own = [summary]
      const { key, kind, month } = place
      groups.set(key, {
        group: { key, kind, month, summaries: own },
        rank: place.rank,
        summaries: own,
      })
    }
  }
  return [...groups.values()].sort((a, b) => a.rank - b.rank).map(({ group }) => group)
}

/**
 * @typedef {Omit<DayGroup, "summaries"> & { rank: number }} Place
 */

/** @type {Place} */
const pinnedPlace = { key: "pinned", kind: "pinned", month: null, rank: -1 }

/**
 * @param {CivilDate} date
 * @param {number} today
 * @returns {Place}
 */
function placeOf(date, today) {
  const age = today - dayNumber(date)
  // A server's clock may be ahead of the reader's.
  if (age <= 0) return { key: "today", kind: "today", month: null, rank: 0 }
  if (age === 1) return { key: "yesterday", kind: "yesterday", month: null, rank: 1 }
  if (age <= 7) return { key: "week", kind: "week", month: null, rank: 2 }
  if (age <= 30) return { key: "days30", kind: "days30", month: null, rank: 3 }
  const { year, month } = date
  const rank = 1_000_000 - (year * 12 + month)
  return { key: `${year}-${month}`, kind: "month", month: { year, month, day: 1 }, rank }
}

/**
 * How long it is until the groups may change by themselves: at the reader's next midnight.
 *
 * @param {number} now
 * @param {(ms: number) => CivilDate} [dateOf]
 */
export function untilTomorrow(now, dateOf = localDate) {
  const today = dayNumber(dateOf(now))
  // By halving: a day may have 23 or 25 hours, and a zone may skip a whole one.
  let [early, late] = [now, now + 2 * dayMs]
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2)
    if (dayNumber(dateOf(middle)) === today) early = middle
    else late = middle
  }
  return late - now
}

/**
 * @param {number} ms
 * @returns {CivilDate}
 */
export function localDate(ms) {
  const date = new Date(ms)
  return { year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate() }
}

/**
 * Days since 1970 in a calendar without time zones.
 *
 * @param {CivilDate} date
 */
export function dayNumber({ year, month, day }) {
  return Date.UTC(year, month - 1, day) / dayMs
}
