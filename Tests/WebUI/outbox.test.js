import assert from "node:assert/strict"
import { test } from "node:test"
import { Chat } from "../../Public/js/chat.js"
import { canQueue, firstState } from "../../Public/js/chat-state.js"
import { emptyConversation } from "../../Public/js/conversation.js"
import { Drafts } from "../../Public/js/drafts.js"
import { Outbox, withUnsent } from "../../Public/js/outbox.js"
import { Problem } from "../../Public/js/problem.js"
import { ReadingPlaces } from "../../Public/js/reading-places.js"
import { setAside } from "../../Public/js/set-aside.js"
import { Shelf } from "../../Public/js/shelf.js"
import { ShelfActs } from "../../Public/js/shelf-acts.js"
import { Store } from "../../Public/js/store.js"
import { Undo } from "../../Public/js/undo.js"
import { FakeAPI, FakeStorage, FakeWorld, listenToConsole, settle } from "./fakes.js"
import { forAny } from "./property.js"
import * as following from "../../Public/js/reply.js"

/** A server that can be cut off, and notes which messages it has begun to answer, once each. */
class Line extends FakeAPI {
  isUp = true
  claimed = []

  async streamAddress(question) {
    if (!this.isUp) throw new Problem("offline")
    this.asked = question
    return await super.streamAddress(question)
  }

  async wholeReply(question) {
    if (!this.isUp) throw new Problem("offline")
    this.claim(question)
    return await super.wholeReply(question)
  }

  claim({ id, text }) {
    if (!this.claimed.some((claimed) => claimed.id === id)) this.claimed.push({ id, text })
  }
}

async function opened(api, storage, world, conversationId) {
  const store = new Store(firstState)
  const chat = new Chat({
    store,
    api,
    shelf: new Shelf({ store, api, world }),
    drafts: new Drafts(() => storage),
    outbox: new Outbox(() => storage, "chat"),
    world,
    following,
    showAddress: () => {},
  })
  const isNew = conversationId !== null && !api.kept.has(conversationId)
  if (isNew) api.problems.conversation = [new Problem("refused", { status: 404 })]
  await chat.start(conversationId)
  await settle()
  return { chat, store }
}

/** Answers whatever is being streamed. */
async function answer(api, world) {
  const { source } = world
  if (!source || source.isClosed || source.readyState !== 0) return
  source.open()
  api.claim(api.asked)
  source.send("accepted", { conversation_id: "c", reply_id: `r-${api.asked.id}`, agent: null }, 1)
  source.send("message", { chunk: "Yes." }, 2)
  source.send("message", { done: true, agent_type: "general" }, 3)
  await settle()
}

test("what is written without a network is sent in order when it is back, once each", async (t) => {
  listenToConsole(t)
  const [api, storage, world] = [new Line(), new FakeStorage(), new FakeWorld()]
  const { chat, store } = await opened(api, storage, world, null)
  api.isUp = false

  assert.equal(chat.ask("one"), true)
  await settle()
  assert.equal(canQueue(store.get()), true)
  assert.equal(chat.ask("two"), true)
  assert.equal(chat.ask("three"), true)
  const { messages } = store.get().conversation
  assert.deepEqual(messages.map(({ text, waits }) => [text, waits]), [
    ["one", "nothing"],
    ["", "nothing"],
    ["two", "network"],
    ["three", "network"],
  ])

  api.isUp = true
  world.goOnline()
  await settle()
  for (let count = 0; count < 3; count += 1) await answer(api, world)

  assert.deepEqual(api.claimed.map(({ text }) => text), ["one", "two", "three"])
  assert.deepEqual(new Outbox(() => storage, "chat").read(), [])
  assert.deepEqual(
    store.get().conversation.messages.map(({ text }) => text),
    ["one", "Yes.", "two", "Yes.", "three", "Yes."],
  )
  const parents = api.named("streamAddress").map(([, { parentId }]) => parentId)
  assert.deepEqual(parents.map((parent) => parent?.slice(0, 2) ?? null), [null, "r-", "r-"])
})

