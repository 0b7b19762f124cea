import assert from "node:assert/strict"
import { test } from "node:test"
import {
  emptyDocument,
  finishedBlocks,
  grown,
  openBlocks,
  parseMarkdown,
} from "../../Public/js/markdown/document.js"
import { branchesOf, branchOf, levelAbove, plainText } from "../../Public/js/markdown/tree.js"
import { computedMs, forAny } from "./property.js"

const paragraph = (text) => ({ type: "paragraph", children: [text] })
const item = (...blocks) => ({ isChecked: null, blocks })
const list = (...items) => ({ type: "list", isOrdered: false, start: 1, isLoose: false, items })
const loose = (...items) => ({ ...list(...items), isLoose: true })

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
      "[name]: https://a.b 'title'",
      "[name]",
      "see [that][name] and [other]",
      "[other]:",
      "'title'",
      "$$",
      "\\[",
      "x = $y$ \\]",
      "<div>",
      "<!-- note",
      "-->",
      "===",
      "    code",
      "\tcode",
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
    const document = fed(any.cut(text))

    assert.deepEqual(blocksOf(document), blocksOf(fed([text])), JSON.stringify(text))
    assert.deepEqual(finishedBlocks(document), parseMarkdown(text), JSON.stringify(text))
  }
})

forAny("what is frozen looks as it would in the finished text", (any) => {
  const text = anyMarkdown(any).replaceAll("[name]:", "[name] ").replaceAll("[other]:", "[other]")

  assert.deepEqual(blocksOf(fed(any.cut(text))), parseMarkdown(text), JSON.stringify(text))
})

forAny("the end of a text changes only blocks with references to later definitions", (any) => {
  const text = anyMarkdown(any) + "\n\n[name]: https://a.b\n\n[other]: https://c.d\n"
  const document = fed(any.cut(text))
  const concerned = new Set(document.unresolved.map(({ place }) => place))

  const finished = finishedBlocks(document)

  for (const [place, block] of document.frozen.entries()) {
    if (!concerned.has(place) && !concerned.has(place - 1)) assert.equal(finished[place], block)
    assert.equal(finished[place].type, block.type)
  }
})

