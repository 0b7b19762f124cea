import assert from "node:assert/strict"
import { test } from "node:test"
import { Problem } from "../../Public/js/problem.js"
import { awaitReply, followReply } from "../../Public/js/reply.js"
import { FakeWorld, listenToConsole, settle } from "./fakes.js"
import { forAny } from "./property.js"

const address = "/api/v1/chat/stream?token=secret"

function following(options = {}) {
  const world = new FakeWorld()
  const heard = []
  const asked = []
  const end = new AbortController()
  const follower = followReply({
    ask: () => {
      asked.push(world.nowMs)
      return Promise.resolve(address)
    },
    look: () => Promise.resolve(false),
    hear: (event) => heard.push(event),
    world,
    signal: end.signal,
    ...options,
  })
  return { world, heard, asked, end, follower }
}

async function streaming(options) {
  const parts = following(options)
  await settle()
  parts.world.source.open()
  return parts
}

function textOf(heard) {
  return heard.filter(({ type }) => type === "chunk").map(({ text }) => text).join("")
}

// Feature: chat-text-streaming, Property 3: EventSource Connection Creation
forAny("an EventSource is opened at the granted address, token and all", async (any) => {
  const token = encodeURIComponent(any.text() + "t")
  const { world } = following({ ask: () => Promise.resolve(`/api/v1/chat/stream?token=${token}`) })

  await settle()

  assert.equal(world.source.address, `/api/v1/chat/stream?token=${token}&events=all`)
})

// Feature: chat-text-streaming, Property 5: Callback Routing Correctness
forAny("every event is heard once, in order, up to the first ending", async (any) => {
  const { world, heard } = await streaming()
  const sent = any.many(1, 30, () =>
    any.pick([
      { chunk: any.text() },
      { chunk: any.text() },
      { chunk: any.text() },
      { done: true, agent_type: "general" },
      { error: any.text(), kind: "timeout" },
    ]))

  sent.forEach((data, index) => world.source.send("message", data, index + 1))

  const end = sent.findIndex((data) => "done" in data || "error" in data)
  const expected = (end < 0 ? sent : sent.slice(0, end + 1)).map((data) => {
    if ("chunk" in data) return { type: "chunk", text: data.chunk }
    if ("done" in data) return { type: "done", agent: "general" }
    return { type: "error", sentence: data.error, kind: "timeout" }
  })
  assert.deepEqual(heard, expected)
})

// Feature: chat-text-streaming, Property 6: Connection Cleanup
// Feature: chat-text-streaming, Property 24: Component Cleanup on Unmount
forAny("nothing is left behind: no stream, no timer, no listener", async (any) => {
  const { world, end, heard } = await streaming()
  if (any.chance(0.5)) world.source.send("message", { chunk: "a" }, 1)
  if (any.chance(0.3)) world.source.breakOff()
  if (any.chance(0.3)) world.setVisible(false)
  const ending = any.pick([
    () => end.abort(),
    () => {
      end.abort()
      end.abort()
    },
    () => world.openSources[0]?.send("message", { done: true }, 9) ?? end.abort(),
    () => world.openSources[0]?.send("message", { error: "No." }, 9) ?? end.abort(),
  ])
  ending()
  end.abort()
  await settle()

  assert.equal(world.timerCount, 0)
  const count = heard.length
  world.goOnline()
  world.setVisible(true)
  await world.pass(120_000)

  assert.equal(world.openSources.length, 0)
  assert.equal(world.timerCount, 0)
  assert.equal(world.watcherCount, 0)
  assert.equal(heard.length, count)
})

// Feature: chat-text-streaming, Property 26: Single Connection Limit
forAny("whatever happens, at most one EventSource is open", async (any) => {
  const { world } = following({
    ask: () => any.chance(0.3) ? Promise.reject(new Problem("offline")) : Promise.resolve(address),
  })
  for (let step = 0; step < 40; step += 1) {
    const source = world.openSources[0]
    const happen = any.pick([
      () => source?.open(),
      () => source?.send("message", { chunk: "a" }, step + 1),
      () => source?.send("beat", { last: step }),
      () => source?.breakOff(),
      () => source?.refuse(),
      () => world.setVisible(any.chance(0.5)),
      () => world.goOnline(),
      () => world.pass(any.integer(0, 40_000)),
    ])
    await happen()
    await settle()
    assert.ok(world.openSources.length <= 1)
  }
})

forAny(
  "a reply that is cut anywhere, any number of times, has no gap and no repetition",
  async (any) => {
    const chunks = any.many(1, 40, () => any.text() + "x")
    const { world, heard } = following()
    await settle()
    let position = 0
    while (position < chunks.length) {
      const source = world.source
      source.open()
      const after = Number(/after=(\d+)/.exec(source.address)?.[1] ?? 0)
      // A server may replay more than it was asked for.
      let next = Math.max(0, after - any.integer(0, 2))
      const until = Math.min(chunks.length, next + any.integer(0, 12))
      for (; next < until; next += 1) source.send("message", { chunk: chunks[next] }, next + 1)
      position = Math.max(position, until)
      if (position === chunks.length) break
      source.breakOff()
      await world.pass(30_000)
    }
    world.source.send("message", { done: true, agent_type: "general" }, chunks.length + 1)

    assert.equal(textOf(heard), chunks.join(""))
    assert.deepEqual(heard[heard.length - 1], { type: "done", agent: "general" })
  },
)

