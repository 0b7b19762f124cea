import assert from "node:assert/strict"
import { test } from "node:test"
import {
  emptyDocument,
  grown,
  openBlocks,
  parseMarkdown,
} from "../../Public/js/markdown/document.js"
import { branchesOf, branchOf, levelAbove, plainText } from "../../Public/js/markdown/tree.js"
import { forAny } from "./property.js"

const paragraph = (text) => ({ type: "paragraph", children: [text] })
const item = (...blocks) => ({ isChecked: null, blocks })
const list = (...items) => ({
  type: "list",
  isOrdered: false,
  start: 1,
  items,
})

/** Text made of what begins and ends blocks. */
function anyMarkdown(any) {
  const line = () =>
    any.pick(["", "", "  ", "    ", "\t", "> ", "- "]) +
    any.pick([
      "",
      "",
      "word and *more*",
      "# Title",
      "- item",
      "1. first",
      "2. second",
      "* other",
      "- [x] done",
      "> quoted",
      "```",
      "```js",
      "~~~",
      "````",
      "---",
      "***",
      "| a | b |",
      "|---|:-:|",
      "| 1 | `2|3` |",
      "a | b",
      "**bold",
      "[link](https://a.b)",
      any.text(),
    ])
  return any.many(0, 24, line).map((text) => text + any.pick(["\n", "\n", "\n", "\r\n", "\r"]))
    .join("")
}

function fed(pieces) {
  return pieces.reduce(grown, emptyDocument)
}

function blocksOf(document) {
  return [...document.frozen, ...openBlocks(document, { isOpen: false })]
}

forAny("however a text is cut, the document is the same", (any) => {
  for (let round = 0; round < 5; round += 1) {
    const text = anyMarkdown(any)

    assert.deepEqual(
      blocksOf(fed(any.cut(text))),
      parseMarkdown(text),
      JSON.stringify(text),
    )
  }
})

forAny("a frozen block is final: no further text changes it", (any) => {
  const text = anyMarkdown(any)
  let document = emptyDocument

  for (const piece of any.cut(text)) {
    const next = grown(document, piece)
    for (const [index, block] of document.frozen.entries()) {
      assert.equal(next.frozen[index], block)
    }
    document = next
  }
})

forAny("a text of many blocks is frozen but for its last", (any) => {
  const paragraphs = any.many(
    2,
    30,
    () => "word ".repeat(any.integer(1, 9)).trim(),
  )

  const document = fed(any.cut(paragraphs.join("\n\n") + "\n"))

  assert.equal(document.frozen.length, paragraphs.length - 1)
  assert.equal(document.tail.trim(), paragraphs[paragraphs.length - 1])
})

test("blocks are what readers of Markdown expect", () => {
  const rows = [
    ["a\nb\n\nc", paragraph("a\nb"), paragraph("c")],
    ["# A #", { type: "heading", level: 1, children: ["A"] }],
    ["#no", paragraph("#no")],
    ["# C#", { type: "heading", level: 1, children: ["C#"] }],
    ["## ##", { type: "heading", level: 2, children: [] }],
    ["---", { type: "rule" }],
    ["text\n---", paragraph("text"), { type: "rule" }],
    ["```js\na\n\nb\n```", { type: "code", language: "js", text: "a\n\nb" }],
    ["```\nnever closed", { type: "code", language: "", text: "never closed" }],
    ["````\n```\n````", { type: "code", language: "", text: "```" }],
    [
      "> a\nb\n\nc",
      { type: "quote", blocks: [paragraph("a\nb")] },
      paragraph("c"),
    ],
    ["> ```\n> a\nb", {
      type: "quote",
      blocks: [{ type: "code", language: "", text: "a" }],
    }, paragraph("b")],
    ["- a\n- b", list(item(paragraph("a")), item(paragraph("b")))],
    ["- a\n\n- b", list(item(paragraph("a")), item(paragraph("b")))],
    [
      "- a\n  - b\n    - c\n- d",
      list(
        item(
          paragraph("a"),
          list(item(paragraph("b"), list(item(paragraph("c"))))),
        ),
        item(paragraph("d")),
      ),
    ],
    [
      "- a\n\n  b\n\nc",
      list(item(paragraph("a"), paragraph("b"))),
      paragraph("c"),
    ],
    ["3. a\n4. b", {
      type: "list",
      isOrdered: true,
      start: 3,
      items: [item(paragraph("a")), item(paragraph("b"))],
    }],
    ["1. a\n  - b", {
      type: "list",
      isOrdered: true,
      start: 1,
      items: [item(paragraph("a"), list(item(paragraph("b"))))],
    }],
    ["born in\n1999. A year", paragraph("born in\n1999. A year")],
    [
      "- [x] a\n- [ ] b",
      list(
        { isChecked: true, blocks: [paragraph("a")] },
        { isChecked: false, blocks: [paragraph("b")] },
      ),
    ],
    ["| a | b |\n|:--|--:|\n| 1 | 2 | 3 |\n| x |", {
      type: "table",
      alignments: ["start", "end"],
      head: [["a"], ["b"]],
      rows: [[["1"], ["2"]], [["x"], []]],
    }],
    ["a | b", paragraph("a | b")],
    ["a\0b", paragraph("a\ufffdb")],
  ]

  for (const [text, ...expected] of rows) {
    assert.deepEqual(parseMarkdown(text), expected, text)
  }
})

