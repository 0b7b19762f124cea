import assert from "node:assert/strict"
import { test } from "node:test"
import * as states from "../../Public/js/chat-state.js"
import * as replies from "../../Public/js/reply-state.js"
import { placeholderId } from "../../Public/js/conversation.js"
import { forAny } from "./property.js"

function asking(text = "Hello") {
  return replies.asked(states.firstState, { id: "q", conversationId: "c", text }, 5)
}

/** Anything that may be heard about a reply. */
/** What the transcript ends with. */
const lastOf = (state) => state.conversation.messages.at(-1)

function anyNews(any) {
  return any.pick([
    { type: "chunk", text: any.text() },
    { type: "status", phase: "tool" },
    { type: "reasoning", text: any.text() },
    { type: "toolCalled", id: "1", name: "search" },
    { type: "toolAnswered", id: "1", name: "search", isFailure: any.chance(0.5) },
    { type: "accepted", conversationId: "c", replyId: "r", agent: null },
    { type: "titled", title: any.text() },
    {
      type: "noticed",
      code: any.pick(["stopped", "saved", "not_saved_yet", "stand_in", "budget", "?"]),
      text: "T",
    },
    { type: "connectionLost", attempt: 1, waitMs: 5, sentence: null },
    { type: "connectionBack" },
    { type: "done", agent: "general" },
    { type: "error", sentence: "No.", kind: "timeout" },
    { type: "onboarded", details: {} },
  ])
}

forAny("news of a reply that the page has let go of changes nothing", (any) => {
  const state = asking()

  assert.equal(replies.heard(state, placeholderId("other"), anyNews(any), 6), state)
  const left = states.chosen(state, "elsewhere")
  assert.equal(replies.heard(left, placeholderId("q"), anyNews(any), 6), left)
})

// Feature: chat-text-streaming, Property 14: Typing Indicator State Consistency
forAny("a message runs exactly as long as the page holds on to its reply", (any) => {
  let state = asking()
  for (let step = 0; step < 20; step += 1) {
    state = replies.heard(state, placeholderId("q"), anyNews(any), 6 + step)
    const reply = state.conversation.messages[1]
    assert.equal(reply.state === "streaming", state.running !== null)
    assert.equal(states.isResponding(state), reply.state === "streaming")
  }
})

test("a reply that somebody stopped ends as stopped", () => {
  const id = placeholderId("q")
  const news = [{ type: "chunk", text: "One" }, { type: "noticed", code: "stopped", text: "" }, {
    type: "done",
    agent: "general",
  }]

  const state = news.reduce((before, heard) => replies.heard(before, id, heard, 6), asking())

  assert.equal(state.conversation.messages[1].state, "stopped")
  assert.equal(state.status.text, "The response was stopped.")
})

test("a reply that is not the model's says so", () => {
  const notice = { type: "noticed", code: "stand_in", text: "The coach answers." }

  const state = replies.heard(asking(), placeholderId("q"), notice, 6)

  assert.equal(lastOf(state).standIn, "The coach answers.")
  assert.equal(lastOf(state).cutShort, null)
  assert.equal(state.hint, null)
})

test("a reply that the budget cuts short says why, and is not called another's", () => {
  const notice = { type: "noticed", code: "budget", text: "The budget is spent." }

  const state = replies.heard(asking(), placeholderId("q"), notice, 6)

  assert.equal(lastOf(state).cutShort, "The budget is spent.")
  assert.equal(lastOf(state).standIn, null)
})

test("a reply that is cut at its length says so, unless the budget was the reason", () => {
  const cut = { type: "noticed", code: "length", text: "" }
  const budget = { type: "noticed", code: "budget", text: "The budget is spent." }
  const reached = "This reply reached its length limit and ends here."

  const state = replies.heard(asking(), placeholderId("q"), cut, 6)
  const both = replies.heard(
    replies.heard(asking(), placeholderId("q"), budget, 6),
    placeholderId("q"),
    cut,
    7,
  )

  assert.equal(lastOf(state).cutShort, reached)
  assert.equal(lastOf(both).cutShort, "The budget is spent.")
})

test("a question is received once the server says so, and a reply saved once it is", () => {
  const [question, reply] = asking().conversation.messages
  assert.deepEqual([question.isReceived, reply.saving], [false, "unknown"])

  const notice = { type: "noticed", code: "not_saved_yet", text: "…" }
  const state = [
    { type: "accepted", conversationId: "c", replyId: "r", agent: "diet", reason: "picked" },
    { type: "routed", agent: "workout", reason: "routed" },
    notice,
    { type: "done", agent: "workout" },
  ].reduce((before, heard) => replies.heard(before, placeholderId("q"), heard, 6), asking())

  assert.equal(state.conversation.messages[0].isReceived, true)
  assert.deepEqual([lastOf(state).agent, lastOf(state).reason], ["workout", "routed"])
  assert.equal(lastOf(state).saving, "waiting")
  assert.equal(lastOf(replies.savedLater(state, "q")).saving, "saved")
  assert.equal(replies.savedLater(state, "other"), state)
})

test("a tool shows what it was given and what it gave", () => {
  const call = { type: "toolCalled", id: "1", name: "bmi", arguments: '{"kg":70}' }
  const answer = {
    type: "toolAnswered",
    id: "1",
    name: "bmi",
    isFailure: true,
    result: "No height.",
    seconds: 0.2,
  }

  const state = [call, answer].reduce(
    (before, heard) => replies.heard(before, placeholderId("q"), heard, 6),
    asking(),
  )

  assert.deepEqual(lastOf(state).activities, [{
    id: "1",
    name: "bmi",
    state: "failed",
    arguments: '{"kg":70}',
    result: "No height.",
    seconds: 0.2,
  }])
})

test("a title that the server found is the conversation's, in the list too", () => {
  const state = replies.heard(
    asking(),
    placeholderId("q"),
    { type: "titled", title: "Greeting" },
    6,
  )

  assert.equal(state.summaries[0].title, "Greeting")
  assert.equal(state.conversation.title, "Greeting")
})