test("an end of bytes is not an end of the reply", async () => {
  const { world, heard } = await streaming()
  world.source.send("message", { chunk: "Hel" }, 1)

  world.source.breakOff()
  await world.pass(1_000)

  assert.deepEqual(heard.slice(1), [{
    type: "connectionLost",
    attempt: 1,
    waitMs: 1_000,
    sentence: null,
  }])
  assert.equal(world.source.address, `${address}&events=all&after=1`)
})

test("each loss in a row waits longer, and the attempt is told", async () => {
  const { world, heard } = await streaming()

  for (let loss = 0; loss < 7; loss += 1) {
    world.source.breakOff()
    await world.pass(30_000)
  }

  const lost = heard.filter(({ type }) => type === "connectionLost")
  assert.deepEqual(lost.map(({ attempt }) => attempt), [1, 2, 3, 4, 5, 6, 7])
  assert.deepEqual(
    lost.map(({ waitMs }) => waitMs),
    [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000],
  )
})

test("an event after a loss starts the schedule anew", async () => {
  const { world, heard } = await streaming()
  world.source.breakOff()
  await world.pass(1_000)
  world.source.open()
  world.source.send("message", { chunk: "a" }, 1)
  world.source.breakOff()

  const lost = heard.filter(({ type }) => type === "connectionLost")
  assert.deepEqual(lost.map(({ attempt }) => attempt), [1, 1])
  assert.ok(heard.some(({ type }) => type === "connectionBack"))
})

test("the reader need not wait, and neither does a network that is back", async () => {
  const { world, follower } = await streaming()

  world.source.breakOff()
  follower.retryNow()
  assert.equal(world.sources.length, 2)
  world.source.breakOff()
  world.goOnline()
  assert.equal(world.sources.length, 3)
})

test("a stream that the server refuses asks for a fresh token and attaches again", async () => {
  const { world, asked } = await streaming()
  world.source.send("message", { chunk: "a" }, 5)

  world.source.refuse()
  await settle()

  assert.equal(asked.length, 2)
  assert.equal(world.source.address, `${address}&events=all&after=5`)
})

test("a stream that is refused again is looked up, and settled if the reply is over", async () => {
  const { world, heard } = await streaming({ look: () => Promise.resolve(true) })

  world.source.refuse()
  await settle()
  world.source.refuse()
  await settle()

  assert.deepEqual(heard, [{ type: "settled" }])
  assert.equal(world.openSources.length, 0)
})

test("a stream that is refused while the reply still runs is asked for again, later", async () => {
  const { world, heard, asked } = await streaming()

  world.source.refuse()
  await settle()
  world.source.refuse()
  await settle()
  await world.pass(1_000)

  assert.deepEqual(heard, [{ type: "connectionLost", attempt: 1, waitMs: 1_000, sentence: null }])
  assert.equal(asked.length, 3)
})

test("silence of 25 seconds is a lost connection", async () => {
  const { world } = await streaming()

  await world.pass(24_999)
  assert.equal(world.sources.length, 1)
  await world.pass(1)

  assert.equal(world.sources.length, 2)
  assert.equal(world.openSources.length, 1)
})

test("a beat is a sign of life, and no event", async () => {
  const { world, heard } = await streaming()

  for (let beat = 0; beat < 6; beat += 1) {
    await world.pass(10_000)
    world.source.send("beat", { last: 0 })
  }

  assert.equal(world.sources.length, 1)
  assert.deepEqual(heard, [])
})

test("a beat counts although an EventSource repeats the number before it", async () => {
  const { world } = await streaming()
  world.source.send("message", { chunk: "a" }, 3)

  await world.pass(20_000)
  world.source.send("beat", { last: 3 }, 3)
  await world.pass(20_000)

  assert.equal(world.sources.length, 1)
})

test("a hidden tab lets go after a moment and attaches again where it was", async () => {
  const { world, heard } = await streaming()
  world.source.send("message", { chunk: "a" }, 4)

  world.setVisible(false)
  await world.pass(60_000)
  assert.equal(world.openSources.length, 0)
  world.setVisible(true)

  assert.equal(world.source.address, `${address}&events=all&after=4`)
  assert.deepEqual(heard, [{ type: "chunk", text: "a" }])
})

test("a glance at another tab lets go of nothing", async () => {
  const { world } = await streaming()

  world.setVisible(false)
  await world.pass(2_000)
  world.setVisible(true)
  await world.pass(10_000)

  assert.equal(world.sources.length, 1)
})

// Feature: chat-text-streaming, Property 23: Error Logging
test("an event that cannot be read ends the following, with the raw text on the console", async (context) => {
  const said = listenToConsole(context)
  const { world, heard } = await streaming()

  world.source.send("message", "{oops", 1)

  assert.equal(heard[0].type, "failedHere")
  assert.equal(heard[0].problem.message, "Received invalid response from server")
  assert.ok(said.some((parts) => parts.includes("{oops")))
  assert.equal(world.openSources.length, 0)
})

