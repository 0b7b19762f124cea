import assert from "node:assert/strict"
import { test } from "node:test"
import { firstState } from "../../Public/js/chat-state.js"
import { Problem } from "../../Public/js/problem.js"
import { Shelf } from "../../Public/js/shelf.js"
import { Store } from "../../Public/js/store.js"
import { FakeAPI, FakeWorld, listenToConsole } from "./fakes.js"

async function shelving(context, api) {
  listenToConsole(context)
  const [world, store] = [new FakeWorld(), new Store(firstState)]
  const shelf = new Shelf({ store, api, world })
  await shelf.refresh()
  return { shelf, world, store }
}

test("a deleted conversation goes from the list at once and from the server later", async (context) => {
  const api = new FakeAPI()
  api.kept.set("c", { id: "c", title: "Kept", messages: [] })
  const { shelf, world, store } = await shelving(context, api)

  shelf.remove("c")
  assert.deepEqual(store.get().summaries, [])
  assert.equal(api.named("remove").length, 0)
  await world.pass(7_000)

  assert.equal(api.named("remove").length, 1)
  assert.deepEqual(store.get().removals, [])
})

test("a deletion that is undone never reaches the server", async (context) => {
  const api = new FakeAPI()
  api.kept.set("c", { id: "c", title: "Kept", messages: [] })
  const { shelf, world, store } = await shelving(context, api)

  shelf.remove("c")
  shelf.undo("c")
  await world.pass(60_000)

  assert.deepEqual(store.get().summaries.map(({ id }) => id), ["c"])
  assert.equal(api.named("remove").length, 0)
})

test("a list that is loaded meanwhile does not bring a deleted conversation back", async (context) => {
  const api = new FakeAPI()
  api.kept.set("c", { id: "c", title: "Kept", messages: [] })
  const { shelf, store } = await shelving(context, api)

  shelf.remove("c")
  await shelf.refresh()

  assert.deepEqual(store.get().summaries, [])
})

test("leaving the page makes a deletion final", async (context) => {
  const api = new FakeAPI()
  api.kept.set("c", { id: "c", title: "Kept", messages: [] })
  const { shelf } = await shelving(context, api)

  shelf.remove("c")
  shelf.leave()

  assert.deepEqual(api.named("remove"), [["remove", "c", { isLeaving: true }]])
})

test("a deletion that the server refuses brings the conversation back and says why", async (context) => {
  const api = new FakeAPI()
  api.kept.set("c", { id: "c", title: "Kept", messages: [] })
  api.problems.remove = [new Problem("offline")]
  const { shelf, world, store } = await shelving(context, api)

  shelf.remove("c")
  await world.pass(7_000)

  assert.deepEqual(store.get().summaries.map(({ id }) => id), ["c"])
  assert.equal(store.get().hint, "Connection lost. Please check your internet.")
})

test("a title that the server refuses is the old one again", async (context) => {
  const api = new FakeAPI()
  api.kept.set("c", { id: "c", title: "Kept", messages: [] })
  api.problems.rename = [new Problem("offline")]
  const { shelf, store } = await shelving(context, api)

  const renaming = shelf.rename("c", "  New  ")
  assert.equal(store.get().summaries[0].title, "New")
  await renaming

  assert.equal(store.get().summaries[0].title, "Kept")
})
