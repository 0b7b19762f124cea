import assert from "node:assert/strict"
import { test } from "node:test"
import { Chat } from "../../Public/js/chat.js"
import { firstState, isResponding } from "../../Public/js/chat-state.js"
import { message } from "../../Public/js/conversation.js"
import { Drafts } from "../../Public/js/drafts.js"
import { Outbox } from "../../Public/js/outbox.js"
import { Problem } from "../../Public/js/problem.js"
import { Shelf } from "../../Public/js/shelf.js"
import { Store } from "../../Public/js/store.js"
import { Undo } from "../../Public/js/undo.js"
import { FakeAPI, FakeStorage, fakeUnread, FakeWorld, listenToConsole, settle } from "./fakes.js"
import { forAny } from "./property.js"
import * as following from "../../Public/js/reply.js"

async function chatting(
  context,
  { api = new FakeAPI(), address = null, storage = new FakeStorage() } = {},
) {
  const said = context ? listenToConsole(context) : []
  const world = new FakeWorld()
  const store = new Store(firstState)
  const outbox = new Outbox(() => storage, "chat")
  const drafts = new Drafts(() => storage)
  const addresses = []
  const shelf = new Shelf({
    store,
    api,
    world,
    undo: new Undo({ store, world }),
    unread: fakeUnread(),
  })
  const chat = new Chat({
    store,
    api,
    shelf,
    drafts,
    outbox,
    world,
    following,
    showAddress: (id) => addresses.push(id),
  })
  await chat.start(address)
  await settle()
  const messages = () => store.get().conversation?.messages ?? []
  const last = () => messages()[messages().length - 1]
  return {
    chat,
    shelf,
    api,
    world,
    store,
    storage,
    drafts,
    outbox,
    addresses,
    said,
    messages,
    last,
  }
}

async function finish(world, text = "Yes.") {
  await settle()
  world.source.open()
  world.source.send("accepted", { conversation_id: "c", reply_id: "r", agent: "general" }, 1)
  world.source.send("message", { chunk: text }, 2)
  world.source.send("message", { done: true, agent_type: "general" }, 3)
  await settle()
}

function keptReply(state, text = "Half") {
  return {
    id: "c",
    title: "Kept",
    messages: [
      message({ id: "q", role: "user", text: "Why?", state: "complete", createdAt: 1 }),
      message({ id: "a", role: "assistant", text, state, replyTo: "q", createdAt: 2 }),
    ],
  }
}

// Feature: chat-text-streaming, Property 7: Immediate User Message Display
forAny("a message is shown before anything is sent", async (any) => {
  const { chat, api, messages, world } = await chatting()
  const text = `x${any.text()}x`

  chat.ask(text)

  assert.equal(messages()[0].text, text)
  assert.equal(messages()[1].state, "streaming")
  assert.equal(world.sources.length, 0)
  assert.ok(api.named("streamAddress").length <= 1)
})

// Feature: chat-text-streaming, Property 12: Concurrent Send Prevention
// Feature: chat-text-streaming, Property 25: Sequential Message Processing
forAny(
  "messages sent in a hurry go one at a time; while a reply runs none is sent or queued",
  async (any) => {
    const { chat, api, world, messages } = await chatting()
    const sent = []
    for (const text of any.many(2, 8, () => `x${any.text()}x`)) {
      const isFirst = chat.ask(text)
      const isSecond = chat.ask(`${text} again`)
      assert.equal(isFirst, true)
      assert.equal(isSecond, false)
      sent.push(text)
      await finish(world)
    }

    assert.deepEqual(api.named("streamAddress").map(([, question]) => question.text), sent)
    assert.deepEqual(messages().filter(({ role }) => role === "user").map(({ text }) => text), sent)
    assert.ok(world.openSources.length === 0)
  },
)

// Feature: chat-text-streaming, Property 20: Error Message Display
// Feature: chat-text-streaming, Property 21: Retry Button Availability
// Feature: chat-text-streaming, Property 23: Error Logging
forAny(
  "every failure is said in the message and on the console, and can be tried again",
  async (any) => {
    const errors = []
    const real = console.error
    console.error = (...parts) => errors.push(parts)
    try {
      const { chat, world, last, store } = await chatting()
      chat.ask("Why?")
      await settle()
      world.source.open()
      const sentence = `No: ${any.text()}`
      const fail = any.pick([
        () => world.source.send("message", { error: sentence, kind: "unavailable" }, 1),
        () => world.source.send("message", { error: sentence, kind: "interrupted" }, 1),
        () => world.source.send("message", "{oops", 1),
      ])
      fail()

      assert.ok(["failed", "interrupted"].includes(last().state))
      assert.ok([sentence, "Received invalid response from server"].includes(last().error))
      assert.ok(errors.length > 0)

      chat.retry(last().id)
      assert.equal(last().state, "streaming")
      assert.equal(isResponding(store.get()), true)
    } finally {
      console.error = real
    }
  },
)