test("a refused question fails with the server's sentence", async () => {
  const problem = new Problem("refused", { status: 429, message: "Ten messages a minute." })
  const { heard } = following({ ask: () => Promise.reject(problem) })

  await settle()

  assert.deepEqual(heard, [{ type: "failedHere", problem }])
})

test("an expired session is said, not retried", async () => {
  const { heard, world } = following({ ask: () => Promise.reject(new Problem("session")) })

  await settle()

  assert.equal(heard[0].problem.message, "Session expired. Please log in again.")
  assert.equal(world.timerCount, 0)
})

test("a busy server is waited for when the reply runs already", async () => {
  let isBusy = false
  const busy = new Problem("refused", { status: 503, retryAfterSeconds: 5 })
  const { world, heard } = await streaming({
    ask: () => isBusy ? Promise.reject(busy) : Promise.resolve(address),
  })
  world.source.send("message", { chunk: "a" }, 1)
  isBusy = true
  world.source.refuse()
  await settle()
  isBusy = false
  await world.pass(5_000)

  const lost = { type: "connectionLost", attempt: 1, waitMs: 5_000, sentence: busy.message }
  assert.deepEqual(heard[1], lost)
  assert.equal(world.openSources.length, 1)
})

/** What is heard of a reply that comes without a stream. */
async function heardOf(reply) {
  const heard = []
  awaitReply({
    ask: () => Promise.resolve(reply),
    hear: (event) => heard.push(event),
    world: new FakeWorld(),
    signal: new AbortController().signal,
  })
  await settle()
  return heard
}

test("without a stream the whole reply comes at once, then its end", async () => {
  assert.deepEqual(await heardOf({ text: "All of it.", agent: "general" }), [
    { type: "chunk", text: "All of it." },
    { type: "done", agent: "general" },
  ])
})

test("without a stream a reply that was cut at its length says so before its end", async () => {
  assert.deepEqual(await heardOf({ text: "All that fits", agent: null, isCutShort: true }), [
    { type: "chunk", text: "All that fits" },
    { type: "noticed", code: "length", text: "" },
    { type: "done", agent: null },
  ])
})

test("without a stream a lost connection is tried again on the same schedule", async () => {
  const world = new FakeWorld()
  const heard = []
  let losses = 2
  awaitReply({
    ask: () =>
      losses-- > 0
        ? Promise.reject(new Problem("offline"))
        : Promise.resolve({ text: "", agent: null, wasStopped: true }),
    hear: (event) => heard.push(event),
    world,
    signal: new AbortController().signal,
  })

  await settle()
  await world.pass(1_000)
  await world.pass(2_000)

  assert.deepEqual(heard.map(({ type }) => type), [
    "connectionLost",
    "connectionLost",
    "connectionBack",
    "noticed",
    "done",
  ])
})

test("a new question waits for a server that asks for a little patience, and no longer", async () => {
  for (const status of [429, 503]) {
    const soon = new Problem("refused", { status, message: "In a moment.", retryAfterSeconds: 60 })
    const problems = [soon]
    const { world, heard } = following({
      ask: () => problems.length ? Promise.reject(problems.shift()) : Promise.resolve(address),
    })
    await settle()

    const lost = { type: "connectionLost", attempt: 1, waitMs: 60_000, sentence: "In a moment." }
    assert.deepEqual(heard, [lost])
    await world.pass(60_000)
    assert.equal(world.openSources.length, 1)

    const late = new Problem("refused", { status, message: "Later.", retryAfterSeconds: 61 })
    const other = following({ ask: () => Promise.reject(late) })
    await settle()
    assert.deepEqual(other.heard, [{ type: "failedHere", problem: late }])
  }
})

test("without a stream a busy server is waited for, and a reply's own end is not", async () => {
  const soon = new Problem("refused", { status: 503, code: "restarting", retryAfterSeconds: 5 })
  const end = new Problem("refused", { status: 503, code: "interrupted", retryAfterSeconds: 5 })
  const problems = [soon, end]
  const heard = []
  const world = new FakeWorld()
  awaitReply({
    ask: () => Promise.reject(problems.shift()),
    hear: (event) => heard.push(event),
    world,
    signal: new AbortController().signal,
  })
  await settle()
  await world.pass(5_000)

  assert.deepEqual(heard.map(({ type }) => type), ["connectionLost", "failedHere"])
  assert.equal(world.timerCount, 0)
})

test("what the server remarks between two events is heard, although it has no number of its own", async () => {
  const { world, heard } = await streaming()
  world.source.send("message", { chunk: "a" }, 7)
  // A browser repeats the number of the event before.
  world.source.send("notice", { code: "stopped", text: "The reply was stopped." }, 7)

  assert.deepEqual(heard.at(-1), {
    type: "noticed",
    code: "stopped",
    text: "The reply was stopped.",
  })
})
