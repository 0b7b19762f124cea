import assert from "node:assert/strict"
import { test } from "node:test"
import { retryDelayMs } from "../../Public/js/retry-schedule.js"
import { forAny } from "./property.js"

test("waits at most 1, 2, 4, 8, 16, then 30 seconds", () => {
  const longest = [1, 2, 3, 4, 5, 6, 7, 100].map((attempt) => retryDelayMs(attempt, () => 1))

  assert.deepEqual(longest, [
    1_000,
    2_000,
    4_000,
    8_000,
    16_000,
    30_000,
    30_000,
    30_000,
  ])
})

forAny("every wait lies between nothing and its longest", (any) => {
  const attempt = any.integer(1, 50)

  const ms = retryDelayMs(attempt, () => any.fraction())

  assert.ok(ms >= 0 && ms <= retryDelayMs(attempt, () => 1))
})

test("the jitter is full: half the chance is half the wait", () => {
  assert.equal(retryDelayMs(4, () => 0.5), 4_000)
  assert.equal(retryDelayMs(4, () => 0), 0)
})
