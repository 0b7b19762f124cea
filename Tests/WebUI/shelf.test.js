import assert from "node:assert/strict"
import { test } from "node:test"
import { firstState } from "../../Public/js/chat-state.js"
import { Problem } from "../../Public/js/problem.js"
import { Shelf } from "../../Public/js/shelf.js"
import { ShelfActs } from "../../Public/js/shelf-acts.js"
import { Store } from "../../Public/js/store.js"
import { Undo } from "../../Public/js/undo.js"
import { FakeAPI, fakeUnread, FakeWorld, listenToConsole, settle } from "./fakes.js"
import { forAny } from "./property.js"

async function shelving(titles = { c: "Kept" }, api = new FakeAPI()) {
  const [world, store] = [new FakeWorld(), new Store(firstState)]
  for (const [id, title] of Object.entries(titles)) api.kept.set(id, { id, title, messages: [] })
  const undo = new Undo({ store, world })
  const unread = fakeUnread()
  const shelf = new Shelf({ store, api, world })
  const acts = new ShelfActs({ store, api, undo, shelf })
  shelf.noteIn(unread)
  await shelf.refresh()
  const ids = () => store.get().summaries.map(({ id }) => id)
  return { acts, api, ids, shelf, store, undo, unread, world }
}

/** Holds back the answers to one kind of call until they are let go, each on its own. */
function heldBack(api, name) {
  const real = api[name].bind(api)
  const waiting = []
  api[name] = (...values) =>
    new Promise((resolve, reject) => {
      waiting.push(() => real(...values).then(resolve, reject))
    })
  return async () => {
    waiting.shift()?.()
    await settle()
  }
}

test("a deleted conversation goes from the list and into the bin at once", async () => {
  const { acts, api, ids, store } = await shelving()

  acts.remove("c")

  assert.deepEqual(ids(), [])
  assert.deepEqual(api.named("remove"), [["remove", "c"]])
  await settle()
  assert.equal(api.places.get("c"), "bin")
  assert.equal(store.get().undoables[0].sentence, "Deleted “Kept”.")
})

test("a deletion that is undone brings the conversation back, on the server too", async () => {
  const { acts, api, ids, store, undo } = await shelving({ a: "A", c: "Kept", b: "B" })
  let back = 0

  acts.remove("c", () => back += 1)
  undo.undoLast()
  await settle()

  assert.deepEqual(new Set(ids()), new Set(["a", "b", "c"]))
  assert.equal(api.places.get("c"), "shown")
  assert.equal(back, 1)
  assert.equal(store.get().status.text, "“Kept” is back.")
})

test("what is undone before the deletion has arrived is brought back after it", async () => {
  const { acts, api, undo } = await shelving()
  const arrive = heldBack(api, "remove")

  acts.remove("c")
  undo.undoLast()
  await settle()
  assert.equal(api.named("restore").length, 0)
  await arrive()

  assert.deepEqual(api.calls.slice(-2), [["remove", "c"], ["restore", "c"]])
  assert.equal(api.places.get("c"), "shown")
})

test("a list that was asked for before a change does not take it back", async () => {
  const { acts, api, ids, shelf } = await shelving({ a: "A", c: "Kept" })
  const listed = heldBack(api, "page")

  const looking = shelf.refresh()
  api.places.set("c", "shown")
  acts.remove("c")
  await settle()
  api.places.set("c", "shown") // what the server read before it knew
  await listed()
  assert.deepEqual(ids(), ["a"])
  api.places.set("c", "bin")
  await listed()
  await looking

  assert.deepEqual(ids(), ["a"])
})

test("a list that is wanted while a change is on its way comes after it", async () => {
  const { acts, api, ids, shelf } = await shelving({ a: "A", c: "Kept" })
  const arrive = heldBack(api, "remove")
  const before = api.named("page").length

  acts.remove("c")
  await shelf.refresh()
  assert.equal(api.named("page").length, before)
  await arrive()

  assert.equal(api.named("page").length, before + 1)
  assert.deepEqual(ids(), ["a"])
})

