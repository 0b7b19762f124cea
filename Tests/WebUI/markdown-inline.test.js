import assert from "node:assert/strict"
import { test } from "node:test"
import { parseInline } from "../../Public/js/markdown/inline.js"
import { computedMs, forAny } from "./property.js"

const strong = (...children) => ({ type: "strong", children })
const em = (...children) => ({ type: "em", children })
const del = (...children) => ({ type: "del", children })
const code = (text) => ({ type: "code", text })
const html = (text) => ({ type: "html", text })
const bare = (href) => ({ ...link(href, href), isBare: true })
const link = (href, ...children) => ({ type: "link", href, children })

function tells(rows, options) {
  for (const [source, ...expected] of rows) {
    assert.deepEqual(parseInline(source, options), expected, source)
  }
}

test("emphasis is what CommonMark says it is", () => {
  tells([
    ["a **b** c", "a ", strong("b"), " c"],
    ["*a* _b_", em("a"), " ", em("b")],
    ["***a***", em(strong("a"))],
    ["**a *b* c**", strong("a ", em("b"), " c")],
    ["*a **b***", em("a ", strong("b"))],
    ["~~gone~~ ~kept~", del("gone"), " ~kept~"],
    ["2 * 3 * 4", "2 * 3 * 4"],
    ["snake_case_name", "snake_case_name"],
    ["a*b*c", "a", em("b"), "c"],
    ["**a", "**a"],
    ["**", "**"],
    ["**重要：**注意", "**重要：**注意"],
    ["\\*a\\*", "*a*"],
    ["*a `*` b*", em("a ", code("*"), " b")],
  ])
})

test("code is taken as it is", () => {
  tells([
    ["`a **b**`", code("a **b**")],
    ["`` a`b ``", code("a`b")],
    ["`a\\`", code("a\\")],
    ["`a", "`a"],
    ["``a`", "``a`"],
  ])
})

test("links are made of brackets, of angles and of bare addresses", () => {
  tells([
    ["[a](https://b.c)", link("https://b.c", "a")],
    ["[a *b*](https://b.c 'title')", { ...link("https://b.c", "a ", em("b")), title: "title" }],
    ["[a](<https://b.c/ d>)", link("https://b.c/ d", "a")],
    ["[a](https://b.c/(d))", link("https://b.c/(d)", "a")],
    ["![alt](https://b.c/d.png)", {
      type: "image",
      href: "https://b.c/d.png",
      children: ["alt"],
    }],
    ["see https://b.c/d.", "see ", bare("https://b.c/d"), "."],
    ["(https://b.c)", "(", bare("https://b.c"), ")"],
    ["<https://b.c>", link("https://b.c", "https://b.c")],
    ["<mailto:a@b.c>", link("mailto:a@b.c", "mailto:a@b.c")],
    ["[1] and [a]", "[1] and [a]"],
    ["[a](", "[a]("],
    ["https://", "https://"],
  ])
})

test("entities and line breaks are read, tags stay text", () => {
  tells([
    ["&lt;a&gt; &amp; &#65;&#x42; &unknown;", "<a> & AB &unknown;"],
    ["&#0;&#xD800;", "\ufffd\ufffd"],
    ["a  \nb", "a", { type: "break" }, "b"],
    ["a\\\nb", "a", { type: "break" }, "b"],
    ["a<br>b", "a", { type: "break" }, "b"],
    ["a\nb", "a\nb"],
    ["<script>alert(1)</script>", html("<script>"), "alert(1)", html("</script>")],
  ])
})

test("what has been begun is shown as it will most likely end", () => {
  tells([
    ["a **b", "a ", strong("b")],
    ["a **b*", "a ", strong("b")],
    ["a **", "a "],
    ["*a **b", em("a ", strong("b"))],
    ["`a", code("a")],
    ["[a](https://b", link(null, "a")],
    ["a [", "a "],
  ], { isOpen: true })
})

forAny("nothing makes the parser throw, open or not, and marks alone lose no letters", (any) => {
  const text = any.text(40)

  parseInline(text, { isOpen: true })
  const parsed = parseInline(text)

  const letters = (value) => value.replaceAll(/[^a-zA-Zデータ]/g, "")
  const shown = letters(textOf(parsed))
  assert.ok(letters(text).length >= shown.length)
})

test("hostile texts take no longer than long ones", () => {
  const size = 20_000
  const hostile = [
    "*".repeat(size),
    "*a ".repeat(size),
    "*a **b ".repeat(size),
    "a**b".repeat(size),
    "_a* ".repeat(size),
    "[".repeat(size),
    "[a](".repeat(size),
    "![[]()".repeat(size),
    "`a``b```".repeat(size / 10),
    Array.from({ length: 400 }, (_, index) => "`".repeat(index + 1)).join(" "),
    "<".repeat(size),
    "&#".repeat(size),
    "h".repeat(size),
    "https://a".repeat(size / 10),
    "a  \n".repeat(size),
    "a\n".repeat(size),
    "a" + " ".repeat(size) + "b\n".repeat(size),
    "[a](".repeat(size) + ")",
    "https://a" + ")".repeat(size) + "x".repeat(size),
    " ".repeat(size) + "x",
    "[a](" + "(".repeat(size),
    '[a](b "' + "c".repeat(size),
  ]

  for (const text of hostile) {
    for (const isOpen of [false, true]) {
      const start = computedMs()
      parseInline(text, { isOpen })
      const took = computedMs() - start
      assert.ok(took < 1_500, `${text.slice(0, 20)}… took ${Math.round(took)} ms`)
    }
  }
})

function textOf(inlines) {
  return inlines.map((inline) => {
    if (typeof inline === "string") return inline
    return inline.type === "break" ? "\n" : inline.text ?? textOf(inline.children)
  }).join("")
}