test("what may still become anything is not shown yet", () => {
  const shown = (text) => openBlocks(fed([text]), { isOpen: true })

  for (
    const text of ["-", "1.", "##", "``", "**", "| a | b |", "| a | b |\n|--"]
  ) {
    assert.deepEqual(shown(text), [], text)
  }
  assert.equal(shown("| a | b |\n|---|---|")[0].type, "table")
  assert.deepEqual(shown("Hello\n-"), [paragraph("Hello")])
})

test("no depth and no length breaks the parser", () => {
  const size = 5_000
  const hostile = [
    ">".repeat(size) + "a",
    "> ".repeat(size) + "a",
    "- ".repeat(size) + "a",
    Array.from({ length: 300 }, (_, index) => " ".repeat(index * 2) + "- a")
      .join("\n"),
    "- a\n".repeat(size),
    "| a ".repeat(size) + "\n" + "|---".repeat(size),
    "|" + "`".repeat(size),
    "```\n".repeat(size + 1),
    "-".repeat(size) + "a",
    "#".repeat(size),
    "\n".repeat(size),
    "a\n".repeat(size),
    "-\n\n".repeat(size),
    "- a" + "\n".repeat(4 * size) + "  b",
    "# " + " ".repeat(4 * size) + "a",
    "# a" + " #".repeat(4 * size) + "b",
    "```" + " ".repeat(4 * size) + "`",
    "~".repeat(4 * size) + "`",
  ]

  for (const text of hostile) {
    const start = performance.now()
    blocksOf(fed([text]))
    const took = performance.now() - start
    assert.ok(
      took < 1_500,
      `${JSON.stringify(text.slice(0, 12))}… took ${Math.round(took)} ms`,
    )
  }
})

test("only known schemes become links", () => {
  const schemes = [
    "javascript:alert(1)",
    "JAVASCRIPT:x",
    "data:text/html,x",
    "//a.b",
    "/a",
    "vbscript:x",
  ]
  for (const href of schemes) {
    const [branch] = parseMarkdown(`[a](${href})`).map(branchOf)
    assert.deepEqual(branch.children[0].attributes, {}, href)
  }
  const [allowed] = parseMarkdown("[a](https://b.c)").map(branchOf)
  assert.equal(allowed.children[0].attributes.href, "https://b.c")
  assert.match(allowed.children[0].attributes.rel, /noopener/)
})

const knownTags = new Set(
  ("p h3 h4 h5 h6 pre code em strong del ul ol li a blockquote br hr div span table thead tbody " +
    "tr th td button").split(" "),
)
const knownAttributes = new Set(
  ("class href target rel data-language data-align data-level data-state role aria-label tabindex type start " +
    "scope").split(" "),
)

forAny("no text chooses a tag or an attribute of its own", (any) => {
  /** Every branch below. */
  const check = (twig) => {
    if (typeof twig === "string") return
    assert.ok(knownTags.has(twig.tag), twig.tag)
    for (const name of Object.keys(twig.attributes)) {
      assert.ok(knownAttributes.has(name), name)
    }
    if (twig.attributes.href) {
      assert.match(twig.attributes.href, /^(https?|mailto):/i)
    }
    twig.children.forEach(check)
  }

  parseMarkdown(anyMarkdown(any) + any.text(40)).map(branchOf).forEach(check)
})

forAny("no heading is more than one level below the one before", (any) => {
  const text = any.many(1, 12, () => "#".repeat(any.integer(1, 6)) + " Title")
    .join("\n\n")

  const { branches } = branchesOf(parseMarkdown(text), levelAbove)

  let above = levelAbove
  for (const { tag } of branches) {
    const level = Number(tag.slice(1))
    assert.ok(level <= above + 1 && level > levelAbove)
    above = level
  }
})

test("the plain text of a reply has its words and none of its marks", () => {
  const text =
    "# Title\n\nSome **bold** and `code`.\n\n- one\n- two\n  - three\n\n| a | b |\n|---|---|\n| 1 | 2 |"

  assert.equal(
    plainText(parseMarkdown(text)),
    "Title\nSome bold and code.\none\ntwo\nthree\na, b\n1, 2",
  )
})