test("it survives closing the page, and is asked about after an hour", async (t) => {
  listenToConsole(t)
  const [api, storage, world] = [new Line(), new FakeStorage(), new FakeWorld()]
  const first = await opened(api, storage, world, null)
  api.isUp = false
  first.chat.ask("one")
  await settle()
  first.chat.ask("two")
  const { chosenId } = first.store.get()
  first.chat.leave()
  world.nowMs += 61 * 60 * 1_000
  api.isUp = true

  const { chat, store } = await opened(api, storage, world, chosenId)
  assert.deepEqual(store.get().conversation.messages.map(({ waits }) => waits), [
    "consent",
    "consent",
  ])
  assert.deepEqual(store.get().summaries.map(({ id, title }) => [id, title]), [[chosenId, "one"]])
  assert.equal(api.claimed.length, 0)

  const [one, two] = store.get().conversation.messages
  chat.discard(one.id)
  chat.sendNow(two.id)
  await settle()
  await answer(api, world)

  assert.deepEqual(api.claimed.map(({ text }) => text), ["two"])
  assert.deepEqual(new Outbox(() => storage, "chat").read(), [])
})

test("what was written in another conversation is sent without being shown", async (t) => {
  listenToConsole(t)
  const [api, storage, world] = [new Line(), new FakeStorage(), new FakeWorld()]
  const outbox = new Outbox(() => storage, "chat")
  const unsent = {
    id: "q",
    conversationId: "other",
    text: "Hi",
    agent: null,
    writtenAt: world.nowMs,
  }
  outbox.put(unsent)

  const { store } = await opened(api, storage, world, null)
  await settle()

  assert.deepEqual(api.claimed, [{ id: "q", text: "Hi" }])
  assert.deepEqual(outbox.read(), [])
  assert.equal(store.get().conversation, null)
  // Whoever leaves while it is answered must be known by then, or it would be somebody else's.
  const asked = api.calls.map(([name]) => name).filter((name) => /streamAddress|whole/.test(name))
  assert.deepEqual(asked, ["streamAddress", "wholeReply"])
})

test("what waits elsewhere is sent also where nothing is streamed", async (t) => {
  listenToConsole(t)
  const [api, storage, world] = [new Line(), new FakeStorage(), new FakeWorld()]
  const outbox = new Outbox(() => storage, "chat")
  for (const id of ["a", "b"]) {
    outbox.put({ id, conversationId: "other", text: id, agent: null, writtenAt: world.nowMs })
  }
  api.problems.streamAddress = [new Problem("unstreamed", { status: 409 })]

  await opened(api, storage, world, null)
  await settle()

  assert.deepEqual(api.claimed.map(({ id }) => id), ["a", "b"])
  assert.equal(api.named("streamAddress").length, 1)
})

test("without a network a conversation shows what waits in it, and is opened again with one", async (t) => {
  listenToConsole(t)
  const [api, storage, world] = [new Line(), new FakeStorage(), new FakeWorld()]
  const unsent = { id: "q", conversationId: "c", text: "Hi", agent: null, writtenAt: world.nowMs }
  new Outbox(() => storage, "chat").put(unsent)
  api.isUp = false
  const conversation = api.conversation.bind(api)
  api.conversation = (id) => {
    if (!api.isUp) throw new Problem("offline")
    return conversation(id)
  }

  const { store } = await opened(api, storage, world, "c")
  assert.deepEqual(store.get().conversation.messages.map(({ text }) => text).slice(0, 1), ["Hi"])
  assert.deepEqual(store.get().summaries.map(({ id }) => id), ["c"])
  api.isUp = true
  const before = api.named("conversation").length
  world.goOnline()
  await settle()

  assert.equal(api.named("conversation").length, before + 1)
})

