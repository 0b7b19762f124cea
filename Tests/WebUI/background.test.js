import assert from "node:assert/strict"
import { test } from "node:test"
import { BackgroundWatch } from "../../Public/js/background.js"
import * as backgrounds from "../../Public/js/background-state.js"
import { firstState } from "../../Public/js/chat-state.js"
import { Store } from "../../Public/js/store.js"
// Read before there is something like a page.
import "../../Public/js/words.js"
import { FakeWorld, listenToConsole } from "./fakes.js"
import { forAny } from "./property.js"

const reply = (number) => ({
  messageId: `m${number}`,
  conversationId: `c${number}`,
  title: `T${number}`,
})

forAny(
  "every reply that ends while nobody looks is told of once, and forgotten upon return",
  (any) => {
    let state = backgrounds.nothingInBackground
    const told = []
    const step = (next) => {
      for (const one of next.finished) {
        if (!state.finished.includes(one)) told.push(one.messageId)
      }
      state = next
    }
    const begun = new Set()
    for (let count = 0; count < 40; count += 1) {
      const number = any.integer(1, 6)
      const act = any.pick(["began", "ended", "looked", "returned"])
      if (act === "began" && !told.includes(`m${number}`)) {
        begun.add(`m${number}`)
        step(backgrounds.began(state, reply(number)))
      }
      if (act === "ended") {
        step(backgrounds.ended(state, `m${number}`, any.chance(0.3)))
      }
      if (act === "looked") {
        const some = any.many(0, 4, () => reply(any.integer(1, 6)))
        step(
          backgrounds.looked(
            state,
            some.map((one) => ({ ...one, isRunning: any.chance(0.5) })),
          ),
        )
      }
      if (act === "returned") {
        step(backgrounds.returned(state))
        assert.equal(backgrounds.titleMark(state), "")
      }
    }

    assert.equal(new Set(told).size, told.length)
    assert.ok(told.every((id) => begun.has(id)))
  },
)

test("one is a check mark, several are a number", () => {
  let state = backgrounds.nothingInBackground
  for (const number of [1, 2, 3]) {
    state = backgrounds.began(state, reply(number))
  }
  assert.equal(backgrounds.titleMark(state), "")
  state = backgrounds.ended(state, "m1", false)
  assert.equal(backgrounds.titleMark(state), "✓ ")
  state = backgrounds.ended(state, "m2", true)
  assert.equal(backgrounds.titleMark(state), "✓ ")
  state = backgrounds.ended(state, "m3", false)
  assert.equal(backgrounds.titleMark(state), "(2) ")
})

test("what the server does not know yet is on its way, not finished", () => {
  const begun = backgrounds.began(backgrounds.nothingInBackground, reply(1))

  assert.equal(backgrounds.looked(begun, []).finished.length, 0)

  const seen = backgrounds.looked(begun, [{ ...reply(1), isRunning: true }])
  assert.equal(backgrounds.looked(seen, []).finished.length, 1)
})

/** A page on which a reply runs. */
function running({ notifies = false } = {}) {
  const world = new FakeWorld()
  const store = new Store({
    ...firstState,
    settings: { ...firstState.settings, notifies },
    chosenId: "c1",
    conversation: { id: "c1", title: "Plan", messages: [{ id: "m1" }] },
    running: { questionId: "m1", replyId: "r1" },
  })
  const shown = []
  const notified = []
  let active = [{ conversationId: "c1", messageId: "m1", isRunning: true }]
  const api = { active: () => Promise.resolve(active) }
  const signs = {
    show: (mark, count) => shown.push([mark, count]),
    notify: ({ title }) => notified.push(title),
  }
  new BackgroundWatch({ store, api, world, signs }).begin()
  const end = () => {
    active = [{ conversationId: "c1", messageId: "m1", isRunning: false }]
  }
  return { world, store, shown, notified, end }
}

test("a page that nobody looks at asks, marks its title, and clears it upon return", async () => {
  const { world, shown, notified, end } = running()
  world.setVisible(false)
  await world.pass(5_000)
  assert.deepEqual(shown, [])
  end()
  await world.pass(5_000)
  assert.deepEqual(shown, [["✓ ", 1]])
  assert.deepEqual(notified, [])
  world.setVisible(true)
  assert.deepEqual(shown.at(-1), ["", 0])
})

test("who asked for it is notified, with the title and nothing else", async () => {
  const { world, notified, end } = running({ notifies: true })
  world.setVisible(false)
  end()
  await world.pass(5_000)
  await world.pass(60_000)
  assert.deepEqual(notified, ["Plan"])
})

test("a reply that ends before the reader's eyes is no news", async () => {
  const { world, store, shown } = running({ notifies: true })
  store.update((state) => ({ ...state, running: null }))
  world.setVisible(false)
  await world.pass(20_000)
  assert.deepEqual(shown, [])
})

test("a click at a notification brings the page to the front, and puts the notification away", async (t) => {
  const browser = fakeBrowser(t)
  const { browserSigns } = await import("../../Public/js/background-signs.js")

  await browserSigns.notify({ conversationId: "c1", title: "Plan" })
  const [shown] = browser.shown
  assert.equal(shown.how.body, "Plan")
  shown.dispatchEvent(new Event("click"))

  assert.deepEqual([browser.focused, shown.isClosed], [1, true])
})

test("where only the worker may speak, it is told which page to bring to the front", async (t) => {
  const browser = fakeBrowser(t, { isForbidden: true })
  const { browserSigns } = await import("../../Public/js/background-signs.js")

  await browserSigns.notify({ conversationId: "c1", title: "Plan" })

  assert.deepEqual(browser.shown, [])
  assert.deepEqual(browser.byWorker.map(({ data }) => data), [{
    address: "https://s.example/?c=c1",
  }])
})

/** Brings what the system says to the reader, until the test is over. */
function fakeBrowser(t, { isForbidden = false } = {}) {
  const browser = { shown: [], byWorker: [], focused: 0 }
  class Notification extends EventTarget {
    static permission = "granted"
    isClosed = false

    constructor(_title, how) {
      if (isForbidden) throw new TypeError("Illegal constructor")
      super()
      this.how = how
      browser.shown.push(this)
    }

    close() {
      this.isClosed = true
    }
  }
  const registration = {
    showNotification: (_title, how) => Promise.resolve(browser.byWorker.push(how)),
  }
  const globals = {
    Notification,
    document: { title: "" },
    location: { href: "https://s.example/?c=c1" },
    focus: () => browser.focused += 1,
    navigator: {
      serviceWorker: { getRegistration: () => Promise.resolve(registration) },
    },
  }
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name)
    Object.defineProperty(globalThis, name, {
      value,
      configurable: true,
      writable: true,
    })
    t.after(() => {
      if (before) Object.defineProperty(globalThis, name, before)
      else delete globalThis[name]
    })
  }
  listenToConsole(t)
  return browser
}
