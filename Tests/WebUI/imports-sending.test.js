// Sending what was found: small requests, stopped and gone on with, never twice.

import assert from "node:assert/strict"
import { test } from "node:test"
import { batchesOf } from "../../Public/js/imports/batches.js"
import { bytesOf } from "../../Public/js/imports/fitting.js"
import { ImportsAPI } from "../../Public/js/imports/imports-api.js"
import { Sending } from "../../Public/js/imports/sending.js"
import { Problem } from "../../Public/js/problem.js"
import { Requests } from "../../Public/js/requests.js"
import { FakeWorld, settle } from "./fakes.js"
import { forAny } from "./property.js"

const offline = new Problem("offline")
const busy = new Problem("refused", { status: 503, code: "busy", retryAfterSeconds: 5 })
const lost = new Problem("invalid", { status: 502 })
const wrong = new Problem("refused", { status: 400, message: "That is no message." })
const unwanted = new Problem("refused", { status: 403 })

test("everything is sent, and counted", async () => {
  const server = new FakeServer(["known"])
  const { sending } = made(server, ["one", "known", "two"])

  await sending.run()

  assert.deepEqual(sending.progress.tally, { added: 2, known: 1, restored: 0, refused: [] })
  assert.deepEqual(phase(sending), ["done", 3, 3])
})

test("a lost answer is asked for again by the schedule, and nothing is doubled", async () => {
  const server = new FakeServer()
  const { sending, world, phases } = made(server, ["one"])
  server.losesAnswers = 2
  const run = sending.run()
  await settle()
  assert.deepEqual(phase(sending), ["waiting", 0, 1])
  assert.equal(sending.progress.waitMs, 1_000)

  await world.pass(1_000)
  assert.equal(sending.progress.waitMs, 2_000)
  await world.pass(2_000)
  await run

  assert.deepEqual(phase(sending), ["done", 1, 1])
  assert.equal(server.kept.size, 1)
  assert.deepEqual(phases, ["sending", "waiting", "waiting", "sending", "done"])
})

test("without a network it waits as long as it takes, and goes on with it", async () => {
  const server = new FakeServer()
  const { sending, world } = made(server, ["one"])
  server.problems = Array.from({ length: 40 }, () => offline)
  const run = sending.run()
  await settle()
  for (let count = 0; count < 39; count += 1) {
    world.goOnline()
    await settle()
  }
  assert.equal(sending.progress.phase, "waiting")

  world.goOnline()
  await run

  assert.equal(sending.progress.phase, "done")
  assert.equal(world.watcherCount + world.timerCount, 0)
})

test("a server that asks for patience gets it", async () => {
  const server = new FakeServer()
  const { sending, world } = made(server, ["one"])
  server.problems = [busy]
  const run = sending.run()
  await settle()

  assert.equal(sending.progress.waitMs, 5_000)
  await world.pass(5_000)
  await run
  assert.equal(sending.progress.phase, "done")
})

test("a server that stays broken is given up, and can be tried again", async () => {
  const server = new FakeServer()
  const { sending, world } = made(server, ["one"])
  server.problems = Array.from({ length: 11 }, () => lost)
  const run = sending.run()
  await settle()
  await world.pass(300_000)
  await run
  assert.deepEqual(phase(sending), ["failed", 0, 1])
  assert.equal(sending.progress.problem, lost)

  await sending.run()

  assert.deepEqual(phase(sending), ["done", 1, 1])
})

test("what will not change is not tried again by itself", async () => {
  const server = new FakeServer()
  const { sending } = made(server, ["one"])
  server.problems = [unwanted]

  await sending.run()

  assert.equal(sending.progress.phase, "failed")
  assert.equal(server.calls, 1)
})

test("one conversation that the server does not take keeps none of the others away", async () => {
  const server = new FakeServer()
  server.chokesOn = "three"
  const { sending } = made(server, ["one", "two", "three", "four", "five"])

  await sending.run()

  assert.deepEqual(phase(sending), ["done", 5, 5])
  assert.deepEqual([...server.kept.keys()].sort(), ["five", "four", "one", "two"])
  assert.deepEqual(sending.progress.tally.refused, [
    { id: "three", reason: "That is no message." },
  ])
})

test("stopped in the middle, it goes on where it was", async () => {
  const server = new FakeServer()
  const { sending } = made(server, ["one", "two", "three"], 200_000)
  server.afterEach = () => server.calls === 2 && sending.stop()

  await sending.run()
  assert.deepEqual(phase(sending), ["stopped", 2, 3])
  await sending.run()

  assert.deepEqual(phase(sending), ["done", 3, 3])
  assert.equal(server.calls, 3)
  assert.equal(sending.progress.tally.added, 3)
})

test("stopping ends waiting too", async () => {
  const server = new FakeServer()
  const { sending, world } = made(server, ["one"])
  server.problems = [offline]
  const run = sending.run()
  await settle()

  sending.stop()
  await run

  assert.equal(sending.progress.phase, "stopped")
  assert.equal(world.watcherCount + world.timerCount, 0)
})