test("what is refused elsewhere stays, and other conversations are sent", async (t) => {
  listenToConsole(t)
  const [api, storage, world] = [new Line(), new FakeStorage(), new FakeWorld()]
  const outbox = new Outbox(() => storage, "chat")
  for (const [id, conversationId] of [["a", "full"], ["b", "full"], ["c", "fine"]]) {
    outbox.put({ id, conversationId, text: id, agent: null, writtenAt: world.nowMs })
  }
  const wholeReply = api.wholeReply.bind(api)
  api.wholeReply = (question) => {
    if (question.conversationId !== "full") return wholeReply(question)
    throw new Problem("refused", { status: 429, retryAfterSeconds: 1_800 })
  }

  await opened(api, storage, world, null)
  await settle()

  assert.deepEqual(api.claimed.map(({ id }) => id), ["c"])
  assert.deepEqual(outbox.read().map(({ id }) => id), ["a", "b"])
})

test("a storage that takes nothing loses nothing while the page is open", async (t) => {
  listenToConsole(t)
  const [api, storage, world] = [new Line(), new FakeStorage(), new FakeWorld()]
  const { chat, store } = await opened(api, storage, world, null)
  storage.setItem = () => {
    throw new Error("full")
  }
  api.isUp = false
  chat.ask("one")
  await settle()
  assert.equal(chat.ask("two"), true)

  api.isUp = true
  world.goOnline()
  await settle()
  await answer(api, world)
  await answer(api, world)

  assert.deepEqual(api.claimed.map(({ text }) => text), ["one", "two"])
  assert.deepEqual(store.get().unsent, [])
})

test("stopping what was not sent lets the next go, and claims nothing", async (t) => {
  listenToConsole(t)
  const [api, storage, world] = [new Line(), new FakeStorage(), new FakeWorld()]
  const { chat, store } = await opened(api, storage, world, null)
  api.isUp = false
  chat.ask("one")
  await settle()
  chat.ask("two")

  chat.stop()
  const [, stopped] = store.get().conversation.messages
  assert.deepEqual([stopped.state, stopped.saving], ["stopped", "unknown"])
  api.isUp = true
  await settle()
  await settle()
  await answer(api, world)

  assert.deepEqual(api.claimed.map(({ text }) => text), ["two"])
  const [, question] = api.named("streamAddress").at(-1)
  assert.deepEqual([question.parentId, question.isFirst ?? false], [null, false])
})

test("an hour may also pass while the page is open", async (t) => {
  listenToConsole(t)
  const [api, storage, world] = [new Line(), new FakeStorage(), new FakeWorld()]
  const { chat, store } = await opened(api, storage, world, null)
  api.isUp = false
  chat.ask("one")
  await settle()
  chat.ask("two")
  world.nowMs += 5 * 60 * 60 * 1_000
  api.isUp = true
  world.goOnline()
  await settle()

  assert.equal(api.claimed.length, 0)
  const { messages } = store.get().conversation
  assert.deepEqual(messages.map(({ state, waits }) => [state, waits]), [
    ["complete", "nothing"],
    ["failed", "nothing"],
    ["complete", "consent"],
  ])

  chat.retry(messages[1].id)
  await settle()
  await answer(api, world)
  chat.sendNow(messages[2].id)
  await settle()
  await answer(api, world)

  assert.deepEqual(api.claimed.map(({ text }) => text), ["one", "two"])
})

test("a server that is busy is no missing network", async (t) => {
  listenToConsole(t)
  const [api, storage, world] = [new Line(), new FakeStorage(), new FakeWorld()]
  const { chat, store } = await opened(api, storage, world, null)
  const details = { status: 429, message: "Too many messages.", retryAfterSeconds: 40 }
  api.problems.streamAddress = [new Problem("refused", details)]

  chat.ask("one")
  await settle()

  assert.equal(store.get().running.lostConnection.sentence, "Too many messages.")
  assert.equal(canQueue(store.get()), false)
  assert.equal(chat.ask("two"), false)
  assert.deepEqual(new Outbox(() => storage, "chat").read(), [])
})

