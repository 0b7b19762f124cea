// Messages from elsewhere in the order of here.

import assert from "node:assert/strict"
import { test } from "node:test"
import { countOwn } from "../../Public/js/imports/counting.js"
import { spanSentence } from "../../Public/js/imports/naming.js"
import { grown, regrown } from "../../Public/js/imports/trees.js"
import { forAny } from "./property.js"

const startedAt = 1_000

test("messages of one role after another become one", () => {
  const tree = grow([
    asked("q1", null, "Hello"),
    asked("q2", "q1", "Are you there?"),
    answered("a1", "q2", "Yes."),
    answered("a2", "a1", "And you?"),
  ])

  assert.deepEqual(outline(tree), [["q2", null, "Hello\n\nAre you there?"], [
    "a2",
    "q2",
    "Yes.\n\nAnd you?",
  ]])
})

test("a message that somebody answered stays beside what was added to it", () => {
  const tree = grow([
    asked("q1", null, "Hello"),
    answered("a1", "q1", "Hi."),
    asked("q2", "q1", "Are you there?"),
    answered("a2", "q2", "Yes."),
  ])

  assert.deepEqual(outline(tree), [
    ["q1", null, "Hello"],
    ["a1", "q1", "Hi."],
    ["q2", null, "Hello\n\nAre you there?"],
    ["a2", "q2", "Yes."],
  ])
})

test("what says nothing only holds a place", () => {
  const tree = grow([
    { ...asked("root", null, "x"), role: null },
    asked("q", "root", "Hello"),
    { ...answered("tool", "q", ""), parts: [] },
    answered("a", "tool", "Hi."),
  ], "tool")

  assert.deepEqual(outline(tree), [["q", null, "Hello"], ["a", "q", "Hi."]])
  assert.equal(tree.leaf, "q")
})

test("a question with two replies becomes two of the same words, in the order of the replies", () => {
  const tree = grow([
    asked("q", null, "Hello", 1),
    answered("late", "q", "Hi again.", 30),
    answered("soon", "q", "Hi.", 20),
    asked("next", "late", "Good.", 40),
  ], "next")

  assert.deepEqual(outline(tree), [
    ["q", null, "Hello"],
    ["soon", "q", "Hi."],
    ["q~2", null, "Hello"],
    ["late", "q~2", "Hi again."],
    ["next", "late", "Good."],
  ])
  assert.equal(tree.leaf, "next")
})

test("a reply without a question gets one", () => {
  const tree = grow([answered("a", null, "Welcome!"), asked("q", "a", "Thanks.")])

  assert.deepEqual(outline(tree), [
    ["a~question", null, "…"],
    ["a", "a~question", "Welcome!"],
    ["q", "a", "Thanks."],
  ])
  assert.equal(tree.openings, 1)
})

test("questions that are made here are not counted", () => {
  const tree = grow([
    answered("a", null, "Welcome!"),
    asked("q", "a", "Hello", 1),
    answered("one", "q", "Hi.", 20),
    answered("two", "q", "Hi again.", 30),
    answered("three", "q", "And again.", 40),
    asked("about~2", "two", "Good.", 50),
  ])

  assert.equal(tree.messages.length, 9)
  assert.equal(countOwn(tree.messages), 6)
})

test("a single day is said once", () => {
  const [one, other] = ["Mar 8, 2024", "Mar 9, 2024"]
  assert.equal(spanSentence(2, other, other), "2 messages, Mar 9, 2024")
  assert.equal(spanSentence(2, one, other), "2 messages, Mar 8, 2024 to Mar 9, 2024")
})

test("circles, lost parents and ids that come twice do no harm", () => {
  const tree = grow([
    asked("q", "a", "Hello"),
    answered("a", "q", "Hi."),
    asked("q", null, "Another"),
    asked("self", "self", "Me"),
    asked("lost", "nowhere", "Where?"),
  ])

  assert.deepEqual(outline(tree).map(([id]) => id).sort(), ["a", "lost", "q", "self"])
})

test("the shown message is where its text went", () => {
  const messages = [
    asked("q", null, "Hello"),
    answered("a1", "q", "Hi."),
    answered("a2", "a1", "!"),
  ]

  assert.equal(grow(messages, "a1").leaf, "a2")
  assert.equal(grow(messages, "nowhere").leaf, null)
})

test("ours stay as they are", () => {
  const tree = regrown(
    [asked("q1", null, "Hello"), asked("q2", "q1", ""), answered("a", "q2", "")],
    {
      leaf: "a",
      startedAt,
    },
  )

  assert.deepEqual(outline(tree).map(([id, parent]) => [id, parent]), [["q1", null], ["q2", "q1"], [
    "a",
    "q2",
  ]])
})

test("a conversation of ten thousand messages is no burden", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => {
    const parent = index === 0 ? null : `m${index - 1}`
    return index % 3 === 0 ? asked(`m${index}`, parent, "?") : answered(`m${index}`, parent, "!")
  })

  assert.equal(grow(many).messages.length, 6_667)
})

forAny("tree: nothing that was said is lost, questions and replies take turns", (generator) => {
  const count = generator.integer(1, 30)
  const messages = Array.from({ length: count }, (_, index) => ({
    id: generator.chance(0.9) ? `m${index}` : `m${generator.integer(0, count)}`,
    parent: generator.chance(0.9) ? `m${generator.integer(0, Math.max(0, index - 1))}` : null,
    role: generator.pick(["user", "assistant", "user", "assistant", null]),
    parts: generator.many(0, 2, () => ({
      type: generator.pick(["text", "reasoning"]),
      text: `<${index}.${generator.integer(0, 999)}>`,
    })),
    at: generator.chance(0.7) ? generator.integer(1, 5_000) : null,
  }))
  const said = messages.filter(({ id, role }, index) =>
    role !== null && messages.findIndex((other) => other.id === id) === index
  ).flatMap(({ parts }) => parts.map(({ text }) => text))

  const tree = grow(messages, generator.pick(messages).id)

  const whole = tree.messages.flatMap(({ parts }) => parts.map(({ text }) => text)).join("\n")
  for (const text of said) assert.ok(whole.includes(text), text)
  const known = new Map()
  for (const message of tree.messages) {
    assert.ok(!known.has(message.id))
    known.set(message.id, message)
    const parent = message.parent === null ? null : known.get(message.parent)
    assert.notEqual(parent, undefined, "parents first")
    assert.equal(parent?.role ?? "assistant", message.role === "user" ? "assistant" : "user")
    assert.ok(message.created_at >= (parent?.created_at ?? 0))
  }
  const replies = tree.messages.filter(({ role }) => role === "assistant")
  assert.equal(new Set(replies.map(({ parent }) => parent)).size, replies.length)
  assert.ok(tree.leaf === null || known.has(tree.leaf))
})

function grow(found, leaf = null) {
  return grown(found, { leaf, startedAt })
}

function asked(id, parent, text, at = null) {
  return { id, parent, role: "user", parts: text ? [{ type: "text", text }] : [], at }
}

function answered(id, parent, text, at = null) {
  return { ...asked(id, parent, text, at), role: "assistant" }
}

function outline({ messages }) {
  return messages.map(({ id, parent, parts }) => [id, parent, parts[0]?.text])
}
