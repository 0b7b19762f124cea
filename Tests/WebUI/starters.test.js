import assert from "node:assert/strict"
import { test } from "node:test"
import { welcomeFor } from "../../Public/js/starters.js"
import { words as english } from "../../Public/js/words/en.js"
import { forAny } from "./property.js"

function profile(values = {}, { version = 1, isCompleted = false } = {}) {
  const fields = Object.entries(values).map(([id, value]) => ({ id, value }))
  return { steps: [{ fields }], version, isCompleted }
}

function titles({ starters }) {
  return starters.map(({ title }) => title)
}

test("who is not known yet is invited and begins as everybody does", () => {
  const welcome = welcomeFor(profile({}, { version: 0 }))

  assert.equal(welcome.acquaintance, "none")
  assert.deepEqual(titles(welcome), [
    "starter.run",
    "starter.train",
    "starter.sleep",
    "starter.habit",
  ])
})

test("who has begun is asked to go on, who is done is not asked", () => {
  assert.equal(welcomeFor(profile({ age: 34 })).acquaintance, "begun")
  assert.equal(welcomeFor(profile({ age: 34 }, { isCompleted: true })).acquaintance, "done")
  assert.equal(welcomeFor({ steps: [], version: 0, isCompleted: true }).acquaintance, "off")
})

test("days, goal and diet of the profile come first", () => {
  const welcome = welcomeFor(profile({ days: 3, goal: "build_muscle", diet: "vegan" }))

  assert.deepEqual(titles(welcome), [
    "starter.plan",
    "starter.protein",
    "starter.vegan",
    "starter.run",
  ])
  assert.equal(welcome.starters[0].count, 3)
})

forAny("four different beginnings with words for each, whatever the profile holds", (any) => {
  const { starters } = welcomeFor(profile({
    days: any.pick([null, 1, 3, 7, "often"]),
    goal: any.pick([null, "run", "lose_weight", "build_muscle", "stay_healthy", "toString", 7]),
    diet: any.pick([null, "vegan", "everything", ["vegan"], "vegetarian"]),
  }))

  assert.equal(starters.length, 4)
  assert.equal(new Set(titles({ starters })).size, 4)
  for (const { title, text } of starters) {
    assert.ok(english[title], title)
    assert.ok(english[text], text)
  }
})
