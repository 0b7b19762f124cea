import assert from "node:assert/strict"
import { test } from "node:test"
import { firstState } from "../../Public/js/chat-state.js"
import { Problem } from "../../Public/js/problem.js"
import { Store } from "../../Public/js/store.js"
import { isUndoKey, isUntouchedBox, Undo, undoForMs } from "../../Public/js/undo.js"
import { mostUndoables } from "../../Public/js/undo-state.js"
import { FakeWorld, listenToConsole, settle } from "./fakes.js"
import { forAny } from "./property.js"

function desk() {
  const [world, store] = [new FakeWorld(), new Store(firstState)]
  return { world, store, undo: new Undo({ store, world }) }
}

/** An act that says which one was taken back. */
function act(name, took = []) {
  return { sentence: `Did ${name}.`, undone: `${name} is back.`, undo: () => void took.push(name) }
}

const shown = (store) => store.get().undoables.map(({ sentence }) => sentence)

test("what was done is said, and offered for 30 seconds", async () => {
  const { world, store, undo } = desk()

  undo.offer(act("this"))

  assert.match(store.get().status.text, /^Did this\. .*Z takes it back\.$/)
  await world.pass(undoForMs - 1)
  assert.deepEqual(shown(store), ["Did this."])
  await world.pass(1)
  assert.deepEqual(shown(store), [])
  assert.equal(undo.undoLast(), false)
})

forAny("acts are taken back in the opposite order, each of them once", async (any) => {
  const { store, undo } = desk()
  const took = []
  const names = any.many(1, 12, () => any.text(2)).map((text, index) => `${index}${text}`)
  for (const name of names) undo.offer(act(name, took))

  while (undo.undoLast()) if (any.chance(0.5)) await settle()
  await settle()

  assert.deepEqual(took, [...names].reverse())
  assert.deepEqual(store.get().undoables, [])
})

test("what is on its way back is not taken back twice", async () => {
  const { world, store, undo } = desk()
  let arrive = () => {}
  let count = 0
  undo.offer({
    ...act("this"),
    undo: () => (count += 1, new Promise((resolve) => arrive = () => resolve(null))),
  })

  undo.undoLast()
  const { id } = store.get().undoables[0]
  undo.undo(id)
  await world.pass(undoForMs * 2)
  assert.deepEqual(shown(store), ["Did this."], "its clock stands still meanwhile")
  arrive()
  await settle()

  assert.equal(count, 1)
  assert.deepEqual(shown(store), [])
  assert.equal(store.get().status.text, "this is back.")
})

test("what cannot be taken back says why, and can be tried again", async (context) => {
  listenToConsole(context)
  const { world, store, undo } = desk()
  let isOffline = true
  const took = []
  undo.offer({
    ...act("this"),
    undo() {
      if (isOffline) throw new Problem("offline")
      took.push("this")
    },
  })

  undo.undoLast()
  await settle()
  assert.equal(store.get().hint, "Connection lost. Please check your internet.")
  isOffline = false
  await world.pass(undoForMs - 1)
  undo.undoLast()
  await settle()

  assert.deepEqual(took, ["this"])
})

test("an offer stays while somebody looks at it, and then has its whole time again", async () => {
  const { world, store, undo } = desk()
  undo.offer(act("this"))
  await world.pass(undoForMs - 1)

  undo.hold()
  undo.offer(act("that"))
  await world.pass(undoForMs * 3)
  assert.equal(shown(store).length, 2)
  undo.release()
  await world.pass(undoForMs - 1)
  assert.equal(shown(store).length, 2)
  await world.pass(1)

  assert.deepEqual(shown(store), [])
  assert.equal(world.timerCount, 0)
})

test("only so much is remembered, and no clock runs for what is not", () => {
  const { world, store, undo } = desk()

  for (let index = 0; index < mostUndoables + 3; index += 1) undo.offer(act(String(index)))

  assert.equal(shown(store)[0], "Did 3.")
  assert.equal(world.timerCount, mostUndoables)
})

test("an offer that is withdrawn is gone", () => {
  const { world, store, undo } = desk()

  undo.offer(act("this"))()

  assert.deepEqual(shown(store), [])
  assert.equal(world.timerCount, 0)
})

test("the key is Control or Command with Z, and nothing else", () => {
  const none = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false }
  assert.equal(isUndoKey({ ...none, key: "z", ctrlKey: true }), true)
  assert.equal(isUndoKey({ ...none, key: "Z", metaKey: true }), true)
  assert.equal(isUndoKey({ ...none, key: "z" }), false)
  assert.equal(isUndoKey({ ...none, key: "z", ctrlKey: true, shiftKey: true }), false)
  assert.equal(isUndoKey({ ...none, key: "y", ctrlKey: true }), false)
})

test("the key is the page's in a message box that was empty since it got the focus", () => {
  const box = { id: "message-box", value: "" }
  assert.equal(isUntouchedBox(box, null), true)
  assert.equal(isUntouchedBox(box, { id: "search" }), true)
  assert.equal(isUntouchedBox(box, box), false, "what was written and taken away is the text's")
  assert.equal(isUntouchedBox({ ...box, value: "x" }, null), false)
  assert.equal(isUntouchedBox({ id: "search", value: "" }, null), false)
})
