import assert from "node:assert/strict"
import { test } from "node:test"
import {
  emptyDocument,
  finishedBlocks,
  grown,
  openBlocks,
} from "../../Public/js/markdown/document.js"
import { branchesOf, levelAbove } from "../../Public/js/markdown/tree.js"
import { computedMs } from "./property.js"

const lines = (count, line) => Array.from({ length: count }, (_, index) => line(index)).join("\n")

/** Texts that make careless parsers slow, by their size. */
const hostile = {
  "brackets that open": (n) => "[".repeat(n),
  "brackets that open and close": (n) => "[".repeat(n) + "a" + "]".repeat(n),
  "labels within labels": (n) => "[a]: b\n\n" + "[a][".repeat(n),
  "links that begin": (n) => "[a](".repeat(n),
  "links that begin, and an end": (n) => "[a](".repeat(n) + " x y",
  "links with half a title": (n) => "[a](b '".repeat(n),
  "links with half an angle": (n) => "[a](<b".repeat(n),
  "links around links": (n) => "[".repeat(n) + "[a](b)".repeat(n),
  "images that begin": (n) => "![[".repeat(n),
  "images within images": (n) => "![".repeat(n) + "a" + "](b)".repeat(n),
  "parentheses": (n) => "[a](" + "(".repeat(n),
  "stars": (n) => "*".repeat(n),
  "stars around a letter": (n) => "*".repeat(n) + "a" + "*".repeat(n),
  "emphasis that begins": (n) => "*a ".repeat(n),
  "emphasis within emphasis": (n) => "*a **b ".repeat(n) + "c** d* ".repeat(n),
  "emphasis of two kinds": (n) => "*a ".repeat(n) + "_b_ ".repeat(n),
  "emphasis that crosses": (n) => "_a* ".repeat(n),
  "strikethrough": (n) => "~~a ".repeat(n) + "b~~ ".repeat(n),
  "backticks": (n) => "`a``b```".repeat(n),
  "backticks of every length": (n) =>
    Array.from({ length: Math.sqrt(2 * n) }, (_, index) => "`".repeat(index + 1)).join(" "),
  "tags that begin": (n) => '<a b="'.repeat(n),
  "tags with many attributes": (n) => "a <a" + " b".repeat(n),
  "comments that begin": (n) => "x <!-- <? <!a <![CDATA[ ".repeat(n),
  "HTML blocks": (n) => "<div>\n".repeat(n),
  "addresses": (n) => "https://a.b) www.c.d/(".repeat(n),
  "an address and brackets": (n) => "https://a.b" + ")".repeat(n),
  "references to characters": (n) => "&#&a".repeat(n),
  "dollars": (n) => "$a ".repeat(n) + "$".repeat(n),
  "formulas that begin": (n) => "\\( ".repeat(n) + "\\)",
  "blocks of formulas": (n) => "$$ a\n".repeat(n),
  "backslashes": (n) => "\\".repeat(n),
  "quotes within quotes": (n) => "> ".repeat(n) + "a",
  "quotes without marks": (n) => "> ".repeat(90) + "a\n" + "b\n".repeat(n),
  "items within items": (n) => "- ".repeat(n) + "a",
  "items ever deeper": (n) => lines(Math.sqrt(20 * n), (index) => " ".repeat(index * 2) + "- a"),
  "items": (n) => "1. a\n   - b\n".repeat(n),
  "items and empty lines": (n) => "- a" + "\n".repeat(n) + "  b",
  "definitions": (n) => lines(n, (index) => `[a${index}]: b "`),
  "definitions in use": (n) => lines(n, (index) => `[a${index}]: b\n\nx [a${index}]\n`),
  "definitions and underlines": (n) => "[a]: b\n" + "===\n".repeat(n),
  "a wide table of short rows": (n) =>
    "|a".repeat(n) + "\n" + "|-".repeat(n) + "\n" + "|b\n".repeat(n),
  "half a row of dashes": (n) => "a|b\n" + "|-".repeat(n) + "x",
  "backticks in rows": (n) => "|a|\n|-|\n" + "|`\n".repeat(n),
  "short lines": (n) => "a\n".repeat(n),
  "spaces": (n) => "a" + " ".repeat(n) + "b  \n".repeat(n),
  "tabs": (n) => "\t".repeat(n) + "a",
  "dashes": (n) => "- -".repeat(n) + "a",
  "marks of headings": (n) => "# a" + " #".repeat(n) + "b",
  "fences": (n) => "```\n".repeat(n + 1),
  "paragraphs": (n) => "a\n\n".repeat(n),
}

/** How long it takes to read a text and to choose its elements. */
function duration(text, isOpen) {
  const start = computedMs()
  const document = grown(emptyDocument, text)
  const blocks = isOpen
    ? [...document.frozen, ...openBlocks(document, { isOpen })]
    : finishedBlocks(document)
  branchesOf(blocks, levelAbove)
  return computedMs() - start
}

/** A machine that is busy may need another try; what grows with the square fails them all. */
const tries = 6
const size = 2_000

for (const [name, make] of Object.entries(hostile)) {
  test(`four times as much takes about four times as long: ${name}`, () => {
    for (const isOpen of [false, true]) {
      const [little, much] = [make(size), make(4 * size)]
      duration(little, isOpen)
      const results = []
      do results.push([duration(little, isOpen), duration(much, isOpen)])
      while (!isProportionate(results) && results.length < tries)
      assert.ok(isProportionate(results), results.join("; "))
    }
  })
}

/** The square would be sixteen times as long. */
function isProportionate(results) {
  const least = (index) => Math.min(...results.map((result) => result[index]))
  return least(1) <= 10 * least(0) + 25
}

test("a megabyte on one line, or of one mark, is read", () => {
  const size = 1_000_000
  for (
    const unit of [
      "word *and* ",
      "a",
      "[",
      "*",
      "> ",
      "`",
      "$",
      "<",
      "&",
      "(",
      "\\",
      "|",
      "- ",
      "#",
    ]
  ) {
    for (const prefix of ["", '[a](b "', "<a b='", "[a]: b '"]) {
      duration(prefix + unit.repeat(size / unit.length), false)
    }
  }
})

test("nothing is deeper than the bound, so that no stack is exhausted", () => {
  const depth = (twig) =>
    typeof twig === "string" ? 0 : 1 + Math.max(0, ...twig.children.map(depth))
  for (const [name, make] of Object.entries(hostile)) {
    for (const isOpen of [false, true]) {
      const document = grown(emptyDocument, make(size))
      const blocks = [...document.frozen, ...openBlocks(document, { isOpen })]
      const deepest = branchesOf(blocks, levelAbove).branches.reduce(
        (most, branch) => Math.max(most, depth(branch)),
        0,
      )
      // A hundred containers, an item in each list, and a hundred inlines.
      assert.ok(deepest <= 310, `${name}: ${deepest}`)
    }
  }
})