test("a definition counts from where it stands on, and everywhere in the end", () => {
  const link = { type: "link", href: "https://b.c", children: ["a"] }
  const text = "[a]\n\n[a]: https://b.c\n\n[a]\n\nend\n"
  const document = fed([...text])

  assert.deepEqual(document.frozen, [paragraph("[a]"), paragraph(link)])
  assert.deepEqual(finishedBlocks(document)[0], paragraph(link))
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
  const paragraphs = any.many(2, 30, () => "word ".repeat(any.integer(1, 9)).trim())

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
    ["text\n\n---", paragraph("text"), { type: "rule" }],
    ["text\n---", { type: "heading", level: 2, children: ["text"] }],
    ["```js\na\n\nb\n```", { type: "code", language: "js", text: "a\n\nb" }],
    ["```\nnever closed", { type: "code", language: "", text: "never closed" }],
    ["````\n```\n````", { type: "code", language: "", text: "```" }],
    ["> a\nb\n\nc", { type: "quote", blocks: [paragraph("a\nb")] }, paragraph("c")],
    ["> ```\n> a\nb", {
      type: "quote",
      blocks: [{ type: "code", language: "", text: "a" }],
    }, paragraph("b")],
    ["- a\n- b", list(item(paragraph("a")), item(paragraph("b")))],
    ["- a\n\n- b", loose(item(paragraph("a")), item(paragraph("b")))],
    [
      "- a\n  - b\n    - c\n- d",
      list(
        item(paragraph("a"), list(item(paragraph("b"), list(item(paragraph("c")))))),
        item(paragraph("d")),
      ),
    ],
    ["- a\n\n  b\n\nc", loose(item(paragraph("a"), paragraph("b"))), paragraph("c")],
    ["3. a\n4. b", {
      type: "list",
      isOrdered: true,
      start: 3,
      isLoose: false,
      items: [item(paragraph("a")), item(paragraph("b"))],
    }],
    ["1. a\n  - b", {
      type: "list",
      isOrdered: true,
      start: 1,
      isLoose: false,
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

  for (const text of ["-", "1.", "##", "``", "**", "| a | b |", "| a | b |\n|--"]) {
    assert.deepEqual(shown(text), [], text)
  }
  assert.equal(shown("| a | b |\n|---|---|")[0].type, "table")
  assert.deepEqual(shown("Hello\n-"), [paragraph("Hello")])
})

const reply = `# Plan for *today*

Here is **some bold** text with \`code\`, [a link](https://example.org/x "t") and https://b.example/c.d,
5 * 3 < 20 & more &amp; &lt;b&gt; <b>tag</b> [1] [2, 3]. <https://x.example> www.example.org.

1. First item with **bold**
   - nested \`x\`
   - [ ] task
   - [x] done task
2. Second

   More text.

> A quote
> with *two* lines

| a | b |
|---|:-:|
| 1 | \`2\` |
| 3 | **4** |

\`\`\`js
let a = 1
# - > not
\`\`\`

Inline \\(x^2\\) and
$$
a = b
$$

See ![alt *text*](https://b.example/i.png)

- a
- b

***

~~gone~~ *em **strong** em* done! end
`

test("a reply only gains while it is written: nothing that is shown becomes something else", () => {
  const check = (before, after, shown) => {
    assert.equal(typeof before, typeof after, shown)
    if (typeof before === "string") return assert.ok(after.startsWith(before), shown)
    assert.equal(before.tag, after.tag, shown)
    before.children.forEach((child, index) => check(child, after.children[index], shown))
  }
  let document = emptyDocument
  let before = []
  for (const [index, letter] of [...reply].entries()) {
    document = grown(document, letter)
    const blocks = [...document.frozen, ...openBlocks(document, { isOpen: true })]
    const { branches } = branchesOf(blocks, levelAbove)
    before.forEach((branch, place) => check(branch, branches[place], reply.slice(0, index + 1)))
    before = branches
  }
})

test("no depth and no length breaks the parser", () => {
  const size = 5_000
  const hostile = [
    ">".repeat(size) + "a",
    "> ".repeat(size) + "a",
    "- ".repeat(size) + "a",
    Array.from({ length: 300 }, (_, index) => " ".repeat(index * 2) + "- a").join("\n"),
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
    const start = computedMs()
    blocksOf(fed([text]))
    const took = computedMs() - start
    assert.ok(took < 1_500, `${JSON.stringify(text.slice(0, 12))}… took ${Math.round(took)} ms`)
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
  const [broken] = parseMarkdown("[a](https://[)").map(branchOf)
  assert.deepEqual(broken.children[0].attributes, {})
  const [allowed] = parseMarkdown("[a](https://b.c)").map(branchOf)
  assert.equal(allowed.children[0].attributes.href, "https://b.c")
  assert.match(allowed.children[0].attributes.rel, /noopener/)
})

test("a link says where it leads, unless its text does", () => {
  const shown = (text) => {
    const [{ children: [link] }] = parseMarkdown(text).map(branchOf)
    return link.children.map((child) =>
      typeof child === "string" ? child : `<${child.attributes.class}>${child.children.join("")}`
    ).join("")
  }
  const rows = [
    ["[a](https://b.example/c)", "a<link-host> (b.example)"],
    ["[b.example](https://b.example/c)", "b.example"],
    ["[https://b.example/x](https://b.example/c)", "https://b.example/x"],
    ["<https://b.example/c>", "https://b.example/c"],
    ["https://b.example/c", "https://b.example/c"],
    [
      "[https://bank.example](https://evil.example)",
      "https://bank.example<link-host> (evil.example)",
    ],
    [
      "<https://bank.example@evil.example>",
      "https://bank.example@evil.example<link-host> (evil.example)",
    ],
    [
      "[evil.example.bank.example](https://evil.example)",
      "evil.example.bank.example<link-host> (evil.example)",
    ],
    ["[аpple.example](https://аpple.example)", "аpple.example<link-host> (xn--pple-43d.example)"],
    ["[me](mailto:a@b.example)", "me<link-host> (a@b.example)"],
    ["[a](/b)", "a"],
  ]
  for (const [text, expected] of rows) assert.equal(shown(text), expected, text)
})

test("an image is a link, or the words of the link around it, and never fetched", () => {
  const [first, second, third] = parseMarkdown(
    "![a cat](https://b.example/c.png)\n\n[![a cat](https://b.example/c.png)](https://d.example)\n\n" +
      "![](https://b.example/c.png)",
  ).map(branchOf)

  assert.equal(first.children[0].tag, "a")
  assert.equal(first.children[0].attributes.href, "https://b.example/c.png")
  assert.equal(second.children[0].attributes.href, "https://d.example")
  assert.equal(second.children[0].children[0], "a cat")
  assert.equal(third.children[0].children[0], "image")
})

test("HTML is text, and formulas keep their source", () => {
  const [tag, block, formula] = parseMarkdown("a <b>c</b> $x^2$\n\n<div>\n*a*\n</div>\n\n$$\nx\n$$")
    .map(branchOf)

  assert.equal(tag.children[0], "a <b>c</b> ")
  assert.equal(tag.children[1].attributes.class, "math")
  assert.deepEqual(tag.children[1].children, ["x^2"])
  assert.deepEqual(block.children[0].children[0].children, ["<div>\n*a*\n</div>"])
  assert.equal(formula.attributes.class, "math-block")
  assert.deepEqual(formula.children, ["x"])
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
    for (const name of Object.keys(twig.attributes)) assert.ok(knownAttributes.has(name), name)
    if (twig.attributes.href) assert.match(twig.attributes.href, /^(https?|mailto):/i)
    twig.children.forEach(check)
  }

  parseMarkdown(anyMarkdown(any) + any.text(40)).map(branchOf).forEach(check)
})

forAny("no heading is more than one level below the one before", (any) => {
  const text = any.many(1, 12, () => "#".repeat(any.integer(1, 6)) + " Title").join("\n\n")

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
