import assert from "node:assert/strict"
import { test } from "node:test"
import * as conversations from "../../Public/js/conversation.js"
import { forAny } from "./property.js"

const { placeholderId } = conversations

function asking(id = "q", text = "Hello") {
  return conversations.asked(conversations.emptyConversation("c"), { id, text, at: 1 })
}

test("a reply with text that breaks off can be continued, unless more of it may still come", () => {
  const reply = (known) => ({ ...lastOf(asking()), text: "Half", ...known })
  for (const state of ["stopped", "interrupted", "failed"]) {
    assert.equal(conversations.isUnfinished(reply({ state })), true, state)
    assert.equal(conversations.isUnfinished(reply({ state, text: "" })), false, state)
  }
  for (const state of ["complete", "streaming"]) {
    assert.equal(conversations.isUnfinished(reply({ state })), false, state)
  }
  const cut = { cutShort: "Too long." }
  assert.equal(conversations.isUnfinished(reply({ state: "complete", ...cut })), true)
  assert.equal(conversations.isUnfinished(reply({ state: "streaming", ...cut })), false)
  for (const known of [{ needsLogin: true }, { canReattach: true }]) {
    assert.equal(conversations.isUnfinished(reply({ state: "failed", ...known })), false)
    assert.equal(conversations.brokeOff(reply({ state: "failed", ...known })), false)
  }
  assert.equal(conversations.brokeOff(reply({ state: "failed" })), true)
  assert.equal(conversations.brokeOff(reply({ state: "stopped" })), false)
})

function lastOf({ messages }) {
  return messages[messages.length - 1]
}

// Feature: chat-text-streaming, Property 8: Placeholder Message Creation
forAny(
  "a question stands in the conversation at once, with an empty running reply behind it",
  (any) => {
    const text = any.text()

    const conversation = asking("q", text)

    assert.deepEqual(conversation.messages.map(({ role }) => role), ["user", "assistant"])
    assert.equal(conversation.messages[0].text, text)
    assert.equal(lastOf(conversation).text, "")
    assert.equal(lastOf(conversation).state, "streaming")
    assert.equal(lastOf(conversation).replyTo, "q")
  },
)

// Feature: chat-text-streaming, Property 9: Content Accumulation Invariant
forAny("a reply is the concatenation of its chunks, in their order", (any) => {
  const chunks = any.many(0, 40, () => any.text())

  const conversation = chunks.reduce(
    (before, chunk) => conversations.replied(before, placeholderId("q"), chunk),
    asking(),
  )

  assert.equal(lastOf(conversation).text, chunks.join(""))
})

// Feature: chat-text-streaming, Property 10: Message Finalization
forAny("a finished reply no longer runs, and what comes late changes nothing", (any) => {
  const running = conversations.replied(asking(), placeholderId("q"), any.text())
  const over = conversations.finished(running, placeholderId("q"), { agent: "general" })

  const late = conversations.replied(over, placeholderId("q"), any.text() + "late")

  assert.equal(lastOf(over).state, "complete")
  assert.deepEqual(late, over)
})

// Feature: chat-text-streaming, Property 11: Error State Marking
// Feature: chat-text-streaming, Property 22: Partial Response Preservation
forAny("a failed reply says why and keeps what had arrived", (any) => {
  const chunks = any.many(0, 10, () => any.text())
  const sentence = `Because ${any.text()}`
  const partial = chunks.reduce(
    (before, chunk) => conversations.replied(before, placeholderId("q"), chunk),
    asking(),
  )

  const wasInterrupted = any.chance(0.5)
  const failed = conversations.failed(partial, placeholderId("q"), { sentence, wasInterrupted })

  assert.equal(lastOf(failed).error, sentence)
  assert.equal(lastOf(failed).text, chunks.join(""))
  assert.equal(lastOf(failed).state, wasInterrupted ? "interrupted" : "failed")
})

// Feature: chat-text-streaming, Property 12: Concurrent Send Prevention
forAny("nothing is asked while a reply runs", (any) => {
  const running = conversations.replied(asking(), placeholderId("q"), any.text())

  const again = conversations.asked(running, { id: "other", text: any.text(), at: 2 })

  assert.equal(again, running)
})

