import assert from "node:assert/strict"
import { test } from "node:test"
import { firstSettings, SettingsKeeper } from "../../Public/js/settings.js"
import { FakeStorage, listenToConsole } from "./fakes.js"

test("settings are there again as they were kept", () => {
  const storage = new FakeStorage()
  const keeper = new SettingsKeeper(() => storage)
  const settings = {
    keepsQuestionInView: true,
    habits: { network: [1], server: [2], model: [3, 4] },
  }

  assert.deepEqual(keeper.read(), firstSettings)
  keeper.write(settings)

  assert.deepEqual(keeper.read(), settings)
})

test("what is no settings is as it was at first", (context) => {
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
  forbidden.write(firstSettings)
})