test("the server's answers are read as the contract says", async () => {
  const asked = []
  const answers = {
    "/imports/preview": { known: ["a", 1] },
    "/imports": { imports: [{ id: "i", source: "chatgpt", created_at: 5, conversations: 2 }] },
  }
  const api = new ImportsAPI(
    new Requests((url, { method, body }) => {
      asked.push([method, url, body && JSON.parse(body)])
      const answer = answers[url.replace("/api/v1", "")]
      return Promise.resolve(
        answer ? Response.json(answer) : new Response(null, { status: 204 }),
      )
    }),
  )
  const ids = Array.from({ length: 2_001 }, (_, index) => `id-${index}`)

  assert.deepEqual([...await api.known("chatgpt", ids)], ["a"])
  assert.deepEqual(await api.list(), [
    { id: "i", source: "chatgpt", createdAt: 5, count: 2, isUndone: false },
  ])
  await api.undo("i")
  await api.restore("i")
  assert.deepEqual(asked.map(([method, url, body]) => [method, url, body?.ids?.length]), [
    ["POST", "/api/v1/imports/preview", 2_000],
    ["POST", "/api/v1/imports/preview", 1],
    ["GET", "/api/v1/imports", undefined],
    ["DELETE", "/api/v1/imports/i", undefined],
    ["POST", "/api/v1/imports/i/restore", undefined],
  ])
})

forAny("conversations in batches: all of them, none too large, parents first", (generator) => {
  const most = 2_000
  const conversations = Array.from(
    { length: generator.integer(0, 12) },
    (_, index) => conversation(`c${index}`, generator.integer(1, 12), generator.integer(0, 250)),
  )

  const batches = [...batchesOf(conversations, most)]

  const together = new Map()
  for (const batch of batches) {
    assert.ok(bytesOf(batch.conversations) <= most + 2)
    for (const { id, messages, leaf } of batch.conversations) {
      const known = together.get(id) ?? []
      const ids = new Set([...known, ...messages].map((message) => message.id))
      for (const { parent } of messages) assert.ok(parent === null || ids.has(parent))
      together.set(id, [...known, ...messages])
      assert.ok(leaf === null || ids.has(leaf))
    }
  }
  assert.deepEqual([...together], conversations.map(({ id, messages }) => [id, messages]))
  const sum = (name) => batches.reduce((count, batch) => count + batch[name], 0)
  assert.equal(sum("begun"), conversations.length)
  assert.equal(sum("ended"), conversations.length)
})

forAny("line that breaks at any moment: everything arrives, once", async (generator) => {
  const server = new FakeServer()
  const ids = Array.from({ length: generator.integer(1, 9) }, (_, index) => `c${index}`)
  const { sending, world } = made(server, ids, generator.pick([100, 90_000, 300_000, 700_000]))
  server.trouble = () => generator.chance(0.4) && generator.pick([offline, busy, lost, "answer"])
  server.afterEach = () => generator.chance(0.2) && sending.stop()

  sending.run()
  for (let count = 0; count < 1_000 && sending.progress.phase !== "done"; count += 1) {
    await settle()
    const { phase } = sending.progress
    if (phase === "waiting") await world.pass(30_000)
    else if (phase !== "sending") sending.run()
  }

  assert.equal(sending.progress.phase, "done")
  assert.deepEqual([...server.kept.keys()].sort(), ids)
  for (const { messages } of server.kept.values()) {
    assert.equal(new Set(messages.map(({ id }) => id)).size, messages.length)
    assert.equal(messages.length, 2)
  }
})

/** Keeps conversations as the contract says, and fails as it is told. */
class FakeServer {
  calls = 0
  kept = new Map()
  problems = []
  losesAnswers = 0
  chokesOn = null
  trouble = () => null
  afterEach = () => {}

  constructor(known = []) {
    for (const id of known) this.kept.set(id, { messages: [] })
  }

  async send({ conversations }) {
    this.calls += 1
    const trouble = this.problems.shift() ?? this.trouble()
    if (trouble instanceof Problem) throw trouble
    if (conversations.some(({ id }) => id === this.chokesOn)) throw wrong
    await settle()
    const receipt = { added: 0, known: 0, restored: 0, refused: [] }
    for (const { id, messages } of conversations) {
      receipt[this.kept.has(id) ? "known" : "added"] += 1
      const known = this.kept.get(id)?.messages ?? []
      const ids = new Set(known.map((message) => message.id))
      this.kept.set(id, { messages: [...known, ...messages.filter(({ id }) => !ids.has(id))] })
    }
    this.losesAnswers -= 1
    if (trouble === "answer" || this.losesAnswers >= 0) throw lost
    this.afterEach()
    return receipt
  }
}

function made(server, ids, length = 10) {
  const world = new FakeWorld()
  const phases = []
  const sending = new Sending({
    api: server,
    world,
    changed: ({ phase }) => phases.push(phase),
  }, {
    id: "import",
    source: "chatgpt",
    conversations: ids.map((id) => conversation(id, 2, length)),
  })
  return { sending, world, phases }
}

function conversation(id, count, length) {
  const messages = Array.from({ length: count }, (_, index) => ({
    id: `${id}-${index}`,
    parent: index === 0 ? null : `${id}-${index - 1}`,
    role: index % 2 === 0 ? "user" : "assistant",
    state: "complete",
    agent: null,
    created_at: index,
    parts: [{ type: "text", text: "é".repeat(length / 2) }],
  }))
  return {
    id,
    title: id,
    created_at: 0,
    updated_at: count,
    pinned: false,
    archived: false,
    leaf: messages.at(-1).id,
    messages,
  }
}

function phase({ progress }) {
  return [progress.phase, progress.done, progress.total]
}