test("a new conversation has its address at once", async (context) => {
  const { chat, store, addresses } = await chatting(context)

  chat.ask("Hello")

  assert.deepEqual(addresses, [store.get().chosenId])
  assert.equal(store.get().summaries[0].title, "Hello")
})

test("the draft is kept until the server has accepted the message", async (context) => {
  const { chat, store, drafts, world } = await chatting(context)
  drafts.write(null, "Hello")

  chat.ask("Hello")
  const { chosenId } = store.get()
  assert.equal(drafts.read(null), "")
  assert.equal(drafts.read(chosenId), "Hello")
  await finish(world)

  assert.equal(drafts.read(chosenId), "")
})

test("a message that never arrived waits in the box after a reload", async (context) => {
  const { store, drafts, chat } = await chatting(context)
  drafts.write("lost", "Hello?")

  await chat.choose("lost")

  assert.equal(store.get().conversationPhase, "new")
  assert.equal(chat.ask("Hello?"), true)
  assert.equal(store.get().chosenId, "lost")
})

test("a conversation that does not exist is said to be missing", async (context) => {
  const { store } = await chatting(context, { address: "nowhere" })

  assert.equal(store.get().conversationPhase, "missing")
})

test("after a reload a running reply is attached to from its start, and replaces the partial text", async (context) => {
  const api = new FakeAPI()
  api.kept.set("c", keptReply("streaming"))
  const { world, last } = await chatting(context, { api, address: "c" })

  assert.deepEqual(api.named("streamAddress")[0][1], {
    id: "q",
    conversationId: "c",
    text: "Why?",
    parentId: null,
  })
  assert.equal(last().text, "Half")
  assert.doesNotMatch(world.source.address, /after=/)
  await finish(world, "Half and half.")

  assert.equal(last().text, "Half and half.")
  assert.equal(last().state, "complete")
})

test("stop keeps what was shown, names the reply and how much of it was seen", async (context) => {
  const { chat, api, world, last, store } = await chatting(context)
  chat.ask("Count")
  await settle()
  world.source.open()
  world.source.send("message", { chunk: "One, two" }, 7)

  const stopping = chat.stop()
  assert.equal(last().state, "stopped")
  assert.equal(last().text, "One, two")
  assert.equal(isResponding(store.get()), true)
  await stopping

  assert.deepEqual(api.named("stop"), [["stop", "made-1", 7]])
  assert.equal(isResponding(store.get()), false)
  assert.equal(world.openSources.length, 0)
})

test("a stop that does not arrive is tried again after 0.3, 1 and 3 seconds", async (context) => {
  const api = new FakeAPI()
  api.problems.stop = [1, 2, 3, 4].map(() => new Problem("offline"))
  const { chat, world, store } = await chatting(context, { api })
  chat.ask("Count")
  await settle()

  chat.stop()
  await settle()
  const counts = []
  for (const ms of [299, 1, 999, 1, 2_999, 1]) {
    await world.pass(ms)
    counts.push(api.named("stop").length)
  }

  assert.deepEqual(counts, [1, 2, 2, 3, 3, 4])
  assert.match(store.get().hint, /could not be told to stop/)
  assert.equal(isResponding(store.get()), false)
})

test("a reply that failed on the server is asked anew, in the place of the old one", async (context) => {
  const { chat, api, world, messages } = await chatting(context)
  chat.ask("First")
  await finish(world)
  chat.ask("Second")
  await settle()
  world.source.open()
  world.source.send("message", { error: "Unavailable", kind: "unavailable" }, 1)

  chat.retry(messages()[3].id)
  await finish(world, "At last.")

  const [, failed, anew] = api.named("streamAddress").map(([, question]) => question)
  assert.notEqual(anew.id, failed.id)
  assert.equal(anew.text, "Second")
  assert.equal(anew.parentId, "r")
  assert.deepEqual(messages().map(({ text }) => text), ["First", "Yes.", "Second", "At last."])
})

test("a question that the server refused is tried again with the same id", async (context) => {
  const api = new FakeAPI()
  api.problems.streamAddress = [new Problem("refused", { status: 429, message: "Too many." })]
  const { chat, world, last, messages } = await chatting(context, { api })
  chat.ask("Hello")
  await settle()
  assert.equal(last().error, "Too many.")

  chat.retry(last().id)
  await finish(world)

  const [first, second] = api.named("streamAddress").map(([, question]) => question.id)
  assert.equal(second, first)
  assert.equal(messages().length, 2)
  assert.equal(last().text, "Yes.")
})

test("streaming switched off by the configuration means one whole reply", async (context) => {
  const api = new FakeAPI()
  api.isStreaming = false
  const { chat, world, last } = await chatting(context, { api })

  chat.ask("Hello")
  assert.equal(last().state, "streaming")
  await settle()

  assert.equal(last().text, "A whole reply.")
  assert.equal(last().state, "complete")
  assert.equal(world.sources.length, 0)
})

