import assert from "node:assert/strict"
import { test } from "node:test"
import { LateModule } from "../../Public/js/late-module.js"

test("a module is fetched once, however often it is asked for", async () => {
  const names = []
  const late = new LateModule((again) => {
    names.push(again)
    return Promise.resolve("here")
  })

  const [one, other] = await Promise.all([late.get(), late.get()])

  assert.deepEqual([one, other, await late.get()], ["here", "here", "here"])
  assert.deepEqual(names, [""])
})

test("what could not be had is asked for again, under another name", async () => {
  const names = []
  const late = new LateModule((again) => {
    names.push(again)
    return names.length < 3 ? Promise.reject(new TypeError("no network")) : Promise.resolve("here")
  })

  assert.deepEqual([await late.get(), await late.get(), await late.get()], [null, null, "here"])
  assert.deepEqual(names, ["", "?attempt=2", "?attempt=3"])
})

test("what needs a module fails without it, and has it the next time", async () => {
  let attempts = 0
  const late = new LateModule(() => {
    attempts += 1
    return attempts === 1 ? Promise.reject(new TypeError("no network")) : Promise.resolve("here")
  })

  await assert.rejects(late.need(), /missing/)

  assert.equal(await late.need(), "here")
  assert.equal(await late.need(), "here")
  assert.equal(attempts, 2)
})
