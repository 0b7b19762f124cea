import assert from "node:assert/strict"
import { test } from "node:test"
import { grammars } from "../../Public/js/code/grammars.js"
import { fileName, languageCalled } from "../../Public/js/code/languages.js"

test("a language is known by the names that models give it", () => {
  for (
    const [word, name] of [
      ["js", "JavaScript"],
      ["TypeScript", "TypeScript"],
      ["py", "Python"],
      ["c++", "C++"],
      ["h", "C"],
      ["c#", "C#"],
      ["csharp", "C#"],
      ["bash", "Shell"],
      ["golang", "Go"],
      ["yml", "YAML"],
      ["Dockerfile", "Dockerfile"],
      ["html", "HTML"],
      ["svg", "SVG"],
    ]
  ) assert.equal(languageCalled(word).name, name)
})

test("every grammar is reached by its own name or another", () => {
  for (const grammar of grammars.keys()) {
    const word = grammar === "c" ? "cpp" : grammar
    assert.equal(languageCalled(word).grammar, grammar)
  }
})

test("an unknown language keeps its name, shortened", () => {
  assert.deepEqual(languageCalled("Zig"), {
    name: "Zig",
    extension: "txt",
    grammar: "",
  })
  assert.equal(languageCalled("constructor").grammar, "")
  assert.equal(languageCalled("x".repeat(500)).name.length, 24)
})

test("a file is named by its language", () => {
  for (
    const [word, name] of [
      ["python", "code.py"],
      ["ts", "code.ts"],
      ["html", "code.html"],
      ["docker", "Dockerfile"],
      ["", "code.txt"],
      ["../../etc/passwd", "code.txt"],
    ]
  ) assert.equal(fileName(word), name)
})
