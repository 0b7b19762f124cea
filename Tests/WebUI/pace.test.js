import assert from "node:assert/strict"
import { test } from "node:test"
import * as paces from "../../Public/js/pace.js"
import { forAny } from "./property.js"

const frameMs = 1_000 / 60

/** What is shown, frame by frame, of a text that arrives as `arrivals` tell: length by frame. */
function flowing(arrivals, flow = paces.flows.fast) {
  let pace = paces.atTheBeginning
  return arrivals.map((length) => {
    pace = paces.advanced(pace, { length, elapsedMs: frameMs, flow })
    return pace
  })
}

forAny("what has arrived is on the screen within a second, however it comes", (any) => {
  let length = 0
  const arrivals = any.many(60, 300, () => {
    if (any.chance(0.2)) length += any.integer(0, any.pick([4, 80, 5_000]))
    return length
  })
  const all = [...arrivals, ...Array(60).fill(length)]

  const shown = flowing(all).map((pace) => pace.shown)

  all.forEach((arrived, frame) => {
    const aSecondLater = shown[frame + 60]
    if (aSecondLater !== undefined) assert.ok(aSecondLater >= arrived - 1e-6)
    assert.ok(shown[frame] <= arrived)
    if (frame > 0) assert.ok(shown[frame] >= shown[frame - 1])
  })
  assert.equal(shown.at(-1), length)
})

forAny("text flows with sixty characters a second and more while there is some", (any) => {
  const length = any.integer(100, 2_000)

  const shown = flowing(Array(30).fill(length)).map((pace) => pace.shown)

  shown.forEach((now, frame) => {
    const before = shown[frame - 1] ?? 0
    assert.ok(now === length || now - before >= 1 - 1e-9)
  })
})

forAny("who wants it calm has what arrived within three seconds, at a reading pace", (any) => {
  const length = any.integer(1, 4_000)

  const shown = flowing(Array(190).fill(length), paces.flows.calm).map((pace) => pace.shown)

  assert.equal(shown.at(-1), length)
  shown.forEach((now, frame) => {
    const step = now - (shown[frame - 1] ?? 0)
    assert.ok(step <= Math.max(25, length / 3) / 60 + 1e-6, `${step} in a frame`)
  })
})

forAny("who wants it at once has it at once", (any) => {
  const arrivals = any.many(1, 50, () => any.integer(0, 5_000)).sort((a, b) => a - b)

  const shown = flowing(arrivals, paces.flows.instant).map((pace) => pace.shown)

  assert.deepEqual(shown, arrivals)
})

test("an even stream is shown evenly", () => {
  const arrivals = Array.from({ length: 240 }, (_, frame) => 20 * Math.floor(frame / 12))

  const steps = flowing(arrivals).slice(60).map((pace, index, all) =>
    index === 0 ? 0 : pace.shown - all[index - 1].shown
  )

  assert.ok(Math.max(...steps) < 6, `${Math.max(...steps)} characters in a frame`)
})

forAny("a text is never cut within a character", (any) => {
  const characters = any.many(
    0,
    30,
    () =>
      any.pick([
        "a",
        "\n",
        "\r\n",
        "é",
        "e\u0301",
        "你",
        "👋",
        "👋🏽",
        "👩\u200d👩\u200d👧",
        "❤\ufe0f",
        "🇩🇪",
      ]),
  )
  const text = characters.join("")
  const shown = paces.shownPart(text, {
    ...paces.upTo(text.length),
    shown: any.integer(0, text.length),
  })

  const segments = new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)
  const borders = [...[...segments].map(({ index }) => index), text.length]
  assert.ok(text.startsWith(shown))
  assert.ok(borders.includes(shown.length), JSON.stringify(text))
})

test("a text that became shorter is shown as far as it goes", () => {
  const pace = paces.advanced(paces.upTo(100), { length: 40, elapsedMs: frameMs })

  assert.equal(pace.shown, 40)
})