test("of two lists, the one that was asked for later counts", async () => {
  const { api, ids, shelf } = await shelving({ a: "A" })
  const page = api.page.bind(api)
  const answers = []
  api.page = () => new Promise((resolve) => answers.push(resolve))

  const both = [shelf.refresh(), shelf.refresh()]
  answers[1](await page("shown"))
  answers[0]({ summaries: [], next: null })
  await Promise.all(both)

  assert.deepEqual(ids(), ["a"])
})

test("a deletion that the server refuses brings the conversation back and says why", async (t) => {
  listenToConsole(t)
  const { acts, api, ids, store } = await shelving()
  api.problems.remove = [new Problem("offline")]

  acts.remove("c")
  await settle()

  assert.deepEqual(ids(), ["c"])
  assert.deepEqual(store.get().undoables, [])
  assert.equal(store.get().hint, "Connection lost. Please check your internet.")
})

test("what the server never had is deleted and had back here alone", async (t) => {
  listenToConsole(t)
  const { acts, api, ids, undo } = await shelving()
  api.problems.remove = [new Problem("refused", { status: 404 })]

  acts.remove("c")
  await settle()
  assert.deepEqual(ids(), [])
  undo.undoLast()
  await settle()

  assert.deepEqual(ids(), ["c"])
  assert.equal(api.named("restore").length, 0)
})

test("what is archived leaves the list, and comes back when that is undone", async () => {
  const { acts, api, ids, undo } = await shelving()

  acts.archive("c")
  await settle()
  assert.deepEqual(ids(), [])
  assert.equal(api.places.get("c"), "archive")
  undo.undoLast()
  await settle()

  assert.deepEqual(ids(), ["c"])
  assert.equal(api.places.get("c"), "shown")
})

test("a pin is there at once, and gone again if the server does not take it", async (t) => {
  listenToConsole(t)
  const { acts, api, store } = await shelving()
  const isPinned = () => store.get().summaries[0].isPinned

  await acts.pin("c", true)
  assert.equal(isPinned(), true)
  assert.deepEqual(api.named("change"), [["change", "c", { pinned: true }]])
  api.problems.change = [new Problem("offline")]
  const pinning = acts.pin("c", false)
  assert.equal(isPinned(), false)
  await pinning

  assert.equal(isPinned(), true)
})

test("a new title can be taken back", async () => {
  const { acts, api, store, undo } = await shelving()

  await acts.rename("c", "  New  ")
  assert.equal(store.get().summaries[0].title, "New")
  undo.undoLast()
  await settle()

  assert.equal(store.get().summaries[0].title, "Kept")
  assert.equal(api.kept.get("c").title, "Kept")
})

test("what is done while a new title is on its way is taken back before it", async () => {
  const { acts, store, undo } = await shelving()

  const renaming = acts.rename("c", "New")
  acts.remove("c")
  await renaming
  const offered = store.get().undoables.map(({ sentence }) => sentence.split(" ")[0])
  undo.undoLast()
  await settle()
  undo.undoLast()
  await settle()

  assert.deepEqual(offered, ["Renamed", "Deleted"])
  assert.equal(store.get().summaries[0].title, "Kept")
  assert.deepEqual(store.get().undoables, [])
})

test("a title that the server refuses is the old one again", async (t) => {
  listenToConsole(t)
  const { acts, api, store } = await shelving()
  api.problems.change = [new Problem("offline")]

  const renaming = acts.rename("c", "New")
  assert.equal(store.get().summaries[0].title, "New")
  await renaming

  assert.equal(store.get().summaries[0].title, "Kept")
  assert.deepEqual(store.get().undoables, [])
})

