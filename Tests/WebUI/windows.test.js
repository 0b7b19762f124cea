import assert from "node:assert/strict"
import { test } from "node:test"
import * as states from "../../Public/js/chat-state.js"
import { message } from "../../Public/js/conversation.js"
import { mostHeld, renewed, windowSize } from "../../Public/js/message-window.js"
import { Problem } from "../../Public/js/problem.js"
import * as replies from "../../Public/js/reply-state.js"
import { Store } from "../../Public/js/store.js"
import { Windows } from "../../Public/js/windows.js"
import { FakeAPI, settle } from "./fakes.js"
import { forAny } from "./property.js"

/** A conversation of questions and replies, `m0` to the last. */
function longConversation(count) {
  const messages = Array.from({ length: count }, (_, index) =>
    message({
      id: `m${index}`,
      role: index % 2 ? "assistant" : "user",
      text: `Text ${index}`,
      state: "complete",
      replyTo: index % 2 ? `m${index - 1}` : null,
      parentId: index ? `m${index - 1}` : null,
      createdAt: index,
    }))
  return { id: "c", title: "Long", messages }
}

async function opened(count, window) {
  const api = new FakeAPI()
  api.kept.set("c", longConversation(count))
  const first = await api.conversation("c", undefined, window)
  const store = new Store(states.loaded(states.chosen(states.firstState, "c"), first))
  const ends = []
  const windows = new Windows({ store, api, whenAtEnd: ({ id }) => ends.push(id) })
  const shown = () => store.get().conversation
  const numbers = () => shown().messages.map(({ id }) => Number(id.slice(1)))
  return { api, store, windows, shown, numbers, ends }
}

/** What is here is a run of the path without a gap, and says truly whether there is more. */
function assertRun({ shown, numbers }, count) {
  const [first] = numbers()
  assert.deepEqual(numbers(), numbers().map((_, index) => first + index))
  assert.ok(numbers().length <= mostHeld)
  assert.equal(shown().earlier === "end", first === 0)
  assert.equal(shown().later === "end", numbers().at(-1) === count - 1)
}

// Feature: chat-text-streaming, Property 13: Conversation History Preservation
forAny(
  "wherever a conversation is opened and read on, the page has a run of it, in order",
  async (any) => {
    const count = any.integer(1, 500)
    const at = any.chance(0.5) ? { around: `m${any.integer(0, count - 1)}` } : {}
    const opening = await opened(count, at)
    const { windows } = opening
    assertRun(opening, count)

    for (let step = 0; step < 8; step += 1) {
      // Some at once, as they come when a reader scrolls in a hurry.
      const acts = any.many(
        1,
        3,
        () =>
          any.pick([
            () => windows.load("earlier"),
            () => windows.load("later"),
            () => windows.goToEnd(),
          ]),
      )
      await Promise.all(acts.map((act) => act()))
      assertRun(opening, count)
    }
  },
)

// Feature: chat-text-streaming, Property 13: Conversation History Preservation
forAny(
  "page and server together keep every message: reading up from the end meets each once",
  async (any) => {
    const count = any.integer(1, 450)
    const opening = await opened(count, {})
    const { store, windows, shown, numbers } = opening
    const seen = []
    const meet = () => {
      const first = seen[0] ?? count
      const from = numbers().findIndex((number) => number >= first)
      seen.unshift(...(from < 0 ? numbers() : numbers().slice(0, from)))
    }
    meet()
    while (shown().earlier !== "end") {
      await windows.load("earlier")
      meet()
    }
    assert.deepEqual(seen, Array.from({ length: count }, (_, index) => index))

    assert.equal(await windows.goToEnd(), true)
    store.update((state) => replies.asked(state, { id: "q", conversationId: "c", text: "On" }, 9))
    assert.deepEqual(shown().messages.slice(-3).map(({ id }) => id), [
      `m${count - 1}`,
      "q",
      "reply-to-q",
    ])
  },
)

test("a long conversation comes with its last fifty messages, in one request", async () => {
  const { api, numbers, shown } = await opened(2_000, {})

  assert.equal(numbers().length, windowSize)
  assert.equal(numbers().at(-1), 1_999)
  assert.deepEqual([shown().earlier, shown().later], ["more", "end"])
  assert.equal(api.named("conversation").length, 1)
})

test("while more is on its way it is not asked for again", async () => {
  const { api, windows, shown } = await opened(200, {})

  const first = windows.load("earlier")
  assert.equal(shown().earlier, "loading")
  await windows.load("earlier")
  await first

  assert.equal(api.named("conversation").length, 2)
  assert.equal(shown().earlier, "more")
})

test("what could not be loaded says so, and is loaded when the reader asks for it", async () => {
  const { api, windows, shown, numbers } = await opened(100, {})
  api.problems.conversation = [new Problem("offline")]

  await windows.load("earlier")
  assert.equal(shown().earlier, "failed")
  assert.equal(numbers().length, 50)
  await windows.load("earlier")

  assert.equal(shown().earlier, "end")
  assert.equal(numbers().length, 100)
})

test("what comes too late for its window is not put into another", async () => {
  const { api, store, windows, shown, numbers } = await opened(1_000, {})
  const answers = []
  const real = api.conversation.bind(api)
  api.conversation = (...asked) =>
    new Promise((resolve) => answers.push(() => resolve(real(...asked))))

  windows.load("earlier")
  const other = await real("c", undefined, { around: "m500" })
  store.update((state) => states.loaded(state, other))
  windows.load("earlier")
  for (const answer of answers) answer()
  await settle()
  await settle()

  assertRun({ shown, numbers }, 1_000)
  assert.equal(numbers()[0], 425)
})

test("the end that is loaded has its running reply held on to", async () => {
  const { windows, ends, numbers } = await opened(300, { around: "m20" })

  assert.equal(await windows.goToEnd(), true)

  assert.deepEqual(ends, ["c"])
  assert.equal(numbers().at(-1), 299)
})

test("a question is not asked before the end is there", async () => {
  const { store, windows } = await opened(300, { around: "m20" })
  assert.equal(states.isAtEnd(store.get()), false)

  await windows.goToEnd()

  assert.equal(states.isAtEnd(store.get()), true)
})

test("what is being written is not let go of, however far up the reader goes", async () => {
  const { store, windows, shown } = await opened(400, {})
  store.update((state) => replies.asked(state, { id: "q", conversationId: "c", text: "On" }, 9))

  for (let step = 0; step < 7; step += 1) await windows.load("earlier")

  assert.equal(shown().messages.at(-1).id, "reply-to-q")
  assert.equal(shown().messages.length, 402)
})

test("the end as the server has it now keeps what was read before it", async () => {
  const { api, windows, shown } = await opened(200, {})
  await windows.load("earlier")
  const end = await api.conversation("c", undefined, {})

  const again = renewed(shown(), end)

  assert.equal(again.messages.length, 100)
  assert.equal(again.messages[0].id, "m100")
  assert.equal(again.earlier, "more")
})

test("what is on its way still belongs to an end that was renewed meanwhile", async () => {
  const { api, store, windows, numbers } = await opened(200, {})
  const end = await api.conversation("c", undefined, {})

  const loading = windows.load("earlier")
  store.update((state) => states.loaded(state, renewed(state.conversation, end)))
  await loading

  assert.equal(numbers().length, 100)
})
