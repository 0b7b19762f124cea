import assert from "node:assert/strict"
import { test } from "node:test"
import { Branches } from "../../Public/js/branches.js"
import { Chat } from "../../Public/js/chat.js"
import { firstState } from "../../Public/js/chat-state.js"
import { message } from "../../Public/js/conversation.js"
import { Drafts } from "../../Public/js/drafts.js"
import { Outbox } from "../../Public/js/outbox.js"
import { Problem } from "../../Public/js/problem.js"
import { Shelf } from "../../Public/js/shelf.js"
import { Store } from "../../Public/js/store.js"
import { Undo } from "../../Public/js/undo.js"
import { FakeAPI, FakeStorage, FakeWorld, listenToConsole, settle } from "./fakes.js"
import * as following from "../../Public/js/reply.js"

function kept(question = "q", reply = "a") {
  const variants = [...new Set(["q", question])]
  return {
    id: "c",
    title: "Kept",
    leaf: reply,
    messages: [
      message({
        id: question,
        role: "user",
        text: "Why?",
        state: "complete",
        createdAt: 1,
        variants,
      }),
      message({
        id: reply,
        role: "assistant",
        text: `Because ${reply}.`,
        state: "complete",
        agent: "diet",
        replyTo: question,
        createdAt: 2,
        variants: [question],
      }),
    ],
  }
}

async function reading(context) {
  listenToConsole(context)
  const api = new FakeAPI()
  api.kept.set("c", kept())
  const world = new FakeWorld()
  const store = new Store(firstState)
  const storage = new FakeStorage()
  const drafts = new Drafts(() => storage)
  const undo = new Undo({ store, world })
  const shelf = new Shelf({ store, api, world })
  const addresses = []
  const chat = new Chat({
    store,
    api,
    shelf,
    drafts,
    outbox: new Outbox(() => storage, "chat"),
    world,
    following,
    showAddress: (...address) => addresses.push(address),
    whenInstead: (changed) => branches.offerBack(changed),
  })
  const branches = new Branches({ store, api, chat, shelf, world, undo })
  await chat.start("c")
  await settle()
  const texts = () => store.get().conversation.messages.map(({ text }) => text)
  return { api, world, store, drafts, undo, chat, branches, addresses, texts }
}

async function accept(world, id) {
  await settle()
  world.source.open()
  world.source.send("accepted", { conversation_id: "c", reply_id: id, agent: "diet" }, 1)
  await world.pass(50)
}

test("a changed message is asked beside the old one, by whoever is picked", async (context) => {
  const { chat, api, texts, store } = await reading(context)
  chat.edit("q")
  assert.deepEqual(store.get().editing, { id: "q", text: "Why?" })

  assert.equal(chat.askInstead("q", { text: " Why not? " }), true)
  await settle()

  const [, question] = api.named("streamAddress")[0]
  assert.deepEqual([question.text, question.parentId, question.isFirst], ["Why not?", null, true])
  assert.deepEqual(texts(), ["Why not?", ""])
  assert.equal(store.get().editing, null)
})

test("a change that was begun is there again, until it has been sent", async (context) => {
  const { chat, drafts, store, world } = await reading(context)
  chat.edit("q")
  chat.keepEdit("q", "Why on")
  chat.cancelEdit()
  assert.equal(store.get().editing, null)
  chat.edit("q")
  assert.equal(store.get().editing.text, "Why on")
  drafts.write("c", "something else")

  chat.askInstead("q", { text: "Why on earth?" })
  assert.equal(drafts.read("edit.q"), "Why on earth?")
  await accept(world, "b")

  assert.equal(drafts.read("edit.q"), "")
  assert.equal(
    drafts.read("c"),
    "something else",
    "what was begun in the box is none of its business",
  )
})

test("without a network nothing is asked instead, and that is said", async (context) => {
  const { chat, api, world, store, texts } = await reading(context)
  world.online = false

  assert.equal(chat.askInstead("q", { text: "Else" }), false)

  assert.match(store.get().hint, /no connection/)
  assert.equal(api.named("streamAddress").length, 0)
  assert.deepEqual(texts(), ["Why?", "Because a."])
})

test("a server that cannot be reached leaves everything as it was, with the change kept", async (context) => {
  const { chat, api, store, texts, world } = await reading(context)
  api.problems.streamAddress = [new Problem("offline")]

  chat.askInstead("q", { text: "Else" })
  await settle()

  assert.deepEqual(texts(), ["Why?", "Because a."])
  assert.deepEqual(store.get().editing, { id: "q", text: "Else" })
  assert.match(store.get().hint, /no connection/)
  assert.deepEqual(store.get().unsent, [], "it does not wait to be sent unasked")
  assert.deepEqual(store.get().undoables, [], "there is nothing to take back")
  assert.equal(world.openSources.length, 0)
})

