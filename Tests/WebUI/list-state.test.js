import assert from "node:assert/strict"
import { test } from "node:test"
import * as states from "../../Public/js/chat-state.js"
import * as changes from "../../Public/js/list-changes.js"
import * as lists from "../../Public/js/list-state.js"
import * as replies from "../../Public/js/reply-state.js"
import { summary } from "../../Public/js/shelf-api.js"
import { forAny } from "./property.js"

const page = (summaries, next = null) => ({ summaries, next })
const one = (id, updatedAt = 1, more = {}) => summary({ id, title: id, updatedAt, ...more })
const ids = ({ summaries }) => summaries.map(({ id }) => id)

function asking(text = "Hello") {
  return replies.asked(states.firstState, { id: "q", conversationId: "c", text }, 5)
}

test("a conversation that was asked in comes first, and stays what it was", () => {
  const listed = lists.listed(
    states.firstState,
    page([one("a"), one("c", 1, { isPinned: true })]),
  )

  const state = replies.asked(
    { ...states.chosen(listed, "c"), conversationPhase: "new" },
    { id: "q", conversationId: "c", text: "Hello" },
    5,
  )

  assert.deepEqual(state.summaries.map(({ id, title }) => [id, title]), [["c", "c"], ["a", "a"]])
  assert.equal(state.summaries[0].isPinned, true)
})

test("a list that was on its way does not hide what was begun meanwhile", () => {
  assert.deepEqual(ids(lists.listed(asking(), page([]))), ["c"])
})

test("a long question is shortened to a title, between characters", () => {
  const { summaries } = asking("👩".repeat(60))

  assert.equal([...summaries[0].title].length, 48)
  assert.match(summaries[0].title, /^(👩)+…$/u)
})

/** A server with conversations at different times, and pages of them. */
function server(any) {
  const all = any.many(0, 20, () => 0).map((_, index) => one(`c${index}`, 1000 - index))
  const size = any.integer(1, 6)
  return {
    all,
    touch(at, now) {
      const [touched] = all.splice(at, 1)
      if (touched) all.unshift({ ...touched, updatedAt: now })
    },
    page(before = null) {
      const rest = before === null ? all : all.filter(({ updatedAt }) => updatedAt < Number(before))
      const shown = rest.slice(0, size)
      return page(shown, rest.length > size ? String(shown[shown.length - 1].updatedAt) : null)
    },
  }
}

forAny("pages bring every conversation once, in order, whatever is touched meanwhile", (any) => {
  const { all, touch, page } = server(any)
  let state = lists.listed(states.firstState, page())
  for (let step = 0; step < 60; step += 1) {
    if (any.chance(0.3) && all.length > 0) {
      touch(any.integer(0, all.length - 1), 2000 + step)
      state = lists.listed(state, page())
    }
    if (state.listCursor !== null) state = changes.continued(state, page(state.listCursor))
    assert.equal(new Set(ids(state)).size, state.summaries.length)
  }
  state = lists.listed(state, page())

  assert.equal(state.listCursor, null)
  assert.deepEqual(ids(state), all.map(({ id }) => id))
})

forAny("what has gone elsewhere from the first page is gone here", (any) => {
  const { all, page } = server(any)
  const first = page()
  const state = changes.continued(lists.listed(states.firstState, first), page(first.next ?? "0"))
  const gone = all.splice(any.integer(0, Math.max(0, first.summaries.length - 1)), 1)

  const after = lists.listed(state, page())

  for (const { id } of gone) assert.ok(!ids(after).includes(id))
})

test("a first page that does not lead up to what was known starts anew", () => {
  const old = lists.listed(states.firstState, page([one("a", 3), one("b", 2)], "2"))

  const state = lists.listed(old, page([one("x", 9), one("y", 8)], "8"))

  assert.deepEqual(ids(state), ["x", "y"])
  assert.equal(state.listCursor, "8")
})

forAny("what leaves the list and comes back is in its old place", (any) => {
  const all = any.many(1, 10, () => 0).map((_, index) => one(`c${index}`, 100 - index))
  const state = lists.listed(states.firstState, page(all))
  const gone = any.pick(all)

  const back = changes.putBack(changes.takenOut(state, gone.id), gone)

  assert.deepEqual(back.summaries, state.summaries)
})

test("marks follow what the server says, but for the reply that this page follows", () => {
  const state = lists.listed(asking(), page([one("a", 1, { isRunning: true }), one("b"), one("d")]))
  const active = [
    { conversationId: "b", messageId: "1", isRunning: true },
    { conversationId: "d", messageId: "2", isRunning: false },
  ]

  const after = lists.marked(state, active)

  const marks = Object.fromEntries(after.summaries.map(({ id, isRunning }) => [id, isRunning]))
  assert.deepEqual(marks, { a: false, b: true, c: true, d: false })
  assert.equal(lists.marked(after, active), after)
})
