// What the panel shows and does, without a page.

import assert from "node:assert/strict"
import { test } from "node:test"
import * as states from "../../Public/js/imports/import-state.js"
import { ImportProblem } from "../../Public/js/imports/import-problem.js"
import { Imports } from "../../Public/js/imports/imports.js"
import { Unfinished } from "../../Public/js/imports/unfinished.js"
import { Problem } from "../../Public/js/problem.js"
import { Store } from "../../Public/js/store.js"
import { FakeStorage, FakeWorld, listenToConsole, settle } from "./fakes.js"

const file = { name: "export.json", size: 5, lastModified: 7 }
const unauthorized = new Problem("session", { status: 401 })

test("what is here already is shown, and not chosen", async () => {
  const { imports, preview, api } = made(["Bread", "Rye bread", "Cheese"])
  api.knownIds = ["id-Bread"]

  await imports.choose([file])

  assert.deepEqual([...preview().chosen], ["id-Rye bread", "id-Cheese"])
  const { conversations, messages, known, from, to } = states.counts(preview())
  assert.deepEqual([conversations, messages, known, from, to], [3, 3, 1, 0, 12])
})

test("an import that brought nothing is not among those that can be taken back", () => {
  const past = (id, count) => ({ id, source: "chatgpt", createdAt: 1, count, isUndone: false })

  const { past: shown } = states.listed(states.firstImportState, [past("one", 0), past("two", 3)])

  assert.deepEqual(shown.map(({ id }) => id), ["two"])
})

test("choosing all, or none, is about what the filter leaves", async () => {
  const { imports, preview } = made(["Bread", "Rye bread", "Cheese"])
  await imports.choose([file])

  imports.pickAll(false)
  imports.filter("  BREAD rye ")
  imports.pickAll(true)
  imports.filter("")
  imports.pick("id-Cheese", true)

  assert.deepEqual([...preview().chosen].sort(), ["id-Cheese", "id-Rye bread"])
})

test("rows come by the hundred", async () => {
  const { imports, preview } = made(Array.from({ length: 250 }, (_, index) => `${index}`))
  await imports.choose([file])

  imports.showMore()

  assert.equal(preview().most, 200)
  imports.filter("1")
  assert.equal(preview().most, 100)
})

test("only what is chosen is sent; then it can be taken back", async () => {
  const { imports, api, offers, spoken, store } = made(["Bread", "Cheese"])
  await imports.choose([file])
  imports.pick("id-Bread", false)

  await imports.send()

  assert.deepEqual(api.sent, [["made-1", ["id-Cheese"]]])
  assert.equal(store.get().step.progress.phase, "done")
  assert.deepEqual(spoken, ["found 2", "added 1"])
  assert.equal(offers[0].sentence, "added 1")
  await offers[0].undo()
  assert.deepEqual(api.undone, ["made-1"])
  assert.equal(store.get().past[0].isUndone, true)
  assert.equal(store.get().step.name, "choosing")
})

test("what added nothing cannot be taken back", async () => {
  const { imports, api, offers } = made(["Bread"])
  await imports.choose([file])
  api.receipt = { added: 0, known: 1, restored: 0, refused: [] }

  await imports.send()

  assert.deepEqual(offers, [])
})

test("the same file goes on as the same import, also after a reload, until it is done", async () => {
  const storage = new FakeStorage()
  const first = made(["Bread"], { storage })
  await first.imports.choose([file])
  first.api.problem = new Problem("refused", { status: 403, message: "Not you." })
  await first.imports.send()
  assert.equal(first.spoken.at(-1), "Not you.")
  assert.equal(first.store.get().step.progress.phase, "failed")

  const again = made(["Bread"], { storage, first: "other" })
  await again.imports.choose([file])
  await again.imports.send()
  assert.deepEqual(again.api.sent, [["made-1", ["id-Bread"]]])

  again.imports.cancel()
  await again.imports.choose([file])
  await again.imports.send()
  assert.deepEqual(again.api.sent.map(([id]) => id), ["made-1", "other-1"])
})

test("an import that was undone is not gone on with", async () => {
  const storage = new FakeStorage()
  const { imports, api } = made(["Bread"], { storage })
  await imports.choose([file])
  api.problem = new Problem("refused", { status: 403 })
  await imports.send()
  api.problem = null

  await imports.undo("made-1")
  await imports.choose([file])
  await imports.send()

  assert.deepEqual(api.sent.map(([id]) => id), ["made-2"])
})

test("a file that cannot be read says why", async (context) => {
  const said = listenToConsole(context)
  const { imports, store, how } = made([])
  how.read = () => Promise.reject(new ImportProblem("zipBroken", { name: "x.zip" }))
  await imports.choose([file])
  assert.deepEqual(store.get().step, {
    name: "choosing",
    trouble: { reason: "zipBroken", name: "x.zip" },
  })

  how.read = () => Promise.reject(new TypeError("a mistake of ours"))
  await imports.choose([file])

  assert.equal(store.get().step.trouble.reason, "unexpected")
  assert.equal(said.length, 1)
})

