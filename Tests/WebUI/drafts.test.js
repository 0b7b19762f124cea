import assert from "node:assert/strict"
import { test } from "node:test"
import { Drafts } from "../../Public/js/drafts.js"
import { FakeStorage, listenToConsole } from "./fakes.js"

test("every conversation has its own draft, a new one too", () => {
  const storage = new FakeStorage()
  const drafts = new Drafts(() => storage)

  drafts.write(null, "new")
  drafts.write("a", "for a")

  assert.equal(drafts.read(null), "new")
  assert.equal(drafts.read("a"), "for a")
  assert.equal(drafts.read("b"), "")
})

test("an empty draft leaves nothing behind", () => {
  const storage = new FakeStorage()
  const drafts = new Drafts(() => storage)

  drafts.write("a", "something")
  drafts.write("a", "")

  assert.equal(storage.values.size, 0)
})

test("storage that is forbidden or full costs the draft and nothing else", (context) => {
  const said = listenToConsole(context)
  const drafts = new Drafts(() => {
    throw new Error("forbidden")
  })

  drafts.write("a", "text")

  assert.equal(drafts.read("a"), "")
  assert.match(String(said[0]?.[1]), /forbidden/)
})