test("a title that a model looks for is looked at a few times, and no more", async () => {
  const { api, shelf, world } = await shelving()
  api.kept.set("c", { ...api.kept.get("c"), isTitling: true })

  await shelf.refresh()
  await world.pass(120_000)
  assert.equal(api.named("page").length, 2 + 4)
  assert.equal(world.timerCount, 0)

  api.kept.set("c", { ...api.kept.get("c"), isTitling: false })
  await shelf.refresh()
  api.kept.set("c", { ...api.kept.get("c"), isTitling: true })
  await shelf.refresh()
  api.kept.set("c", { ...api.kept.get("c"), isTitling: false, title: "Found" })
  await world.pass(120_000)
  assert.equal(api.named("page").length, 6 + 3)
})

test("further pages come one at a time, and stay when the first is looked at again", async () => {
  const titles = Object.fromEntries([...Array(5).keys()].map((index) => [`c${index}`, "T"]))
  const api = new FakeAPI()
  api.pageSize = 2
  const { acts, ids, shelf, store } = await shelving(titles, api)
  assert.deepEqual(ids(), ["c0", "c1"])

  await Promise.all([acts.more(), acts.more()])
  assert.deepEqual(ids(), ["c0", "c1", "c2", "c3"])
  await shelf.refresh()
  assert.deepEqual(ids(), ["c0", "c1", "c2", "c3"])
  await acts.more()
  assert.equal(store.get().listCursor, null)
  await acts.more()

  assert.deepEqual(ids(), ["c0", "c1", "c2", "c3", "c4"])
  assert.equal(api.named("page").length, 1 + 1 + 1 + 1)
})

test("a reply that ended elsewhere is marked until its conversation is opened", async () => {
  const { shelf, store } = await shelving({ a: "A", c: "C" })
  const reply = (conversationId, isRunning) => ({ conversationId, messageId: "q", isRunning })

  shelf.heard([reply("c", true)])
  assert.deepEqual(store.get().summaries.map(({ isRunning }) => isRunning), [false, true])
  shelf.heard([reply("c", false)])
  assert.deepEqual(store.get().summaries.map(({ isRunning }) => isRunning), [false, false])
  assert.deepEqual(store.get().unread, ["c"])
  shelf.opened("c")
  assert.deepEqual(store.get().unread, [])
  shelf.heard([reply("c", false)])

  assert.deepEqual(store.get().unread, [])
})

test("what was seen before it could be noted is noted then", () => {
  const [api, world, store] = [new FakeAPI(), new FakeWorld(), new Store(firstState)]
  const shelf = new Shelf({ store, api, world })
  const reply = { conversationId: "c", messageId: "q", isRunning: false }

  shelf.heard([reply, { ...reply, conversationId: "d", messageId: "r" }])
  shelf.opened("c")
  assert.deepEqual(store.get().unread, [])
  shelf.noteIn(fakeUnread())

  assert.deepEqual(store.get().unread, ["d"])
})

forAny("whatever is done and undone, list and server agree in the end", async (any) => {
  const said = console.error
  console.error = () => {}
  try {
    const names = any.many(1, 5, () => "T").map((title, index) => [`c${index}`, title])
    const { acts, api, ids, shelf, store, undo, world } = await shelving(Object.fromEntries(names))
    for (let step = 0; step < 12; step += 1) {
      const id = any.pick(names)[0]
      if (any.chance(0.15)) {
        const call = any.pick(["remove", "restore", "change", "page"])
        api.problems[call] = [new Problem("offline")]
      }
      any.pick([
        () => acts.remove(id),
        () => acts.archive(id),
        () => acts.pin(id, any.chance(0.5)),
        () => acts.rename(id, any.text(2)),
        () => undo.undoLast(),
        () => shelf.refresh(),
      ])()
      if (any.chance(0.6)) await settle()
    }
    await world.pass(60_000)
    api.problems = {}
    const shown = [...store.get().summaries].sort((a, b) => a.id < b.id ? -1 : 1)
    await shelf.refresh()

    const kept = [...store.get().summaries].sort((a, b) => a.id < b.id ? -1 : 1)
    assert.deepEqual(shown, kept)
    assert.equal(new Set(ids()).size, ids().length)
  } finally {
    console.error = said
  }
})
