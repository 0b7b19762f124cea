import assert from "node:assert/strict"
import { test } from "node:test"
import {
  followingFromTheStart,
  jumped,
  scrollDelayMs,
  scrolled,
  scrolledToEnd,
  scrollIntervalMs,
} from "../../Public/js/scroll-follow.js"
import { forAny } from "./property.js"

const viewport = 500

function atEnd(height) {
  return scrolled(followingFromTheStart, {
    top: height - viewport,
    height,
    viewport,
  })
}

test("going up lets go of the end", () => {
  assert.equal(
    scrolled(atEnd(2_000), { top: 1_460, height: 2_000, viewport }).isFollowing,
    false,
  )
})

test("coming back to the end takes hold again", () => {
  const away = scrolled(atEnd(2_000), { top: 300, height: 2_000, viewport })

  assert.equal(
    scrolled(away, { top: 900, height: 2_000, viewport }).isFollowing,
    false,
  )
  assert.equal(
    scrolled(away, { top: 1_480, height: 2_000, viewport }).isFollowing,
    true,
  )
})

test("text that becomes shorter does not let go", () => {
  assert.equal(
    scrolled(atEnd(2_000), { top: 1_300, height: 1_800, viewport }).isFollowing,
    true,
  )
})

test("a rubber band beyond the end does not let go", () => {
  const stretched = scrolled(atEnd(2_000), {
    top: 1_540,
    height: 2_000,
    viewport,
  })

  assert.equal(
    scrolled(stretched, { top: 1_500, height: 2_000, viewport }).isFollowing,
    true,
  )
})

forAny("growing text never decides for the reader", (any) => {
  const height = any.integer(600, 5_000)
  const away = scrolled(atEnd(height), { top: 0, height, viewport })
  const grownBy = any.integer(0, 10_000)

  assert.equal(scrollDelayMs(away, any.integer(0, 1e6)), null)
  const stayed = scrolled(away, {
    top: 0,
    height: height + 200 + grownBy,
    viewport,
  })
  assert.equal(stayed.isFollowing, false)
})

// Feature: chat-text-streaming, Property 15: Auto-Scroll Behavior
// Feature: chat-text-streaming, Property 31: Scroll Debouncing
forAny(
  "whoever is at the end sees new text within 100 ms, and is moved at most every 100 ms",
  (any) => {
    let follow = jumped(followingFromTheStart)
    let now = 0
    let due = null
    const moves = []
    for (const gap of any.many(1, 200, () => any.integer(0, 60))) {
      const next = now + gap
      while (due !== null && due <= next) {
        follow = scrolledToEnd(follow, due)
        moves.push(due)
        due = null
      }
      now = next
      const delay = scrollDelayMs(follow, now)
      assert.ok(delay !== null && delay <= scrollIntervalMs)
      due ??= now + delay
      assert.ok(due - now <= scrollIntervalMs)
    }

    for (let index = 1; index < moves.length; index += 1) {
      assert.ok(moves[index] - moves[index - 1] >= scrollIntervalMs)
    }
  },
)
