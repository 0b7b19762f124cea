import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { product } from "../../Public/js/qr/field.js"
import { masks, penalty } from "../../Public/js/qr/masks.js"
import { maskedCode, mostBytes, qrCode } from "../../Public/js/qr/qr-code.js"
import { darkPath } from "../../Public/js/qr/qr-drawing.js"
import { dataCodewords, versions } from "../../Public/js/qr/versions.js"
import { forAny } from "./property.js"
import { readCode } from "./qr-reader.js"

const { cases } = JSON.parse(
  readFileSync(new URL("qr-cases.json", import.meta.url), "utf8"),
)

/** All modules as digits to base 16, row after row, filled with light ones. */
function digits(code) {
  let bits = ""
  for (let row = 0; row < code.size; row += 1) {
    for (let column = 0; column < code.size; column += 1) {
      bits += code.isDark(row, column) ? 1 : 0
    }
  }
  return (bits.match(/.{1,4}/g) ?? []).map((four) => parseInt(four.padEnd(4, "0"), 2).toString(16))
    .join("")
}

for (const { text, mask, size, modules } of cases) {
  test(`a code of ${size} modules with mask ${mask} is as another encoder makes it`, () => {
    const code = maskedCode(text, mask)
    assert.equal(code.size, size)
    assert.equal(digits(code), modules)
  })
}

test("the versions hold as much as the standard says (ISO/IEC 18004, table 7)", () => {
  assert.deepEqual(
    versions.map((version) => dataCodewords(version)),
    [16, 28, 44, 64, 86, 108, 124, 154, 182, 216, 254, 290, 334, 365, 415],
  )
})

/**
 * A text with no half of a pair of surrogates, as `toWellFormed` makes it where there is one.
 *
 * @param {string} text
 */
function wellFormed(text) {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text))
}

forAny(
  "any text up to the bound is read again from its code, and its mask is the easiest",
  (any) => {
    let text = wellFormed(any.many(0, 40, () => any.text(any.pick([1, 12, 30]))).join(""))
    while (new TextEncoder().encode(text).length > mostBytes) {
      text = wellFormed(text.slice(0, -1))
    }
    const code = qrCode(text)
    const { read, mask } = readCode(code)
    assert.equal(read, text)
    const points = masks.map((_, one) => {
      const other = maskedCode(text, one)
      return penalty({
        size: other.size,
        isDark: (row, column) => other.isDark(row, column),
      })
    })
    assert.equal(points[mask], Math.min(...points))
  },
)

test("one byte more than the bound is refused, the bound itself is not", () => {
  assert.equal(readCode(qrCode("x".repeat(mostBytes))).read.length, mostBytes)
  assert.throws(() => qrCode("x".repeat(mostBytes + 1)), RangeError)
})

forAny(
  "the field has one and an inverse for each element but nothing",
  (any) => {
    const [left, right, third] = [
      any.integer(0, 255),
      any.integer(0, 255),
      any.integer(0, 255),
    ]
    assert.equal(product(left, right), product(right, left))
    assert.equal(
      product(product(left, right), third),
      product(left, product(right, third)),
    )
    assert.equal(
      product(left, right ^ third),
      product(left, right) ^ product(left, third),
    )
    assert.equal(product(left, 1), left)
    if (left > 0) {
      const inverse = Array.from({ length: 256 }, (_, one) => one).filter((
        one,
      ) => product(left, one) === 1)
      assert.equal(inverse.length, 1)
    }
  },
)

test("what looks like a finder, runs, squares and too much of one colour cost points", () => {
  const of = (...rows) => ({
    size: rows.length,
    isDark: (row, column) => rows[row][column] === "#",
  })
  // Six runs of six in each direction, 25 squares, and 50 of 100 too many dark ones.
  const dark = of(...Array(6).fill("######"))
  assert.equal(penalty(dark), 12 * 4 + 25 * 3 + 100)
  const board = of("#.#.", ".#.#", "#.#.", ".#.#")
  assert.equal(penalty(board), 0)
  const finder = "#.###.#...."
  const lookalike = of(
    finder,
    ...Array(10).fill(0).map((_, row) => (row % 2 ? "#." : ".#").repeat(6)),
  )
  const without = of(
    "#.#.##.#..#",
    ...Array(10).fill(0).map((_, row) => (row % 2 ? "#." : ".#").repeat(6)),
  )
  assert.ok(penalty(lookalike) - penalty(without) >= 40 - 6)
})

forAny(
  "the drawing has each dark module once, and a quiet zone of four",
  (any) => {
    const size = any.integer(1, 30)
    const dark = Array.from(
      { length: size },
      () => Array.from({ length: size }, () => any.chance(0.5)),
    )
    const drawn = new Map()
    const path = darkPath({ size, isDark: (row, column) => dark[row][column] })
    for (
      const [, x, y, length, back] of path.matchAll(
        /M(\d+) (\d+)h(\d+)v1H(\d+)z/g,
      )
    ) {
      assert.equal(back, x)
      for (let step = 0; step < Number(length); step += 1) {
        const key = `${Number(y) - 4},${Number(x) + step - 4}`
        assert.ok(!drawn.has(key))
        drawn.set(key, true)
      }
    }
    assert.equal(path.replaceAll(/M\d+ \d+h\d+v1H\d+z/g, ""), "")
    dark.forEach((line, row) =>
      line.forEach((isDark, column) => assert.equal(drawn.has(`${row},${column}`), isDark))
    )
  },
)
