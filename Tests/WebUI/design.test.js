import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { test } from "node:test"

const root = new URL("../../", import.meta.url)
const base = readFileSync(new URL("Public/css/base.css", root), "utf8")
const design = readFileSync(new URL("Docs/Design.md", root), "utf8")

/** The custom properties that a block of the style sheet sets. */
function tokens(block) {
  const found = [...block.matchAll(/(--[\w-]+):\s*([^;]+);/g)]
  return new Map(
    found.map(([, name, value]) => [name, value.replaceAll(/\s+/g, " ")]),
  )
}

/** What stands between the braces behind a selector. */
function block(selector) {
  const start = base.indexOf(`${selector} {`)
  assert.ok(start >= 0, selector)
  return base.slice(start, base.indexOf("}", start))
}

const usual = tokens(block(":root"))
const strong = tokens(block(`:root[data-contrast="more"]`))

/** The colours of a token: `[light, dark]`. */
function colours(set, name) {
  return /light-dark\((#\w{6}), (#\w{6})\)/.exec(set.get(name) ?? "")?.slice(1)
}

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

test("every token is described, and every described token is there", () => {
  const described = new Set(design.match(/--[a-z][\w-]*/g))
  const inRanges = ["--step-2", "--step-3", "--step-4", "--step-5", "--step-6"]

  assert.deepEqual(
    [...usual.keys()].filter((name) => !described.has(name) && !inRanges.includes(name)),
    [],
  )
  assert.deepEqual([...described].filter((name) => !usual.has(name)), [])
})

test("the described colours are those of the page", () => {
  const rows = [
    ...design.matchAll(/^\| `(--[\w-]+)` \| `(#\w{6})` \| `(#\w{6})` \|/gm),
  ]

  assert.ok(rows.length >= 13)
  for (const [, name, light, dark] of rows) {
    assert.deepEqual(colours(usual, name), [light, dark])
  }
})

const grounds = ["--paper", "--surface", "--sunken", "--reader"]

for (
  const [name, set, ofText] of [["usual", usual, 4.5], ["high", strong, 7]]
) {
  test(`with ${name} contrast all text has at least ${ofText} to 1`, () => {
    const pairs = [
      "--ink",
      "--ink-soft",
      "--accent",
      "--accent-strong",
      "--alarm",
    ].flatMap((text) => grounds.map((ground) => [text, ground]))
    pairs.push(["--on-accent", "--accent"], ["--on-accent", "--accent-strong"])
    pairs.push(["--alarm", "--alarm-soft"])

    for (const [text, ground] of pairs) {
      const inks = colours(set, text)
      const papers = colours(set, ground)
      for (const scheme of [0, 1]) {
        const ratio = contrast(inks[scheme], papers[scheme])
        assert.ok(
          ratio >= ofText,
          `${text} on ${ground}, ${scheme}: ${ratio.toFixed(2)}`,
        )
      }
    }
  })

  test(`with ${name} contrast borders of controls have at least 3 to 1`, () => {
    for (const ground of ["--paper", "--surface"]) {
      for (const scheme of [0, 1]) {
        const line = colours(set, "--line-strong")[scheme]
        assert.ok(
          contrast(line, colours(set, ground)[scheme]) >= 3,
          `${ground}, ${scheme}`,
        )
      }
    }
  })
}

// The colours of code are those of highlights, which know no custom properties in every browser.
const ofCode = "code.css"

test("no style sheet but that of code names a colour of its own", () => {
  const folder = new URL("Public/css/", root)
  const others = readdirSync(folder).filter((name) => name !== "base.css" && name !== ofCode)
  const own = others.flatMap(
    (name) => {
      const lines = readFileSync(new URL(name, folder), "utf8").split("\n")
      return lines.filter((line) => /#[0-9a-f]{3,8}\b/i.test(line) && !/^\s*#/.test(line))
        .map((line) => `${name}: ${line.trim()}`)
    },
  )

  assert.deepEqual(own, [])
})

test("no style sheet knows left from right", () => {
  const folder = new URL("Public/css/", root)
  const sided =
    /(?:^|[\s;-])(?:margin|padding|border|inset)-(?:left|right)\b|^\s*(?:left|right):|text-align:\s*(?:left|right)|float:/
  const found = readdirSync(folder).flatMap((name) =>
    readFileSync(new URL(name, folder), "utf8").split("\n").filter((line) => sided.test(line))
      .map((line) => `${name}: ${line.trim()}`)
  )

  assert.deepEqual(found, [])
})
