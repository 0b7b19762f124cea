import assert from "node:assert/strict"
import { test } from "node:test"
import {
  configKnown,
  firstReadersState,
  keptNotes,
} from "../../Public/js/settings/readers-state.js"
import { ReadersAPI } from "../../Public/js/settings/readers-api.js"
import { forAny } from "./property.js"

const dayMs = 24 * 60 * 60 * 1000

/** What the settings learn from an answer of the server. */
async function learnt(config) {
  const api = new ReadersAPI(() => Promise.resolve(Response.json(config)))
  return configKnown(firstReadersState, await api.config())
}

forAny("what is told about keeping is what the server says", async (any) => {
  const days = () => (any.chance(0.5) ? null : any.integer(1, 36500))
  const kept = { conversations: days(), guests: days() }
  const now = any.integer(0, 4_000_000_000_000)

  const state = await learnt({ streaming: true, kept_days: kept })
  const notes = keptNotes(state.kept, now)

  assert.deepEqual(state.kept, kept)
  assert.deepEqual(
    notes.map((note) => note.about),
    ["conversations", "guests"].filter((about) => kept[about] !== null),
  )
  for (const { about, days, until } of notes) {
    assert.equal(days, kept[about])
    assert.equal(until - now, days * dayMs)
  }
})

test("an older server, or one that talks nonsense, promises nothing", async () => {
  for (
    const kept_days of [undefined, null, 7, "x", {}, {
      conversations: "7",
      guests: -1,
    }]
  ) {
    const { kept } = await learnt({ streaming: true, kept_days })
    assert.deepEqual(kept, { conversations: null, guests: null })
    assert.deepEqual(keptNotes(kept, 0), [])
  }
})
