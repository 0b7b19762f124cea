import assert from "node:assert/strict"
import { test } from "node:test"
import { batched } from "../../Public/js/batching.js"
import { FakeWorld } from "./fakes.js"
import { forAny } from "./property.js"

// Feature: chat-text-streaming, Property 30: Render Batching
forAny("pieces within 50 ms are one change, and nothing is lost or reordered", async (any) => {
  const world = new FakeWorld()
  const heard = []
  const times = []
  const { hear } = batched(
    (event) => {
      heard.push(event)
      times.push(world.nowMs)
    },
    world,
    new AbortController().signal,
  )
  const sent = any.many(
    1,
    60,
    () =>
      any.chance(0.9)
        ? { type: "chunk", text: any.text() + "." }
        : { type: "status", phase: "thinking" },
  )

  for (const event of sent) {
    hear(event)
    await world.pass(any.integer(0, 40))
  }
  await world.pass(100)

  const joined = (events) =>
    events.map((event) => event.type === "chunk" ? event.text : "|").join("")
  assert.equal(joined(heard), joined(sent))
  const chunks = times.filter((_, index) => heard[index].type === "chunk")
  const others = heard.length - chunks.length
  const span = (world.nowMs - times[0]) / 50
  assert.ok(chunks.length <= span + others + 1, `${chunks.length} changes in ${span} spans`)
})

test("the first piece does not wait, and nothing is heard after the end", async () => {
  const world = new FakeWorld()
  const heard = []
  const end = new AbortController()
  const { hear } = batched((event) => heard.push(event.text), world, end.signal)

  hear({ type: "chunk", text: "a" })
  assert.deepEqual(heard, ["a"])
  hear({ type: "chunk", text: "b" })
  end.abort()
  await world.pass(100)

  assert.deepEqual(heard, ["a"])
})