// Feature: chat-text-streaming, Property 13: Conversation History Preservation
forAny("every message stands in the order in which it was sent, once", (any) => {
  let conversation = conversations.emptyConversation("c")
  const expected = []
  any.many(1, 30, () => any.text()).forEach((text, index) => {
    const id = `q${index}`
    conversation = conversations.asked(conversation, { id, text, at: index })
    conversation = conversations.replied(conversation, placeholderId(id), `to ${text}`)
    conversation = any.chance(0.7)
      ? conversations.finished(conversation, placeholderId(id))
      : conversations.failed(conversation, placeholderId(id), { sentence: "No." })
    expected.push(text, `to ${text}`)
  })

  assert.deepEqual(conversation.messages.map(({ text }) => text), expected)
  assert.equal(new Set(conversation.messages.map(({ id }) => id)).size, expected.length)
})

forAny("a change makes a new conversation and leaves the old one as it was", (any) => {
  const before = conversations.replied(asking(), placeholderId("q"), any.text())
  const copy = structuredClone(before)

  conversations.replied(before, placeholderId("q"), "more")
  conversations.failed(before, placeholderId("q"), { sentence: "No." })
  conversations.withdrawn(before, "q")

  assert.deepEqual(before, copy)
})

test("a reply that is attached to anew keeps its text until the first new piece replaces it", () => {
  const partial = conversations.replied(asking(), placeholderId("q"), "Half of")

  const attached = conversations.reattached(partial, placeholderId("q"))
  const replayed = ["Half ", "of it"].reduce(
    (before, chunk) => conversations.replied(before, placeholderId("q"), chunk),
    attached,
  )

  assert.equal(lastOf(attached).text, "Half of")
  assert.equal(lastOf(replayed).text, "Half of it")
})

forAny(
  "a reply that is told anew never becomes shorter on the way, and ends as it is told",
  (any) => {
    const pieces = any.many(1, 20, () => any.text() + ".")
    const whole = pieces.join("")
    const shown = whole.slice(0, any.integer(0, whole.length))
    const id = placeholderId("q")
    const running = conversations.replied(
      conversations.asked(conversations.emptyConversation("c"), { id: "q", text: "?", at: 1 }),
      id,
      shown,
    )
    const textOf = ({ messages }) => messages.at(-1).text

    let conversation = conversations.reattached(running, id)
    for (const piece of pieces) {
      const before = textOf(conversation).length
      conversation = conversations.replied(conversation, id, piece)
      assert.ok(textOf(conversation).length >= before)
      assert.ok(whole.startsWith(textOf(conversation)))
    }

    assert.equal(textOf(conversations.finished(conversation, id)), whole)
  },
)

test("a tool is one activity, from its call to its result", () => {
  const id = placeholderId("q")
  const called = conversations.acted(asking(), id, { id: "1", name: "search", state: "running" })

  const answered = conversations.acted(called, id, { id: "1", name: "search", state: "done" })

  assert.deepEqual(lastOf(answered).activities, [{ id: "1", name: "search", state: "done" }])
})

test("a withdrawn question takes its reply along and nothing else", () => {
  const first = conversations.finished(asking("one", "first"), placeholderId("one"))
  const second = conversations.asked(first, { id: "two", text: "second", at: 2 })

  assert.deepEqual(conversations.withdrawn(second, "two").messages, first.messages)
})

test("the running reply is found with its question", () => {
  const text = "What runs?"

  assert.deepEqual(conversations.runningReply(asking("q", text)), {
    questionId: "q",
    replyId: placeholderId("q"),
    text,
  })
  assert.equal(conversations.runningReply(conversations.emptyConversation("c")), null)
})

test("a question's parent is the reply before it, by the server's name", () => {
  const id = placeholderId("one")
  const accepted = conversations.accepted(asking("one"), id, { replyId: "server-1", agent: null })
  const first = conversations.finished(accepted, id)
  const second = conversations.asked(first, { id: "two", text: "second", at: 2 })

  assert.equal(conversations.parentOf(second, "two"), "server-1")
  assert.equal(conversations.parentOf(second, "one"), null)
})
