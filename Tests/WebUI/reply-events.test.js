import assert from "node:assert/strict"
import { test } from "node:test"
import { decodeEvent, eventNames, eventNumber } from "../../Public/js/reply-events.js"
import { forAny } from "./property.js"

// Feature: chat-text-streaming, Property 4: JSON Event Parsing
forAny("no data makes the decoder throw", (any) => {
  const name = any.pick([...eventNames, "unheard-of", "constructor", "__proto__"])
  const value = any.pick([any.text(), JSON.stringify(any.text()), "null", "[]", "7", "{}", ""])

  const { type } = decodeEvent(name, value)

  assert.equal(typeof type, "string")
})

// Feature: chat-text-streaming, Property 5: Callback Routing Correctness
forAny("chunk, done and error are told apart, whatever they carry", (any) => {
  const text = any.text()

  assert.deepEqual(decodeEvent("message", JSON.stringify({ chunk: text })), { type: "chunk", text })
  assert.deepEqual(decodeEvent("message", JSON.stringify({ done: true, agent_type: text })), {
    type: "done",
    agent: text,
  })
  assert.deepEqual(decodeEvent("message", JSON.stringify({ error: text, kind: "timeout" })), {
    type: "error",
    sentence: text,
    kind: "timeout",
  })
})

test("what is no JSON object is invalid, with the raw text", () => {
  for (const raw of ["{oops", "", "null", "[1]", '"text"']) {
    assert.deepEqual(decodeEvent("message", raw), { type: "invalid", raw })
  }
})

test("a chunk that is no text is invalid", () => {
  assert.equal(decodeEvent("message", '{"chunk": 5}').type, "invalid")
})

test("what a later server adds is ignored", () => {
  assert.deepEqual(decodeEvent("message", '{"usage": 5}'), { type: "ignored" })
  assert.deepEqual(decodeEvent("hologram", "?"), { type: "ignored" })
})

test("named events carry what their names promise", () => {
  const rows = [
    ["accepted", { agent: "general", conversation_id: "c", reply_id: "r", reason: "usual" }, {
      type: "accepted",
      conversationId: "c",
      replyId: "r",
      agent: "general",
      reason: "usual",
    }],
    ["routed", { agent: "diet", reason: "routed" }, {
      type: "routed",
      agent: "diet",
      reason: "routed",
    }],
    ["status", { phase: "thinking" }, { type: "status", phase: "thinking" }],
    ["reasoning", { text: "Hm." }, { type: "reasoning", text: "Hm." }],
    ["tool_call", { id: "1", name: "add", arguments: { a: 1 } }, {
      type: "toolCalled",
      id: "1",
      name: "add",
      arguments: '{"a":1}',
    }],
    ["tool_result", { id: "1", name: "add", result: 3, seconds: 0.5 }, {
      type: "toolAnswered",
      id: "1",
      name: "add",
      isFailure: false,
      result: "3",
      seconds: 0.5,
    }],
    ["tool_result", { id: "1", name: "add", error: "no" }, {
      type: "toolAnswered",
      id: "1",
      name: "add",
      isFailure: true,
      result: "no",
      seconds: null,
    }],
    ["title", { title: "A day" }, { type: "titled", title: "A day" }],
    ["notice", { code: "stopped", text: "Stopped." }, {
      type: "noticed",
      code: "stopped",
      text: "Stopped.",
    }],
    ["onboarding", { step: 2 }, { type: "onboarded", details: { step: 2 } }],
    ["beat", { last: 7 }, { type: "beat" }],
  ]

  for (const [name, data, expected] of rows) {
    assert.deepEqual(decodeEvent(name, JSON.stringify(data)), expected)
  }
})

test("only the one tool that may propose a fact proposes one", () => {
  const answer = (name) =>
    decodeEvent("tool_result", JSON.stringify({ id: "1", name, result: { proposed: "Likes tea" } }))

  assert.equal(answer("propose_fact").proposed, "Likes tea")
  assert.equal("proposed" in answer("weather"), false)
})

test("only a whole number is an event's number", () => {
  assert.equal(eventNumber("12"), 12)
  for (const id of ["", "x1", "-1", "1.5"]) assert.equal(eventNumber(id), null)
})
