import assert from "node:assert/strict"
import { test } from "node:test"
import { EventStreamDecoder, FetchEventSource } from "../../Public/js/event-stream.js"
import { settle } from "./fakes.js"
import { forAny } from "./property.js"

const whole = (text) => new EventStreamDecoder().feed(text)

test("fields, comments and line ends are read as the standard says", () => {
  const rows = [
    ["data: a\n\n", [{ name: "message", data: "a", id: "" }]],
    ["data:a\r\rdata: b\r\n\r\n", ["a", "b"].map((data) => ({ name: "message", data, id: "" }))],
    ["id: 7\nevent: beat\ndata: x\ndata:  y\n\n", [{ name: "beat", data: "x\n y", id: "7" }]],
    [": comment\n\nevent: lost\n\ndata: z\n\n", [{ name: "message", data: "z", id: "" }]],
    ["data\n\n", [{ name: "message", data: "", id: "" }]],
    ["id: a\0b\ndata: x\n\n", [{ name: "message", data: "x", id: "" }]],
    ["data: unfinished\n", []],
  ]

  for (const [text, events] of rows) assert.deepEqual(whole(text), events)
})

forAny("the same events are found however the text is cut", (any) => {
  const text = any.many(0, 40, () =>
    any.pick(["data: ", "id: 1", "event: e", ":", "\n", "\n\n", "\r", "\r\n", "a", "你", " "]))
    .join("") + "\n\n"

  const decoder = new EventStreamDecoder()
  const found = []
  for (let rest = text; rest;) {
    const length = any.integer(1, rest.length)
    found.push(...decoder.feed(rest.slice(0, length)))
    rest = rest.slice(length)
  }

  assert.deepEqual(found, whole(text))
})

function answering(status, type, pieces) {
  const body = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece))
      controller.close()
    },
  })
  const response = new Response(body, { status, headers: { "Content-Type": type } })
  return () => Promise.resolve(response)
}

test("a stream over fetch is opened, heard, and its end is an error", async () => {
  const said = []
  const source = new FetchEventSource(
    "/s",
    answering(200, "text/event-stream; charset=utf-8", ["id: 1\nda", "ta: a\n\n"]),
  )
  source.onopen = () => said.push("open")
  source.onerror = () => said.push(`error ${source.readyState}`)
  source.addEventListener("message", ({ data, lastEventId }) => said.push(`${lastEventId} ${data}`))

  for (let turn = 0; turn < 5; turn += 1) await settle()

  assert.deepEqual(said, ["open", "1 a", "error 0"])
})

test("what is no stream is refused, and what was closed stays silent", async () => {
  for (const [status, type] of [[204, ""], [401, "application/json"], [200, "text/html"]]) {
    const response = status === 204
      ? () => Promise.resolve(new Response(null, { status }))
      : answering(status, type, ["{}"])
    const source = new FetchEventSource("/s", response)
    let state = null
    source.onerror = () => state = source.readyState
    await settle()
    await settle()
    assert.equal(state, 2)
  }

  const closed = new FetchEventSource("/s", answering(200, "text/event-stream", ["data: a\n\n"]))
  closed.onerror = () => assert.fail("closed")
  closed.addEventListener("message", () => assert.fail("closed"))
  closed.close()
  await settle()
  await settle()
})
