// Long JSON, piece by piece.

import assert from "node:assert/strict"
import { test } from "node:test"
import { ImportProblem } from "../../Public/js/imports/import-problem.js"
import { JSONSlices } from "../../Public/js/imports/json-slices.js"
import { forAny } from "./property.js"

test("the elements of the outermost list, and of the list under the key", () => {
  assert.deepEqual(sliced(['[1, {"a": [2]}, "],["]']), [[], [1, { a: [2] }, "],["]])
  assert.deepEqual(sliced(['{"x": [0], "list": [1, [2]], "y": 3}']), [
    { x: [0], list: [], y: 3 },
    [1, [2]],
  ])
})

test("a list of the same name elsewhere is none", () => {
  const value = { x: "list", y: { list: [1] }, z: [{ list: [2] }] }

  assert.deepEqual(sliced([JSON.stringify(value)]), [value, []])
})

test("what is no JSON is refused", () => {
  const wrong = [
    "[1,]",
    "[,1]",
    "[1,,2]",
    "[",
    "[1",
    "]",
    "[}",
    '["',
    "[1]]",
    "[1][2]",
    "{}[]",
    "[1 2]",
  ]
  for (const text of [...wrong, '{"list": [1,]}', "[1] 2", "[]x", ""]) {
    assert.throws(() => sliced([text]), (error) => {
      return error instanceof ImportProblem || error instanceof SyntaxError
    }, text)
  }
})

test("brackets within brackets within brackets take no time", () => {
  const deep = 200_000
  const text = `[${"[".repeat(deep)}${"]".repeat(deep)}]`
  const slices = new JSONSlices("list")

  assert.equal(slices.feed(text).length, 1)
  assert.equal(slices.end(), "[]")
})

forAny("JSON however it is cut: the same elements and the same frame", (generator) => {
  const list = generator.many(0, 5, () => anyValue(generator, 3))
  const isObject = generator.chance(0.5)
  const value = isObject
    ? { [generator.text(2)]: anyValue(generator, 2), list, last: generator.text(3) }
    : list
  const indent = generator.pick([0, 1, "\t"])

  const [frame, elements] = sliced(generator.cut(JSON.stringify(value, null, indent)))

  assert.deepEqual(elements, list)
  assert.deepEqual(frame, isObject ? { ...value, list: [] } : [])
})

function anyValue(generator, depth) {
  const kind = generator.integer(0, depth > 0 ? 5 : 3)
  if (kind === 0) return generator.integer(-1_000, 1_000) / 8
  if (kind === 1) return generator.pick([null, true, false])
  if (kind <= 3) return generator.text(6)
  if (kind === 4) return generator.many(0, 4, () => anyValue(generator, depth - 1))
  return Object.fromEntries(
    generator.many(0, 4, () => [`key ${generator.text(2)}`, anyValue(generator, depth - 1)]),
  )
}

/** The frame and the elements. */
function sliced(pieces) {
  const slices = new JSONSlices("list")
  const elements = pieces.flatMap((piece) => slices.feed(piece)).map((text) => JSON.parse(text))
  return [JSON.parse(slices.end()), elements]
}
