import assert from "node:assert/strict"
import { test } from "node:test"
import { languageOf, pieces } from "../../Public/js/spoken-text.js"
import { forAny } from "./property.js"

test("the language of a text is told by its script, and the reader's own kind of it is taken", () => {
  for (
    const [text, wanted, language] of [
      ["Hello there", ["en-GB", "en"], "en-GB"],
      ["Hello there", ["de-AT", "en"], "de-AT"],
      ["Hello there", ["zh-CN", "en-US"], "en-US"],
      ["Hello there", ["zh-CN"], "en"],
      ["你好，世界", ["en-US"], "zh-CN"],
      ["你好，世界", ["en-US", "zh-TW"], "zh-TW"],
      ["用 Swift 写的程序运行得很快", ["en-US"], "zh-CN"],
      ["The word 树人 means a tree and a person", ["en-US", "zh-CN"], "en-US"],
      ["今日は天気がいいですね", ["zh-CN", "en"], "ja"],
      ["안녕하세요", [], "ko"],
      ["Привет, мир", ["uk-UA", "en"], "ru"],
      ["123 + 456", ["fr-FR"], "fr-FR"],
      ["", [], "en"],
    ]
  ) {
    assert.equal(languageOf(text, wanted), language, text)
  }
})

forAny(
  "what is read in pieces is the text, in order, and no piece is too long",
  (any) => {
    const words = any.many(0, 120, () =>
      any.pick([
        "word ",
        "long, ",
        "End. ",
        "好。",
        "你好",
        "\n\n",
        "x".repeat(230),
        "👩‍🌾",
        "3.5 ",
        "! ",
      ]))
    const text = words.join("")

    const all = pieces(text)

    const visible = (/** @type {string} */ some) => some.replace(/\s+/g, "")
    assert.equal(visible(all.join("")), visible(text))
    for (const piece of all) {
      assert.ok(piece.length <= 200, String(piece.length))
      assert.notEqual(piece.trim(), "")
      assert.ok(!/[\ud800-\udbff]$/.test(piece), "never within a character")
    }
  },
)

test("short sentences are read in one breath, long ones one by one", () => {
  assert.deepEqual(pieces("One. Two. Three."), ["One. Two. Three."])
  const long = `${"a ".repeat(80)}end.`
  assert.deepEqual(pieces(`${long} ${long}`), [`${long} `, long])
})
