import assert from "node:assert/strict"
import { test } from "node:test"
import { Holding } from "../../Public/js/holding.js"
import { forAny } from "./property.js"

function held() {
  const told = []
  const holding = new Holding({
    began: () => told.push("began"),
    ended: () => told.push("ended"),
  })
  return { holding, told }
}

test("whoever has the focus on it still holds it when the pointer leaves", () => {
  const { holding, told } = held()

  holding.came("focus")
  holding.came("pointer")
  holding.went("pointer")
  assert.deepEqual(told, ["began"])
  holding.went("focus")

  assert.deepEqual(told, ["began", "ended"])
})

test("what is gone is held by nobody, and can be held again", () => {
  const { holding, told } = held()

  holding.over()
  holding.came("pointer")
  holding.came("focus")
  holding.over()
  holding.went("pointer")
  assert.deepEqual(told, ["began", "ended"])
  holding.came("pointer")

  assert.deepEqual(told, ["began", "ended", "began"])
})

forAny("it is held exactly as long as somebody is at it", (any) => {
  const { holding, told } = held()
  const there = new Set()
  for (let step = 0; step < 30; step += 1) {
    const by = any.pick(["pointer", "focus"])
    if (any.chance(0.5)) {
      holding.came(by)
      there.add(by)
    } else {
      holding.went(by)
      there.delete(by)
    }
    assert.equal(told.at(-1) === "began", there.size > 0)
  }
})
