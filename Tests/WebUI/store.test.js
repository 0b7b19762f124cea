import assert from "node:assert/strict"
import { test } from "node:test"
import { renderEachFrame, Store } from "../../Public/js/store.js"
import { forAny } from "./property.js"

test("listeners hear of a change, and of nothing else", () => {
  const store = new Store({ count: 0 })
  let heard = 0
  const end = store.subscribe(() => heard += 1)

  store.update((state) => state)
  store.update(({ count }) => ({ count: count + 1 }))
  end()
  store.update(({ count }) => ({ count: count + 1 }))

  assert.equal(heard, 1)
  assert.deepEqual(store.get(), { count: 2 })
})

// Feature: chat-text-streaming, Property 30: Render Batching
forAny(
  "the page is rendered at most once a frame, and the last state always is",
  (any) => {
    const store = new Store(0)
    let frames = []
    const rendered = []
    renderEachFrame(
      store,
      (state) => rendered.push(state),
      (run) => frames.push(run),
    )

    let frameCount = 0
    for (const changes of any.many(1, 20, () => any.integer(0, 50))) {
      for (let change = 0; change < changes; change += 1) {
        store.update((count) => count + 1)
      }
      assert.ok(frames.length <= 1)
      const due = frames
      frames = []
      frameCount += due.length
      for (const run of due) run()
      if (changes > 0) assert.equal(rendered[rendered.length - 1], store.get())
    }

    assert.equal(rendered.length, frameCount)
  },
)

test("nothing is rendered after the end, not even what was due", () => {
  const store = new Store(0)
  const frames = []
  let count = 0
  const end = renderEachFrame(
    store,
    () => count += 1,
    (run) => frames.push(run),
  )

  store.update((state) => state + 1)
  end()
  for (const run of frames) run()

  assert.equal(count, 0)
})
