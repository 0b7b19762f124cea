import assert from "node:assert/strict"
import { test } from "node:test"
import { ReadingPlaces } from "../../Public/js/reading-places.js"
import { FakeStorage, listenToConsole } from "./fakes.js"

test("each conversation has its place, until the reader is at the end", () => {
  const storage = new FakeStorage()
  const places = new ReadingPlaces(() => storage)

  places.write("a", { messageId: "m", offset: 12.4 })
  places.write("b", { messageId: "n", offset: -3 })
  assert.deepEqual(new ReadingPlaces(() => storage).read("a"), { messageId: "m", offset: 12 })

  places.write("a", null)
  assert.equal(places.read("a"), null)
  assert.deepEqual(places.read("b"), { messageId: "n", offset: -3 })
})

test("only the fifty newest places are kept", () => {
  const places = new ReadingPlaces(((storage) => () => storage)(new FakeStorage()))
  for (let index = 0; index < 60; index += 1) {
    places.write(`c${index}`, { messageId: "m", offset: index })
  }

  assert.equal(places.read("c9"), null)
  assert.equal(places.read("c10")?.offset, 10)
})

test("what is no place is none", (context) => {
  listenToConsole(context)
  const storage = new FakeStorage()
  const places = new ReadingPlaces(() => storage)
  for (const text of ["{", "7", '[["a"]]', '[["a", "m", "x"]]']) {
    storage.setItem("shuren.places", text)
    assert.equal(places.read("a"), null)
  }
})
