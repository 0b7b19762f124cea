import assert from "node:assert/strict"
import { test } from "node:test"
import { answers, growthRings } from "../../Public/js/growth-rings.js"
import { forAny } from "./property.js"

function field(id, { text = null, isSkipped = false } = {}) {
  return { id, text, isSkipped }
}

function profile(steps, nextId = null) {
  return { steps: steps.map((fields) => ({ fields })), nextId }
}

function anyProfile(any) {
  let number = 0
  const steps = any.many(1, 6, () =>
    any.many(1, 12, () =>
      field(`q${number++}`, {
        text: any.chance(0.4) ? "said" : null,
        isSkipped: any.chance(0.2),
      })))
  return profile(steps, any.chance(0.8) ? `q${any.integer(0, number - 1)}` : null)
}

test("a question is known, left out, asked next, or open", () => {
  const rings = growthRings(profile([
    [field("a", { text: "Ada" }), field("b", { isSkipped: true })],
    [field("c"), field("d")],
  ], "c"))

  assert.deepEqual(rings.map(({ id, state }) => `${id} ${state}`), [
    "a known",
    "b skipped",
    "c next",
    "d open",
  ])
})

forAny("every question has one arc, and every arc stays within the square", (any) => {
  const some = anyProfile(any)
  const fields = some.steps.flatMap((step) => step.fields)

  const rings = growthRings(some)

  assert.deepEqual(rings.map(({ id }) => id), fields.map(({ id }) => id))
  for (const { path } of rings) {
    const numbers = [...path.matchAll(/-?\d+(?:\.\d+)?/g)].map(([text]) => Number(text))
    assert.equal(numbers.length, 9)
    assert.ok(numbers.every((value) => value >= 0 && value <= 100), path)
  }
})

forAny("arcs of one ring do not touch, and rings keep their distance", (any) => {
  const some = anyProfile(any)

  const rings = growthRings(some)

  const radii = new Map()
  for (const { path } of rings) {
    const [x1, y1, radius] = path.match(/-?\d+(?:\.\d+)?/g).map(Number)
    radii.set(radius, [...(radii.get(radius) ?? []), path])
    assert.ok(Math.abs(Math.hypot(x1 - 50, y1 - 50) - radius) < 0.02)
  }
  assert.equal(radii.size, some.steps.length)
  for (const [radius, arcs] of radii) {
    if (arcs.length === 1) continue
    arcs.forEach((path, index) => {
      const end = path.split(" ").slice(-2).map((text) =>
        Number(text.replace(/^\d*\D*?(?=\d)/, ""))
      )
      const next = arcs[(index + 1) % arcs.length].slice(1).split("A")[0].split(" ").map(Number)
      assert.ok(Math.hypot(end[0] - next[0], end[1] - next[1]) > 1.5, `${radius}: ${path}`)
    })
  }
})

test("what was left out on purpose counts as answered", () => {
  const some = profile([[field("a", { text: "x" }), field("b", { isSkipped: true }), field("c")]])

  assert.deepEqual(answers(some), { answered: 2, count: 3 })
})
