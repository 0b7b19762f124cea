import assert from "node:assert/strict"
import { test } from "node:test"
import { changesBetween, choices, firstSettings, SettingsKeeper } from "../../Public/js/settings.js"
import { FakeStorage, listenToConsole } from "./fakes.js"
import { forAny } from "./property.js"

/** Settings as a reader may have them. */
function someSettings(any) {
  const times = () => any.many(0, 3, () => any.integer(1, 900))
  const settings = { habits: { network: times(), server: times(), model: times() } }
  for (const [name, first] of Object.entries(firstSettings)) {
    if (name === "habits") continue
    settings[name] = typeof first === "boolean" ? any.chance(0.5) : any.pick(choices[name])
  }
  return settings
}

forAny("settings are there again as they were kept", (any) => {
  const storage = new FakeStorage()
  const settings = someSettings(any)

  assert.equal(new SettingsKeeper(() => storage).change(settings), true)

  assert.deepEqual(new SettingsKeeper(() => storage).read(), settings)
})

forAny("two tabs that change different settings both have their way", (any) => {
  const storage = new FakeStorage()
  const [first, second] = [new SettingsKeeper(() => storage), new SettingsKeeper(() => storage)]
  const start = someSettings(any)
  first.change(start)
  const [mine, yours] = [someSettings(any), someSettings(any)]
  const half = Object.keys(start).filter(() => any.chance(0.5))
  const only = (settings, isMine) =>
    Object.fromEntries(Object.entries(settings).filter(([name]) => half.includes(name) === isMine))

  first.change(changesBetween(start, { ...start, ...only(mine, true) }))
  second.change(changesBetween(start, { ...start, ...only(yours, false) }))

  assert.deepEqual(first.read(), { ...yours, ...only(mine, true) })
})

forAny("what is no setting is as it was at first, and spoils none of the others", (any) => {
  const storage = new FakeStorage()
  const settings = someSettings(any)
  const spoiled = any.pick(Object.keys(firstSettings).filter((name) => name !== "habits"))
  const nonsense = any.pick([null, 7, "blue", [], {}, "__proto__", "constructor"])
  storage.setItem("shuren.settings", JSON.stringify({ ...settings, [spoiled]: nonsense, more: 1 }))

  const read = new SettingsKeeper(() => storage).read()

  assert.deepEqual(read, { ...settings, [spoiled]: firstSettings[spoiled] })
})

test("nothing to read, and nowhere to keep it", (context) => {
  listenToConsole(context)
  const storage = new FakeStorage()
  for (const text of ["{", "7", '{"habits": {"model": ["x", null]}}', "null"]) {
    storage.setItem("shuren.settings", text)
    assert.deepEqual(new SettingsKeeper(() => storage).read(), firstSettings)
  }
  const forbidden = new SettingsKeeper(() => {
    throw new Error("forbidden")
  })
  assert.deepEqual(forbidden.read(), firstSettings)
  assert.equal(forbidden.change({ theme: "dark" }), false)
})
