import assert from "node:assert/strict"
import { test } from "node:test"
import { delays, pieces, usualDelay, verdict } from "../../Public/js/admin/arrivals.js"
import { timelinePoints } from "../../Public/js/admin/charts.js"
import { areStepsLeft } from "../../Public/js/admin/first-steps.js"
import { insideFindings } from "../../Public/js/admin/inside-findings.js"
import { bodyBytes, probe } from "../../Public/js/admin/probing.js"
import { wayFindings, worst } from "../../Public/js/admin/way-findings.js"
import { forAny } from "./property.js"

/** Fifteen events that come a little late. */
const regular = (jitter = () => 5) =>
  Array.from(
    { length: 15 },
    (_, index) => ({ sent: index * 200, came: index * 200 + jitter() }),
  )

function observed(change = () => {}) {
  const observations = {
    isSecure: true,
    isLoopback: false,
    host: "chat.example",
    mirror: {
      host: "chat.example",
      last_event_id: "41",
      forwarded_for: "203.0.113.77, 198.51.100.4",
      peer: "127.0.0.1",
      peer_is_trusted: true,
      client: "198.51.100.4",
      is_secure: true,
    },
    stream: {
      status: 200,
      type: "text/event-stream; charset=utf-8",
      cacheControl: "no-cache, no-store, no-transform",
      coding: "",
      protocol: "h2",
      server: "nginx",
      firstByteMs: 12,
      arrivals: regular(),
      isWhole: true,
      lastedMs: 2900,
    },
    quiet: { isWhole: true, lastedMs: 17_000 },
    body: { status: 200, bytes: bodyBytes },
  }
  change(observations)
  return observations
}

const wrong = (change) =>
  Object.fromEntries(
    wayFindings(observed(change)).filter(({ verdict }) => verdict !== "good")
      .map(({ name, verdict }) => [name, verdict]),
  )

forAny("events that come soon after they were sent are well, whatever the clocks say", (random) => {
  const way = random.integer(-50_000, 50_000)
  const arrivals = regular(() => way + random.integer(0, 100))
  assert.equal(verdict(arrivals, 15), "good")
  assert.ok(delays(arrivals).every((delay) => delay >= 0 && delay <= 100))
})

forAny("events that come in lumps of five and more are never well", (random) => {
  const size = random.integer(5, 15)
  const arrivals = regular().map(({ sent }, index) => ({
    sent,
    came: Math.min(14, Math.floor(index / size) * size + size - 1) * 200 + 7,
  }))
  assert.equal(verdict(arrivals, 15), "bad")
  assert.ok(pieces(arrivals) <= 3)
})

test("a slow line that leaves the events apart asks for attention", () => {
  const arrivals = regular().map(({ sent }) => ({ sent, came: sent * 1.3 }))
  assert.equal(verdict(arrivals, 15), "attention")
  assert.ok(usualDelay(arrivals) > 400)
})

test("what is missing at the end is bad", () => {
  assert.equal(verdict(regular().slice(0, 14), 15), "bad")
  assert.equal(verdict([], 15), "bad")
})

test("a way that is as it should be is found well, and each fault by its name", () => {
  assert.deepEqual(wrong(), {})
  assert.deepEqual(wrong((o) => o.mirror.is_secure = false), { https: "bad" })
  assert.deepEqual(wrong((o) => o.mirror.host = "127.0.0.1:8080"), {
    host: "bad",
  })
  assert.deepEqual(wrong((o) => o.mirror.forwarded_for = null), {
    client_address: "bad",
  })
  assert.deepEqual(wrong((o) => o.mirror.forwarded_for = "203.0.113.77"), {
    client_address: "bad",
  })
  assert.deepEqual(wrong((o) => o.mirror.peer_is_trusted = false), {
    client_address: "bad",
  })
  assert.deepEqual(wrong((o) => o.mirror.last_event_id = null), {
    last_event_id: "bad",
  })
  assert.deepEqual(wrong((o) => o.stream.protocol = "http/1.1"), {
    http_version: "attention",
  })
  assert.deepEqual(wrong((o) => o.stream.type = "text/html"), {
    fields: "bad",
  })
  assert.deepEqual(wrong((o) => o.stream.cacheControl = ""), {
    fields: "attention",
  })
  assert.deepEqual(wrong((o) => o.stream.coding = "gzip"), {
    compression: "bad",
  })
  assert.deepEqual(wrong((o) => o.stream.firstByteMs = 2000), {
    first_byte: "attention",
  })
  const atOnce = regular().map(({ sent }) => ({ sent, came: 3000 }))
  assert.deepEqual(wrong((o) => o.stream.arrivals = atOnce), {
    buffering: "bad",
  })
  assert.deepEqual(wrong((o) => o.quiet = { isWhole: false, lastedMs: 5000 }), {
    idle: "bad",
  })
  assert.deepEqual(wrong((o) => o.body = { status: 413, bytes: 0 }), {
    body_size: "bad",
  })
})

test("plain http asks for attention on this machine and is bad elsewhere", () => {
  const plain = (isLoopback) => (o) => {
    Object.assign(o, { isSecure: false, isLoopback })
    o.mirror.is_secure = false
  }
  assert.deepEqual(wrong(plain(true)), { https: "attention" })
  assert.deepEqual(wrong(plain(false)), { https: "bad" })
})

test("the worst of all verdicts counts", () => {
  const verdicts = (...list) => list.map((verdict) => ({ name: "", verdict, text: "" }))
  assert.equal(worst(verdicts("good", "good")), "good")
  assert.equal(worst(verdicts("good", "attention")), "attention")
  assert.equal(worst(verdicts("bad", "attention")), "bad")
})

test("the drawing joins when each event was sent with when it came", () => {
  const points = timelinePoints(regular(), 15)
  assert.ok(
    points.every(({ from, to }) => Math.abs(Number(from) - Number(to)) < 0.2),
  )
  const lump = timelinePoints(
    regular().map(({ sent }) => ({ sent, came: 2800 })),
    15,
  )
  assert.equal(new Set(lump.map(({ to }) => to)).size, 1)
  assert.equal(new Set(lump.map(({ from }) => from)).size, 15)
})

test("what the server found is said in the reader's words, and otherwise in its own", () => {
  const [known, unknown] = insideFindings([
    {
      name: "disk",
      verdict: "bad",
      code: "bad",
      values: { free: "12" },
      measured: "?",
    },
    {
      name: "new",
      verdict: "good",
      code: "thing",
      values: {},
      measured: "As the server says.",
    },
  ])
  assert.equal(known.text, "12 MiB are free for the database and the spool.")
  assert.deepEqual(unknown, {
    name: "new",
    verdict: "good",
    text: "As the server says.",
  })
})

test("the first steps stay until all are done or set aside", () => {
  const steps = {
    admin: true,
    model: true,
    stream: true,
    restore: true,
    people: true,
  }
  assert.equal(areStepsLeft({ steps }), false)
  assert.equal(areStepsLeft({ steps: { ...steps, restore: false } }), true)
  assert.equal(
    areStepsLeft({ steps: { ...steps, restore: false }, is_set_aside: true }),
    false,
  )
  assert.equal(areStepsLeft({}), true)
})

test("a probe that is refused is said so", async () => {
  const refused = () => Promise.resolve(new Response("{}", { status: 403 }))
  await assert.rejects(probe(refused), /403/)
})
