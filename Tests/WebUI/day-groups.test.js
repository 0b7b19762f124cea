import assert from "node:assert/strict"
import { test } from "node:test"
import { dayNumber, groupsOf, untilTomorrow } from "../../Public/js/day-groups.js"
import { summary } from "../../Public/js/shelf-api.js"
import { forAny } from "./property.js"

const hourMs = 60 * 60 * 1_000
const dayMs = 24 * hourMs

// Half hours, 45 minutes, both hemispheres' summer times, the first and the last to see a day; and
// one in which Midnight does not exist on some days.
const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/Santiago",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
  "Africa/Cairo",
]

const formats = new Map(zones.map((zone) => [
  zone,
  new Intl.DateTimeFormat("en", {
    timeZone: zone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
  }),
]))

/** The calendar of a place. */
function calendar(zone) {
  return (ms) => {
    const parts = formats.get(zone).formatToParts(ms)
    const part = (type) => Number(parts.find((one) => one.type === type).value)
    return { year: part("year"), month: part("month"), day: part("day") }
  }
}

const anyTime = (any) =>
  Date.UTC(any.integer(2001, 2040), any.integer(0, 11), 1) +
  any.integer(0, 31 * 24 * 60 - 1) * 60_000 + any.integer(0, 59_999)

const one = (updatedAt, more = {}) => summary({ id: `c${updatedAt}`, updatedAt, ...more })

/** The kind of group in which a time is. */
const kindAt = (updatedAt, now, dateOf) => groupsOf([one(updatedAt)], now, dateOf)[0].kind

forAny("every conversation is in one group, in the order of the list", (any) => {
  const dateOf = calendar(any.pick(zones))
  const now = anyTime(any)
  const times = any.many(0, 40, () => now - any.integer(0, any.pick([1, 3, 40, 900])) * dayMs / 2)
  const summaries = times.sort((a, b) => b - a)
    .map((time, index) => ({ ...one(time, { isPinned: any.chance(0.2) }), id: String(index) }))

  const groups = groupsOf(summaries, now, dateOf)

  const pinned = summaries.filter(({ isPinned }) => isPinned)
  const others = summaries.filter(({ isPinned }) => !isPinned)
  assert.deepEqual(groups.flatMap((group) => group.summaries), [...pinned, ...others])
  assert.equal(new Set(groups.map(({ key }) => key)).size, groups.length)
  assert.ok(groups.every((group) => group.summaries.length > 0))
})

forAny("a group says how many local dates ago its conversations were touched", (any) => {
  const dateOf = calendar(any.pick(zones))
  const now = anyTime(any)
  const then = now - any.integer(0, 70 * 24 * 60) * 60_000
  const age = dayNumber(dateOf(now)) - dayNumber(dateOf(then))

  const [group] = groupsOf([one(then)], now, dateOf)

  const expected = age === 0
    ? "today"
    : age === 1
    ? "yesterday"
    : age <= 7
    ? "week"
    : age <= 30
    ? "days30"
    : "month"
  assert.equal(group.kind, expected)
  if (age > 30) {
    const { year, month } = dateOf(then)
    assert.deepEqual(group.month, { year, month, day: 1 })
  }
})

forAny("midnight, and nothing else, makes today yesterday", (any) => {
  const dateOf = calendar(any.pick(zones))
  const now = anyTime(any)

  const midnight = now + untilTomorrow(now, dateOf)

  assert.equal(kindAt(midnight - 1, midnight - 1, dateOf), "today")
  assert.equal(kindAt(now, midnight - 1, dateOf), "today")
  assert.equal(kindAt(now, midnight, dateOf), "yesterday")
  assert.equal(kindAt(midnight - 1, midnight, dateOf), "yesterday")
  assert.equal(kindAt(midnight, midnight, dateOf), "today")
  assert.ok(midnight - now <= 25 * hourMs)
})

forAny("a clock that is ahead does not make a group of its own", (any) => {
  const now = anyTime(any)

  assert.equal(kindAt(now + any.integer(0, 3 * 24 * 60) * 60_000, now, calendar("UTC")), "today")
})

test("months go back one by one, across the years", () => {
  const at = (...date) => one(Date.UTC(...date))
  const summaries = [
    at(2026, 0, 5),
    at(2025, 11, 3),
    at(2025, 10, 20),
    at(2025, 10, 2),
    at(2024, 10, 9),
  ]

  const groups = groupsOf(summaries, Date.UTC(2026, 1, 20), calendar("UTC"))

  assert.deepEqual(groups.map(({ key }) => key), ["2026-1", "2025-12", "2025-11", "2024-11"])
})

test("a day of 23 or 25 hours is one day", () => {
  const dateOf = calendar("Europe/Berlin")
  const [short, long] = [Date.UTC(2026, 2, 28, 23), Date.UTC(2026, 9, 24, 22)]

  assert.equal(untilTomorrow(short, dateOf), 23 * hourMs)
  assert.equal(untilTomorrow(long, dateOf), 25 * hourMs)
})