test("while a reply runs nothing is changed, asked again or switched", async (context) => {
  const { chat, branches, api, world, store } = await reading(context)
  chat.askInstead("q")
  await accept(world, "b")

  assert.equal(chat.askInstead("made-1", { text: "Else" }), false)
  await branches.show("q", "Version 1 of 2")

  assert.equal(api.named("streamAddress").length, 1)
  assert.equal(api.named("showThrough").length, 0)
  assert.match(store.get().hint, /Wait/)
})

test("another variant is shown with what followed it, and said", async (context) => {
  const { branches, api, store, texts } = await reading(context)
  api.kept.set("c", kept("other", "b"))

  await branches.show("other", "Version 2 of 2")

  assert.deepEqual(api.named("showThrough"), [["showThrough", "c", "other"]])
  assert.deepEqual(api.named("conversation").at(-1), ["conversation", "c", { around: "other" }])
  assert.deepEqual(texts(), ["Why?", "Because b."])
  assert.equal(store.get().status.text, "Version 2 of 2")
})

test("a variant that cannot be shown leaves what is there, and says why", async (context) => {
  const { branches, api, store, texts } = await reading(context)
  api.problems.showThrough = [new Problem("refused", { message: "Not now." })]

  await branches.show("other", "Version 2 of 2")

  assert.deepEqual(texts(), ["Why?", "Because a."])
  assert.equal(store.get().hint, "Not now.")
})

test("asking again can be taken back, also while the reply runs: that is stopped", async (context) => {
  const { chat, api, world, undo, store, texts } = await reading(context)
  chat.askInstead("q")
  await accept(world, "b")
  assert.deepEqual(store.get().undoables.map(({ sentence }) => sentence), ["Asked again."])

  undo.undoLast()
  await settle()
  await settle()

  assert.deepEqual(api.named("stop").map(([, id]) => id), ["made-1"])
  assert.deepEqual(api.named("showThrough"), [["showThrough", "c", "a"]])
  assert.deepEqual(texts(), ["Why?", "Because a."])
  assert.equal(store.get().undoables.length, 0)
})

test("what is done before the server has the question is taken back before it", async (context) => {
  const { chat, world, undo, store } = await reading(context)
  chat.askInstead("q")
  undo.offer({ sentence: "Something else", undo: () => {}, undone: "Back" })
  await accept(world, "b")

  assert.deepEqual(store.get().undoables.map(({ sentence }) => sentence), [
    "Asked again.",
    "Something else",
  ])
})

test("asking again can be taken back before the server has it", async (context) => {
  const { chat, api, undo, store, texts } = await reading(context)
  chat.askInstead("q", { text: "Else" })

  undo.undoLast()
  await settle()
  await settle()

  assert.deepEqual(api.named("showThrough"), [["showThrough", "c", "a"]])
  assert.deepEqual(texts(), ["Why?", "Because a."])
  assert.equal(store.get().running, null)
})

test("what is set aside is no news, so that it does not come back by itself", async (context) => {
  const { chat, api, world, texts } = await reading(context)
  chat.askInstead("q", { text: "Else" })
  await accept(world, "b")
  world.source.send("message", { chunk: "So." }, 2)
  world.source.send("message", { done: true, agent_type: "diet" }, 3)
  await world.pass(50)
  const before = api.named("conversation").length
  api.news = [
    { conversationId: "c", messageId: "q", isRunning: false },
    { conversationId: "c", messageId: "made-1", isRunning: false },
  ]

  await world.pass(5_000)

  assert.equal(api.named("conversation").length, before)
  assert.deepEqual(texts(), ["Else", "So."])
})

test("a reply that another tab asked for instead appears here", async (context) => {
  const { api, world, texts } = await reading(context)
  api.kept.set("c", kept("theirs", "b"))
  api.news = [{ conversationId: "c", messageId: "theirs", isRunning: false }]

  await world.pass(5_000)

  assert.deepEqual(texts(), ["Why?", "Because b."])
})

test("a branch is a conversation of its own, and opened; wanted again it is the same one", async (context) => {
  const { branches, api, store, addresses } = await reading(context)
  api.problems.branch = [new Problem("offline")]

  await branches.branch("a")
  assert.equal(store.get().chosenId, "c")
  assert.match(store.get().hint, /Connection lost/)
  await branches.branch("a")

  const wanted = api.named("branch").map(([, id, where]) => [id, where])
  assert.deepEqual(wanted[0], ["c", { newId: "made-1", messageId: "a" }])
  assert.deepEqual(wanted[1], wanted[0])
  assert.equal(store.get().chosenId, "made-1")
  assert.deepEqual(addresses.at(-1), ["made-1", null])
})

test("a conversation is opened around the message that is sought, or at its end where that is gone", async (context) => {
  const { chat, api, store } = await reading(context)
  api.kept.set("d", { ...kept(), id: "d" })

  await chat.choose("d", "q")
  assert.deepEqual(api.named("conversation").at(-1), ["conversation", "d", { around: "q" }])
  assert.equal(store.get().soughtMessageId, "q")

  const before = api.named("conversation").length
  await chat.choose("d", "a")
  assert.equal(api.named("conversation").length, before, "it is here already")
  await chat.choose("d", "gone")
  assert.equal(store.get().conversationPhase, "ready")
})