test("a conversation that is deleted takes what was written in it along, and brings it back", async (t) => {
  listenToConsole(t)
  const [api, storage, world] = [new Line(), new FakeStorage(), new FakeWorld()]
  const outbox = new Outbox(() => storage, "chat")
  const drafts = new Drafts(() => storage)
  const places = new ReadingPlaces(() => storage)
  const store = new Store(firstState)
  const undo = new Undo({ store, world })
  const keepers = { outbox, drafts, places }
  const shelf = new Shelf({ store, api, world })
  const acts = new ShelfActs({
    store,
    api,
    undo,
    shelf,
    setAside: (id) => setAside(keepers, id),
  })
  api.kept.set("c", { id: "c", title: "Kept", messages: [] })
  outbox.put({ id: "q", conversationId: "c", text: "Hi", agent: null, writtenAt: world.nowMs })
  drafts.write("c", "half a thought")
  places.write("c", { messageId: "m", offset: 3 })
  await shelf.refresh()

  acts.remove("c")
  await settle()
  assert.deepEqual(outbox.read(), [])
  assert.equal(drafts.read("c"), "")
  assert.equal(places.read("c"), null)

  undo.undoLast()
  await settle()
  assert.equal(outbox.read().length, 1)
  assert.equal(drafts.read("c"), "half a thought")
  assert.deepEqual(places.read("c"), { messageId: "m", offset: 3 })
})

test("no more than fifty messages wait", () => {
  const storage = new FakeStorage()
  const outbox = new Outbox(() => storage, "chat")
  const put = (index) =>
    outbox.put({ id: `q${index}`, conversationId: "c", text: "x", agent: null, writtenAt: 0 })

  assert.equal([...Array(51).keys()].map(put).indexOf(false), 50)
  assert.equal(put(3), true)
  assert.equal(outbox.read().length, 50)
})

forAny(
  "whatever happens to line and page, each message is answered once, in order",
  async (any) => {
    const said = console.error
    console.error = () => {}
    try {
      const [api, storage, world] = [new Line(), new FakeStorage(), new FakeWorld()]
      let { chat, store } = await opened(api, storage, world, null)
      const sent = []
      for (
        const step of any.many(
          3,
          25,
          () => any.pick(["ask", "ask", "cut", "mend", "reload", "wait"]),
        )
      ) {
        if (step === "ask") {
          const text = `m${sent.length}`
          if (chat.ask(text)) sent.push(text)
          await settle()
        } else if (step === "cut") {
          api.isUp = false
        } else if (step === "mend") {
          api.isUp = true
          world.goOnline()
          await settle()
          await answer(api, world)
        } else if (step === "wait") {
          await world.pass(any.integer(1, 40_000))
          if (api.isUp) await answer(api, world)
        } else if (store.get().unsent.length > 0 && api.isUp === false) {
          const { chosenId } = store.get()
          chat.leave()
          const again = await opened(api, storage, world, chosenId)
          chat = again.chat
          store = again.store
        }
      }
      api.isUp = true
      world.goOnline()
      for (let count = 0; count <= sent.length + 1; count += 1) {
        await world.pass(31_000)
        await answer(api, world)
      }

      assert.deepEqual(api.claimed.map(({ text }) => text), sent)
      assert.deepEqual(new Outbox(() => storage, "chat").read(), [])
    } finally {
      console.error = said
    }
  },
)

test("an outbox that cannot be read is empty", (t) => {
  listenToConsole(t)
  const storage = new FakeStorage()
  for (const text of ["{", "7", '[{"id": 1}]', '[null, "x"]']) {
    storage.setItem("shuren.outbox.chat", text)
    assert.deepEqual(new Outbox(() => storage, "chat").read(), [])
  }
  assert.equal(withUnsent(emptyConversation("c"), [], 0).messages.length, 0)
})