test("reading is cancelled without a word", async () => {
  const { imports, store, how } = made([])
  how.read = (_, { signal, progress }) =>
    new Promise((_, reject) => {
      progress(0.5)
      signal.addEventListener("abort", () => reject(signal.reason))
    })
  const choosing = imports.choose([file])
  await settle()
  assert.deepEqual(store.get().step, { name: "reading", share: 0.5 })

  imports.cancel()
  await choosing

  assert.deepEqual(store.get().step, { name: "choosing", trouble: null })
})

test("without an answer about what is here, everything is chosen", async (context) => {
  listenToConsole(context)
  const { imports, preview, api } = made(["Bread"])
  api.knownProblem = new Problem("offline")

  await imports.choose([file])

  assert.equal(preview().known, null)
  assert.equal(preview().chosen.size, 1)
})

test("whom the server does not know has nothing yet", async () => {
  const { imports, preview, api, store } = made(["Bread"])
  api.knownProblem = unauthorized
  api.listProblem = unauthorized

  await imports.refresh()
  await imports.choose([file])

  assert.equal(store.get().problem, null)
  assert.deepEqual(preview().known, new Set())
})

test("an import of before is undone, and brought back by the key or the button", async () => {
  const { imports, api, offers, store } = made([])
  api.past = [{ id: "old", source: "chatgpt", createdAt: 1, count: 4, isUndone: false }]
  await imports.refresh()

  await imports.undo("old")
  assert.equal(offers[0].sentence, "undone 4")
  assert.equal(store.get().past[0].isUndone, true)
  await offers[0].undo()
  assert.equal(store.get().past[0].isUndone, false)
  await imports.undo("old")
  await imports.restore("old")

  assert.equal(store.get().past[0].isUndone, false)
})

test("what does not work with an import of before is said", async () => {
  const { imports, api, store, offers } = made([])
  api.problem = new Problem("refused", { status: 404, message: "There is no such import." })

  await imports.undo("old")

  assert.equal(store.get().problem, "There is no such import.")
  assert.deepEqual(offers, [])
})

test("a store that is closed keeps nobody from importing", (context) => {
  const said = listenToConsole(context)
  const unfinished = new Unfinished(() => {
    throw new Error("closed")
  })

  unfinished.keep([file], "id")
  assert.equal(unfinished.find([file]), null)
  unfinished.forget("id")

  assert.equal(said.length, 3)
})

function made(titles, { storage = new FakeStorage(), first = "made" } = {}) {
  const store = new Store(states.firstImportState)
  const api = new FakeImports()
  const offers = []
  const spoken = []
  const world = new FakeWorld()
  let count = 0
  world.makeIdentifier = () => `${first}-${count += 1}`
  const found = {
    source: "chatgpt",
    conversations: titles.map((title, index) => conversation(title, index)),
    leftOut: { counts: [], unknown: [] },
  }
  const how = { read: () => Promise.resolve(found) }
  const imports = new Imports({
    store,
    api,
    world,
    undo: { offer: (act) => offers.push(act) },
    unfinished: new Unfinished(() => storage),
    read: (...what) => how.read(...what),
    sentences: {
      found: (count) => `found ${count}`,
      added: (count) => `added ${count}`,
      undone: (count) => `undone ${count}`,
      back: (count) => `back ${count}`,
    },
    announce: (sentence) => spoken.push(sentence),
  })
  return { imports, store, api, offers, spoken, how, preview: () => store.get().step.preview }
}

function conversation(title, index) {
  const id = `id-${title}`
  return { id, title, created_at: index, updated_at: index + 10, leaf: null, messages: [{ id }] }
}

class FakeImports {
  knownIds = []
  knownProblem = null
  listProblem = null
  problem = null
  receipt = null
  sent = []
  undone = []
  past = []

  async known() {
    await settle()
    if (this.knownProblem) throw this.knownProblem
    return new Set(this.knownIds)
  }

  async send({ id, conversations }) {
    await settle()
    if (this.problem) throw this.problem
    this.sent.push([id, conversations.map((conversation) => conversation.id)])
    this.past = [{ id, source: "chatgpt", createdAt: 1, count: 1, isUndone: false }, ...this.past]
    return this.receipt ?? { added: conversations.length, known: 0, restored: 0, refused: [] }
  }

  async list() {
    await settle()
    if (this.listProblem) throw this.listProblem
    return this.past
  }

  async undo(id) {
    await settle()
    if (this.problem) throw this.problem
    this.undone.push(id)
    this.#mark(id, true)
  }

  async restore(id) {
    await settle()
    this.#mark(id, false)
  }

  #mark(id, isUndone) {
    this.past = this.past.map((item) => (item.id === id ? { ...item, isUndone } : item))
  }
}
