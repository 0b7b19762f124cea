import assert from "node:assert/strict"
import { test } from "node:test"
import { begun, learned, legOf, noHabits, waitingLine } from "../../Public/js/waiting.js"

const way = (done = {}) => ({ ...begun(10_000), ...done })
const reply = (done, more = {}) => ({
  way: way(done),
  phase: null,
  agentName: "",
  tool: null,
  ...more,
})

test("the leg that is waited for is the first that is not done", () => {
  assert.deepEqual(legOf(way()), { leg: "network", since: 10_000 })
  assert.deepEqual(legOf(way({ grantedAt: 10_100 })), { leg: "server", since: 10_100 })
  assert.deepEqual(legOf(way({ grantedAt: 10_100, acceptedAt: 10_200 })), {
    leg: "model",
    since: 10_200,
  })
  assert.equal(legOf(way({ grantedAt: 1, acceptedAt: 2, firstTextAt: 3 })), null)
})

test("the line says what happens, and after a while for how long", () => {
  const accepted = { grantedAt: 10_001, acceptedAt: 10_002 }
  const rows = [
    [reply({}), 10_100, "Sending"],
    [reply({ grantedAt: 10_001 }), 10_100, "Waiting for a place"],
    [reply(accepted, { phase: "routing" }), 10_100, "Finding out who answers best"],
    [reply(accepted, { phase: "thinking", agentName: "Workout" }), 10_100, "Workout: thinking"],
    [reply(accepted, { phase: "tool", tool: "energy_need" }), 12_900, "Using energy need · 2.0 s"],
    [reply(accepted, { phase: "tool" }), 25_500, "Using a tool · 15 s"],
  ]

  for (const [waited, now, text] of rows) {
    assert.equal(waitingLine(waited, noHabits, now).text, text)
  }
})

test("the wording changes while it waits", () => {
  const waited = reply({ grantedAt: 10_001, acceptedAt: 10_002 }, { phase: "thinking" })

  const wordings = [0, 4_000, 8_000, 12_000].map((later) =>
    waitingLine(waited, noHabits, 10_000 + later).text.split(" ·")[0]
  )

  assert.equal(new Set(wordings).size, 4)
})

test("after a second and a half it says which leg is slow, and what is usual", () => {
  const habits = { network: [], server: [], model: [900, 1_200, 40_000] }
  const waited = reply({ grantedAt: 10_001, acceptedAt: 10_002 })

  assert.equal(waitingLine(waited, habits, 11_400).slow, null)
  assert.equal(
    waitingLine(waited, habits, 11_600).slow,
    "The model takes its time (usually 1.2 s).",
  )
  assert.equal(
    waitingLine(reply({}), habits, 12_000).slow,
    "No answer from this server yet; the connection may be slow.",
  )
  assert.equal(
    waitingLine(reply({ grantedAt: 10_001 }), habits, 12_000).slow,
    "This server is busy.",
  )
})

test("habits are made of whole ways, the last twenty of them", () => {
  const whole = way({ grantedAt: 10_100, acceptedAt: 10_150, firstTextAt: 11_000 })

  let habits = learned(noHabits, way({ grantedAt: 10_100 }))
  assert.equal(habits, noHabits)
  for (let count = 0; count < 25; count += 1) habits = learned(habits, whole)

  assert.deepEqual(habits.model, Array(20).fill(850))
  assert.deepEqual([habits.network[0], habits.server[0]], [100, 50])
})
