import assert from "node:assert/strict"
import { test } from "node:test"
import { firstState } from "../../Public/js/chat-state.js"
import { Shelf } from "../../Public/js/shelf.js"
import { Store } from "../../Public/js/store.js"
import {
  noteUnread,
  Unread,
  unreadIn,
  withActive,
  withOpened,
  withSeen,
} from "../../Public/js/unread.js"
import { FakeAPI, FakeStorage, FakeWorld, listenToConsole } from "./fakes.js"
import { forAny } from "./property.js"

const reply = (conversationId, messageId, isRunning = false) => ({
  conversationId,
  messageId,
  isRunning,
})

test("a reply that ended while nobody looked is unread, in every tab, until it is opened", () => {
  const storage = new FakeStorage()
  const [here, there] = [new Unread(() => storage), new Unread(() => storage)]

  here.heard([reply("a", "1"), reply("b", "2", true), reply("c", "3")], "c")
  assert.deepEqual(there.read(), ["a"])
  there.opened("a")

  assert.deepEqual(here.read(), [])
  here.heard([reply("a", "1"), reply("c", "3")], null)
  assert.deepEqual(here.read(), [])
})

test("a reply that was watched to its end is not unread", () => {
  const unread = new Unread(() => new FakeStorage())
  unread.saw("1")

  unread.heard([reply("a", "1")], null)

  assert.deepEqual(unread.read(), [])
})

test("a next reply makes an opened conversation unread again", () => {
  const storage = new FakeStorage()
  const unread = new Unread(() => storage)
  unread.heard([reply("a", "1")], null)
  unread.opened("a")

  unread.heard([reply("a", "1"), reply("a", "2")], null)

  assert.deepEqual(unread.read(), ["a"])
})

test("a storage that is broken, full or forbidden only loses the dots", (t) => {
  listenToConsole(t)
  const broken = new FakeStorage()
  for (const value of ["{", "7", "null", '{"ended":[["a"],7],"seen":"x"}']) {
    broken.values.set("shuren.unread", value)
    assert.deepEqual(new Unread(() => broken).read(), [])
  }
  const none = new Unread(() => {
    throw new Error("forbidden")
  })
  none.heard([reply("a", "1")], null)
  none.opened("a")
  assert.deepEqual(none.read(), [])
})

forAny("unread is what ended last, unless it was seen; and what is kept stays small", (any) => {
  let kept = { ended: [], seen: [] }
  const last = new Map()
  const seen = new Set()
  for (let step = 0; step < 60; step += 1) {
    const [id, question] = [any.pick(["a", "b", "c"]), `${step}`]
    if (any.chance(0.3)) {
      kept = withOpened(kept, id)
      if (last.has(id)) seen.add(last.get(id))
    } else if (any.chance(0.2)) {
      kept = withSeen(kept, question)
      seen.add(question)
    } else {
      const chosen = any.pick(["a", null])
      kept = withActive(kept, [reply(id, question)], chosen)
      if (id === chosen) seen.add(question)
      else last.set(id, question)
    }
    const unread = [...last].filter(([, last]) => !seen.has(last)).map(([id]) => id)
    assert.deepEqual([...unreadIn(kept)].sort(), unread.sort())
  }
  for (let step = 0; step < 300; step += 1) {
    kept = withActive(kept, [reply(`${step}`, `x${step}`)], null)
  }
  for (let step = 0; step < 300; step += 1) kept = withSeen(kept, `y${step}`)
  assert.ok(kept.ended.length <= 100 && kept.seen.length <= 200)
})

test("what was read on one page, as the onboarding is, is no news on another", () => {
  const storage = new FakeStorage()
  const [chat, onboarding] = [pageOver(storage), pageOver(storage)]

  onboarding.store.update((state) => ({ ...state, chosenId: "talk" }))
  onboarding.shelf.saw("1")
  chat.shelf.heard([reply("talk", "1"), reply("other", "2")])
  assert.deepEqual(chat.store.get().unread, ["other"])

  chat.shelf.heard([reply("talk", "3")])
  assert.deepEqual(chat.store.get().unread, ["talk", "other"])
  onboarding.shelf.opened("talk")
  chat.target.dispatchEvent(
    Object.assign(new Event("storage"), { key: "shuren.unread" }),
  )
  assert.deepEqual(chat.store.get().unread, ["other"])
})

/** A page with a conversation, whose browser keeps what was read here. */
function pageOver(storage) {
  const [store, target] = [new Store(firstState), new EventTarget()]
  const shelf = new Shelf({
    store,
    api: new FakeAPI(),
    world: new FakeWorld(),
  })
  noteUnread(shelf, { storage: () => storage, target })
  return { store, shelf, target }
}
