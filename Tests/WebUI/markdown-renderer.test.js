import assert from "node:assert/strict"
import { test } from "node:test"
import { MarkdownRenderer } from "../../Public/js/markdown/renderer.js"
import { fakeRoot } from "./fake-document.js"
import { forAny } from "./property.js"

const blocks = [
  "A paragraph with **bold**, *soft* and `code`.",
  "## A title",
  "- one\n- two\n  - deeper\n- three",
  "1. first\n2. second",
  "> quoted\n> twice",
  "```js\nlet a = 1\n\nlet b = 2\n```",
  "| a | b |\n|---|---|\n| 1 | 2 |",
  "[a link](https://example.org) and <b>no tag</b>",
  "---",
  "See [the note], or [that][there].",
  "- in a list: [the note]\n- [there]",
  "[the note]: https://example.org/note",
  "[there]: https://example.org/there",
]

function anyText(any) {
  return any.many(1, 8, () => any.pick([...blocks, any.text(20)])).join("\n\n")
}

function rendered(text) {
  const root = fakeRoot()
  new MarkdownRenderer(root).show(text, { isOpen: false })
  return root
}

forAny("however a reply arrives, the page shows the same in the end", (any) => {
  const text = anyText(any)
  const root = fakeRoot()
  const renderer = new MarkdownRenderer(root)
  let soFar = ""
  for (const piece of any.cut(text)) {
    soFar += piece
    renderer.show(soFar, { isOpen: true })
  }
  renderer.show(text, { isOpen: false })

  assert.deepEqual(root.shape(), rendered(text).shape(), JSON.stringify(text))
})

forAny("a finished block keeps its nodes while the rest arrives", (any) => {
  const [first, second] = ["A paragraph with **bold**.", "- one\n- two"]
  const rest = anyText(any)
  const root = fakeRoot()
  const renderer = new MarkdownRenderer(root)
  let soFar = `${first}\n\n${second}\n\nEnd\n\n`
  renderer.show(soFar, { isOpen: true })
  const kept = root.childNodes.slice(0, 2).flatMap((
    node,
  ) => [node, ...node.all()])
  const shapes = root.childNodes.slice(0, 2).map((node) => node.shape())

  for (const piece of any.cut(rest)) {
    soFar += piece
    renderer.show(soFar, { isOpen: true })
  }

  assert.deepEqual(
    root.childNodes.slice(0, 2).flatMap((node) => [node, ...node.all()]),
    kept,
  )
  assert.deepEqual(
    root.childNodes.slice(0, 2).map((node) => node.shape()),
    shapes,
  )
})

forAny(
  "plain prose only ever gains: text nodes grow and none is replaced",
  (any) => {
    const words = any.many(
      3,
      60,
      () => any.pick(["word", "and", "**bold**", "`code`", "*soft*", "."]),
    )
    const text = words.join(" ")
    const root = fakeRoot()
    const renderer = new MarkdownRenderer(root)
    let before = []
    for (let end = 1; end <= text.length; end += 1) {
      renderer.show(text.slice(0, end), { isOpen: true })
      const nodes = root.all()
      for (const node of before) {
        assert.ok(
          nodes.includes(node),
          text.slice(0, end),
        )
      }
      assert.ok(!nodes.some((node) => node.wasReplaced), text.slice(0, end))
      before = nodes
    }
  },
)

test("another text in place of the first is shown from its beginning", () => {
  const root = fakeRoot()
  const renderer = new MarkdownRenderer(root)

  renderer.show("Half **of", { isOpen: true })
  renderer.show("Another\n\n- text", { isOpen: false })

  assert.deepEqual(root.shape(), rendered("Another\n\n- text").shape())
})

test("a code block has its tools behind the text, which is one node", () => {
  const [, , [, , code], tools] = rendered("```js\nlet a\nlet b\n```").shape()[2]

  assert.deepEqual(code, ["code", {}, "let a\nlet b"])
  assert.deepEqual(tools, ["code-tools", {}])
})

test("a block is finished when another follows it, the last one at the end", () => {
  const root = fakeRoot()
  const finished = new Set()
  const renderer = new MarkdownRenderer(root, (block) => finished.add(block))

  renderer.show("```js\nlet a\n```\n", { isOpen: true })
  assert.deepEqual([...finished], [])
  renderer.show("```js\nlet a\n```\n\nThen", { isOpen: true })
  assert.deepEqual([...finished], root.childNodes.slice(0, 1))
  renderer.show("```js\nlet a\n```\n\nThen", { isOpen: false })
  assert.deepEqual([...finished], root.childNodes)
})

forAny("however a reply arrives, no block stays unfinished", (any) => {
  const text = anyText(any)
  const root = fakeRoot()
  const finished = new Set()
  const renderer = new MarkdownRenderer(root, (block) => finished.add(block))
  let soFar = ""
  for (const piece of any.cut(text)) {
    soFar += piece
    renderer.show(soFar, { isOpen: true })
  }
  renderer.show(text, { isOpen: false })

  assert.ok(root.childNodes.every((block) => finished.has(block)))
})
