import assert from "node:assert/strict"
import { test } from "node:test"
import { firstState } from "../../Public/js/chat-state.js"
import { Problem } from "../../Public/js/problem.js"
import { Shelf } from "../../Public/js/shelf.js"
import { ShelfActs } from "../../Public/js/shelf-acts.js"
import { SideShelf } from "../../Public/js/side-shelf.js"
import { binDays, daysLeft, hitsByConversation } from "../../Public/js/side-state.js"
import { Store } from "../../Public/js/store.js"
import { Undo } from "../../Public/js/undo.js"
import { FakeAPI, FakeWorld, listenToConsole, settle } from "./fakes.js"
import { forAny } from "./property.js"

async function looking(places = {}) {
  const [api, world, store] = [new FakeAPI(), new FakeWorld(), new Store(firstState)]
  for (const [id, place] of Object.entries(places)) {
    const isArchived = place === "archive"
    api.kept.set(id, { id, title: id.toUpperCase(), messages: [], isArchived })
    api.places.set(id, place)
  }
  const undo = new Undo({ store, world })
  const shelf = new Shelf({ store, api, world })
  const acts = new ShelfActs({ store, api, undo, shelf })
  const side = new SideShelf({ store, api, world, shelf })
  await shelf.refresh()
  const now = () => store.get().side
  return { acts, api, now, shelf, side, store, undo, world }
}

const ids = ({ summaries }) => summaries.map(({ id }) => id)
const hit = (conversationId, messageId, more = {}) => ({
  conversationId,
  messageId,
  title: conversationId,
  isReply: false,
  isArchived: false,
  createdAt: 1,
  snippet: [],
  ...more,
})

test("the bin shows what was deleted, and gives it back", async () => {
  const { api, now, side, store } = await looking({ a: "bin", b: "bin", c: "shown" })

  await side.open("bin")
  assert.deepEqual(ids(now()), ["a", "b"])
  await side.restore("a")
  await settle()

  assert.deepEqual(ids(now()), ["b"])
  assert.deepEqual(ids(store.get()).sort(), ["a", "c"])
  assert.equal(api.places.get("a"), "shown")
  assert.equal(store.get().status.text, "“A” is back.")
})

test("what cannot be given back is still there, and says why", async (t) => {
  listenToConsole(t)
  const { api, now, side, store } = await looking({ a: "bin" })
  await side.open("bin")
  api.problems.restore = [new Problem("offline")]

  await side.restore("a")
  await settle()

  assert.deepEqual(ids(now()), ["a"])
  assert.equal(store.get().hint, "Connection lost. Please check your internet.")
})

test("an emptied bin is empty for good", async () => {
  const { api, now, side } = await looking({ a: "bin", c: "shown" })
  await side.open("bin")

  await side.emptyBin()
  await settle()

  assert.deepEqual(ids(now()), [])
  assert.deepEqual([...api.kept.keys()], ["c"])
})

test("the archive follows what is done in it, and what is undone", async () => {
  const { acts, api, now, side, store, undo } = await looking({ a: "archive", b: "archive" })
  await side.open("archive")

  acts.remove("a")
  assert.deepEqual(ids(now()), ["b"])
  await settle()
  undo.undoLast()
  await settle()
  assert.deepEqual(ids(now()), ["a", "b"])
  await acts.rename("b", "Other")
  assert.deepEqual(now().summaries.map(({ title }) => title), ["A", "Other"])
  await side.unarchive("b")
  await settle()

  assert.deepEqual(ids(now()), ["a"])
  assert.deepEqual(ids(store.get()), ["b"])
  assert.equal(api.kept.get("b").isArchived, false)
})

test("an undo while the bin is open takes its conversation out of it", async () => {
  const { acts, now, side, undo } = await looking({ a: "shown" })
  acts.remove("a")
  await settle()
  await side.open("bin")
  assert.deepEqual(ids(now()), ["a"])

  undo.undoLast()
  await settle()

  assert.deepEqual(ids(now()), [])
})