test("streaming switched off meanwhile means the same, for the same message", async (context) => {
  const api = new FakeAPI()
  api.problems.streamAddress = [new Problem("unstreamed", { status: 409 })]
  const { chat, last } = await chatting(context, { api })

  chat.ask("Hello")
  await settle()

  assert.equal(last().text, "A whole reply.")
  assert.equal(api.named("wholeReply")[0][1].id, api.named("streamAddress")[0][1].id)
})

test("a browser without EventSource gets whole replies", async (context) => {
  const { chat, world, last } = await chatting(context)
  world.hasStreams = false

  chat.ask("Hello")
  await settle()

  assert.equal(last().state, "complete")
})

test("leaving a conversation lets go of its reply and touches no other", async (context) => {
  const api = new FakeAPI()
  api.kept.set("other", { id: "other", title: "Other", messages: [] })
  const { chat, world, store } = await chatting(context, { api })
  chat.ask("Hello")
  await settle()
  const source = world.source
  source.open()

  await chat.choose("other")
  source.send("message", { chunk: "late" }, 1)

  assert.equal(source.isClosed, true)
  assert.equal(world.openSources.length, 0)
  assert.deepEqual(store.get().conversation.messages, [])
  assert.equal(isResponding(store.get()), false)
})

// Feature: chat-text-streaming, Property 27: Accessibility Compliance
forAny(
  "the beginning and the end are announced, and the finished message goes into the log once",
  async (any) => {
    const { chat, world, store } = await chatting()
    const statuses = []
    const logs = []
    store.subscribe(() => {
      const { status, log } = store.get()
      if (statuses[statuses.length - 1] !== status) statuses.push(status)
      if (log.text && logs[logs.length - 1] !== log) logs.push(log)
    })
    const chunks = any.many(1, 10, () => `x${any.text()}`)

    chat.ask("Hello")
    await settle()
    world.source.open()
    world.source.send("accepted", { conversation_id: "c", reply_id: "r", agent: "general" }, 1)
    for (const [index, chunk] of chunks.entries()) {
      world.source.send("message", { chunk }, index + 2)
      await world.pass(any.integer(0, 200))
      assert.deepEqual(logs, [], "nothing live follows the text as it grows")
    }
    world.source.send("message", { done: true, agent_type: "general" }, chunks.length + 2)
    await settle()

    assert.deepEqual(statuses.map(({ text }) => text), [
      "Assistant is responding",
      "The response is complete.",
    ])
    assert.deepEqual(logs.map(({ text }) => text), [chunks.join("")])
  },
)

test("a reply whose stream is gone is read from the server", async (context) => {
  const api = new FakeAPI()
  api.kept.set("c", keptReply("streaming"))
  const { world, last } = await chatting(context, { api, address: "c" })
  api.kept.set("c", keptReply("complete", "The whole."))

  world.source.refuse()
  await settle()
  world.source.refuse()
  await settle()

  assert.equal(last().text, "The whole.")
  assert.equal(last().state, "complete")
})

test("what another tab asked appears here and goes on here", async (context) => {
  const { chat, api, world, messages } = await chatting(context)
  chat.ask("Mine")
  await finish(world)
  const { chosenId } = { chosenId: api.named("streamAddress")[0][1].conversationId }
  const theirs = keptReply("streaming", "Half")
  api.kept.set(chosenId, { ...theirs, id: chosenId })
  api.news = [{ conversationId: chosenId, messageId: "q", isRunning: true }]

  await world.pass(5_000)

  assert.deepEqual(messages().map(({ text }) => text), ["Why?", "Half"])
  assert.equal(world.openSources.length, 1)
  assert.equal(api.named("streamAddress").at(-1)[1].id, "q")
})

test("the page looks around every five seconds while it is seen, and at once when it is again", async (context) => {
  const { api, world } = await chatting(context)
  await world.pass(15_000)
  assert.equal(api.named("active").length, 3)

  world.setVisible(false)
  await world.pass(60_000)
  assert.equal(api.named("active").length, 3)

  world.setVisible(true)
  await settle()
  assert.equal(api.named("active").length, 4)
})

test("without news nothing is loaded again", async (context) => {
  const { api, world } = await chatting(context)
  const before = api.named("conversations").length
  await world.pass(20_000)
  assert.equal(api.named("conversations").length, before)
})

test("an unfinished reply is continued in the reader's own words", async (context) => {
  const api = new FakeAPI()
  api.kept.set("c", keptReply("interrupted"))
  const { chat, messages } = await chatting(context, { api, address: "c" })

  chat.continue()
  await settle()

  assert.equal(messages()[2].text, "Please continue.")
  assert.equal(api.named("streamAddress")[0][1].parentId, "a")
})
