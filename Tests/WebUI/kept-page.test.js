import assert from "node:assert/strict"
import { test } from "node:test"

import { keepPage } from "../../Public/js/kept-page.js"
import { FakeWorld, settle } from "./fakes.js"

class FakeWorkers extends EventTarget {
  registered = []
  said = []
  updates = 0
  ready = Promise.resolve({ active: { postMessage: (word) => this.said.push(word) } })

  register(address, options) {
    this.registered.push([address, options])
    return Promise.resolve({ update: () => Promise.resolve(void (this.updates += 1)) })
  }

  says(data) {
    this.dispatchEvent(Object.assign(new Event("message"), { data }))
  }
}

test("the page is kept once it has been there for a while, by a worker that is never cached", async () => {
  const [world, workers] = [new FakeWorld(), new FakeWorkers()]

  keepPage(world, workers)
  await world.pass(4_999)
  assert.deepEqual(workers.registered, [])
  await world.pass(1)

  assert.deepEqual(workers.registered, [["/service-worker.js", { updateViaCache: "none" }]])
  assert.deepEqual(workers.said, ["keep"])
  assert.equal(workers.updates, 1)
})

test("what could not be kept is tried again, as everything is, and at once with the network", async () => {
  const [world, workers] = [new FakeWorld(), new FakeWorkers()]
  keepPage(world, workers)
  await world.pass(5_000)

  for (const [attempt, ms] of [1_000, 2_000, 4_000].entries()) {
    workers.says("not kept")
    await world.pass(ms - 1)
    assert.equal(workers.said.length, attempt + 1)
    await world.pass(1)
    assert.equal(workers.said.length, attempt + 2)
  }
  workers.says("not kept")
  world.goOnline()
  await settle()
  assert.equal(workers.said.length, 5)
  await world.pass(60_000)
  assert.equal(workers.said.length, 5)
})

test("a browser that keeps nothing is left alone", async (t) => {
  const debug = t.mock.method(console, "debug", () => {})
  const [world, workers] = [new FakeWorld(), new FakeWorkers()]
  workers.register = () => Promise.reject(new Error("The operation is insecure."))
  keepPage(world, undefined)
  keepPage(world, workers)

  await world.pass(60_000)

  assert.equal(debug.mock.callCount(), 1)
  assert.equal(world.timerCount, 0)
})

test("only the address of our own worker becomes an address of a script", async () => {
  const made = []
  globalThis.trustedTypes = {
    createPolicy(name, rules) {
      made.push([name, rules])
      return { createScriptURL: (address) => `trusted ${rules.createScriptURL(address)}` }
    },
  }
  const { serviceWorkerURL } = await import("../../Public/js/own-urls.js?with-trusted-types")

  assert.equal(serviceWorkerURL(), "trusted /service-worker.js")
  assert.equal(serviceWorkerURL(), "trusted /service-worker.js")
  delete globalThis.trustedTypes

  assert.equal(made.length, 1)
  const [[name, rules]] = made
  assert.equal(name, "shuren-urls")
  for (
    const address of [
      "/js/app.js",
      "https://elsewhere.example/service-worker.js",
      "",
      "/service-worker.js?",
    ]
  ) {
    assert.throws(() => rules.createScriptURL(address), TypeError)
  }
})