test("words are looked for once the reader stops typing", async () => {
  const { api, now, side, store, world } = await looking()
  api.found.knee = { hits: [hit("a", "1"), hit("a", "2")], next: null }

  for (const typed of ["k", "kn", "kne", " knee "]) side.search(typed)
  assert.equal(api.named("search").length, 0)
  assert.equal(now().phase, "searching")
  await world.pass(1_000)

  assert.deepEqual(api.named("search"), [["search", "knee", null]])
  assert.equal(now().hits.length, 2)
  assert.equal(store.get().status.text, "2 places found.")
})

test("an answer to older words comes too late", async () => {
  const { api, now, side, world } = await looking()
  const answers = []
  api.search = (words, { signal }) =>
    new Promise((resolve, reject) => {
      answers.push(() => resolve({ hits: [hit(words, "1")], next: null }))
      signal.addEventListener("abort", () => reject(new Error("aborted")))
    })

  side.search("first")
  await world.pass(1_000)
  side.search("second")
  await world.pass(1_000)
  answers[1]()
  answers[0]()
  await settle()

  assert.deepEqual(now().hits.map(({ conversationId }) => conversationId), ["second"])
})

test("no words bring the list back, and what was on its way is dropped", async () => {
  const { api, now, side, world } = await looking()
  side.search("knee")
  side.search("  ")
  await world.pass(1_000)

  assert.equal(now().kind, "list")
  assert.equal(api.named("search").length, 0)
})

test("a search that finds nothing says so, and one that fails can be tried again", async (t) => {
  listenToConsole(t)
  const { api, now, side, store, world } = await looking()
  side.search("zebra")
  await world.pass(1_000)
  assert.equal(store.get().status.text, "Nothing found for “zebra”.")

  api.problems.search = [new Problem("offline")]
  side.search("knee")
  await world.pass(1_000)
  assert.equal(now().phase, "failed")
  api.found.knee = { hits: [hit("a", "1")], next: null }
  await side.retry()

  assert.equal(now().phase, "ready")
  assert.equal(now().hits.length, 1)
})

test("more places come at the end, once each", async () => {
  const { api, now, side, world } = await looking()
  api.found.knee = { hits: [hit("a", "1")], next: "x" }
  side.search("knee")
  await world.pass(1_000)
  api.found.knee = { hits: [hit("a", "2")], next: null }

  await Promise.all([side.more(), side.more()])
  await side.more()

  assert.deepEqual(now().hits.map(({ messageId }) => messageId), ["1", "2"])
  assert.deepEqual(api.named("search").slice(1), [["search", "knee", "x"]])
})

forAny("hits are grouped by conversation without losing one or their order", (any) => {
  const hits = any.many(0, 15, () => 0)
    .map((_, index) => hit(any.pick(["a", "b", "c"]), `${index}`))

  const groups = hitsByConversation(hits)

  for (const { conversationId, hits: own } of groups) {
    assert.deepEqual(own, hits.filter((one) => one.conversationId === conversationId))
  }
  assert.equal(new Set(groups.map((group) => group.conversationId)).size, groups.length)
  const firsts = groups.map((group) => hits.indexOf(group.hits[0]))
  assert.deepEqual(firsts, [...firsts].sort((a, b) => a - b))
})

forAny("the days that are left go down to none, and never below", (any) => {
  const dayMs = 24 * 60 * 60 * 1_000
  const deletedAt = any.integer(0, 2 ** 40)
  const age = any.integer(0, 40 * 24) / 24 * dayMs

  const left = daysLeft(deletedAt, deletedAt + age)

  assert.ok(left >= 0 && left <= binDays)
  if (age < binDays * dayMs) {
    const leftMs = binDays * dayMs - age
    assert.ok((left - 1) * dayMs < leftMs && leftMs <= left * dayMs, "the last one has begun")
  } else {
    assert.equal(left, 0)
  }
})
