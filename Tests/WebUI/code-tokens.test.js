import assert from "node:assert/strict"
import { test } from "node:test"
import { grammars, kinds } from "../../Public/js/code/grammars.js"
import { tokens } from "../../Public/js/code/tokens.js"
import { computedMs, forAny } from "./property.js"

const languages = [...grammars.keys()]

/** What a code has, as "kind text". */
function parts(code, language) {
  return tokens(code, language).map(({ start, end, kind }) => `${kind} ${code.slice(start, end)}`)
}

const cases = [
  ["js", "const a = f(1) // b", ["keyword const", "name f", "number 1", "comment // b"]],
  ["js", "a = `x ${b(`y`)} z`", ["string `x ", "name b", "string `y`", "string  z`"]],
  ["js", "x / 2 / y; s = /[/]'/g", ["number 2", "string /[/]'/g"]],
  ["js", "map.delete(new Map())", ["name delete", "keyword new", "type Map"]],
  ["ts", "type A = Array<string>", ["keyword type", "name A", "type Array", "type string"]],
  ["jsx", "<p id='a'>don't {b}</p>", ["keyword p", "string 'a'", "keyword p"]],
  ["py", "@a.b\ndef f(x): # c", ["meta @a.b", "keyword def", "name f", "comment # c"]],
  ["python", 'x = f"a" + """b\n"c"""', ['string f"a"', 'string """b\n"c"""']],
  ["swift", "func f() -> Int { 0x1F }", ["keyword func", "name f", "type Int", "number 0x1F"]],
  ["swift", '"a \\(b("c")) d"', ['string "a ', "name b", 'string "c"', 'string  d"']],
  ["swift", '@Test let a = #"b"#', ["meta @Test", "keyword let", 'string #"b"#']],
  ["json", '{"a": [-1.5e3, true, "b"]}', [
    'name "a"',
    "number -1.5e3",
    "keyword true",
    'string "b"',
  ]],
  ["html", '<p class="a">b &amp; c</p>', [
    "keyword p",
    "name class",
    'string "a"',
    "meta &amp;",
    "keyword p",
  ]],
  ["html", "<!-- a --><script>let b</script>", [
    "comment <!-- a -->",
    "keyword script",
    "keyword let",
    "keyword script",
  ]],
  ["xml", "<style>a { color: red }</style>", ["keyword style", "name color", "keyword style"]],
  ["css", ".a:hover { margin: -1.5em }", [
    "type .a",
    "meta :hover",
    "name margin",
    "number -1.5em",
  ]],
  ["css", "@media a { b { color: #fff; } }", ["meta @media", "name color", "number #fff"]],
  ["bash", 'if a "$b $(c)"; then # d', [
    "keyword if",
    'string "',
    "meta $b",
    "string  ",
    "name c",
    'string "',
    "keyword then",
    "comment # d",
  ]],
  ["sh", "cat <<END\na $b\nEND\nls -l", [
    "name cat",
    "string <<END\na $b\nEND",
    "name ls",
    "meta -l",
  ]],
  ["sql", "Select count(*) FROM a -- b", [
    "keyword Select",
    "name count",
    "keyword FROM",
    "comment -- b",
  ]],
  ["sql", "WHERE a = 'it''s'", ["keyword WHERE", "string 'it''s'"]],
  ["c", "#include <a.h>\nint f();", ["meta #include <a.h>", "type int", "name f"]],
  ["cpp", 'R"x(a)b)x" /* c */', ['string R"x(a)b)x"', "comment /* c */"]],
  ["java", "@Override String a(B b) { return 'c'; }", [
    "meta @Override",
    "type String",
    "name a",
    "type B",
    "keyword return",
    "string 'c'",
  ]],
  ["kotlin", 'val a = "b ${c("d")}"', [
    "keyword val",
    'string "b ',
    "name c",
    'string "d"',
    'string "',
  ]],
  ["go", "func F() error { return `a` }", [
    "keyword func",
    "name F",
    "type error",
    "keyword return",
    "string `a`",
  ]],
  ["rust", "fn f<'a>(x: &'a str) { p!('c') }", [
    "keyword fn",
    "name f",
    "type 'a",
    "type 'a",
    "type str",
    "name p!",
    "string 'c'",
  ]],
  ["rust", '#[a]\nr#"b"c"#', ["meta #[a]", 'string r#"b"c"#']],
  ["c#", 'var a = $"b {c.D()} e";', ["keyword var", 'string $"b ', "name D", 'string  e"']],
  ["php", "<?php $a = f('b'); # c", [
    "meta <?php",
    "name $a",
    "name f",
    "string 'b'",
    "comment # c",
  ]],
  ["ruby", 'def a?; :b; "c #{@d}"; end', [
    "keyword def",
    "name a?",
    "meta :b",
    'string "c ',
    "name @d",
    'string "',
    "keyword end",
  ]],
  ["yaml", "a: true # b\nc: 'd'\ne: 1", [
    "name a",
    "keyword true",
    "comment # b",
    "name c",
    "string 'd'",
    "name e",
    "number 1",
  ]],
  ["yaml", "url: http://a.b/c#d", ["name url"]],
  ["toml", '[a.b] # c\nd = "e"', ["type [a.b]", "comment # c", "name d", 'string "e"']],
  ["md", "# A\n- **b** `c`", ["keyword # A", "meta -", "type **b**", "string `c`"]],
  ["diff", "--- a\n@@ -1 @@\n-b\n+c\n d", [
    "meta --- a",
    "meta @@ -1 @@",
    "deleted -b",
    "inserted +c",
  ]],
  ["dockerfile", "FROM a AS b\nRUN --c $d", [
    "keyword FROM",
    "keyword AS",
    "keyword RUN",
    "meta --c",
    "meta $d",
  ]],
  ["unheard-of", "if (true) 1", []],
  ["", "if (true) 1", []],
]

for (const [language, code, expected] of cases) {
  test(`${language || "no language"}: ${JSON.stringify(code)}`, () => {
    assert.deepEqual(parts(code, language), expected)
  })
}

test("words that are names in every object are words like any other", () => {
  for (const language of languages) {
    for (
      const word of ["__proto__", "constructor", "toString", "hasOwnProperty"]
    ) {
      for (const { kind } of tokens(`${word} = ${word}.${word}`, language)) {
        assert.ok(kinds.includes(kind), `${language}: ${kind}`)
      }
    }
  }
})

const fragments = [
  ..."\"'`\\/*#([{}])<>=-+:;,.!@$&|~% \n\t",
  ...["/*", "*/", "//", "${", "#{", "\\(", '"""', "'''", "-->", "<!--", "<script>", "</script>"],
  ...[
    "<style>",
    "</style",
    "<a b=",
    'R"x(',
    'r#"',
    "<<A\n",
    "<<~A\n",
    "=begin\n",
    "```\n",
    '\\"',
    "\\'",
  ],
  ...[
    "word",
    "Word(",
    "a: ",
    "a = ",
    "1e",
    "0x",
    "12.5",
    "FROM a AS b",
    "- - ",
    "function ",
    "= /a",
  ],
  ...["データ", "👩‍🌾", "\0", "\u2028", "if", "a.b"],
]

forAny("tokens are in order, in bounds and apart, whatever the code", (any) => {
  const language = any.pick(languages)
  const code = any.many(
    0,
    60,
    () => any.chance(0.2) ? any.text(4) : any.pick(fragments),
  ).join("")

  let before = { end: 0, kind: "" }
  for (const token of tokens(code, language)) {
    assert.ok(token.start >= before.end && token.end > token.start, language)
    assert.ok(
      token.start > before.end || token.kind !== before.kind,
      `${language}: not joined`,
    )
    assert.ok(token.end <= code.length && kinds.includes(token.kind), language)
    before = token
  }
})

/** In the square of its length, such a code would take seconds; it takes some 10 ms. */
const hostileLength = 50_000
const patienceMs = 100

/** How long the quickest of three attempts takes: the machine has other things to do, too. */
function shortestTime(code, language) {
  let shortest = Infinity
  for (let attempt = 0; attempt < 3 && shortest > patienceMs; attempt += 1) {
    const start = computedMs()
    tokens(code, language)
    shortest = Math.min(shortest, computedMs() - start)
  }
  return shortest
}

for (const language of languages) {
  test(`${language}: what is repeated without end takes no more than linear time`, () => {
    for (const fragment of fragments) {
      const took = shortestTime(
        fragment.repeat(hostileLength / fragment.length),
        language,
      )
      assert.ok(took < patienceMs, `${JSON.stringify(fragment)}: ${took} ms`)
    }
  })
}

forAny("two hundred thousand hostile characters are no trouble", (any) => {
  const language = any.pick(languages)
  const unit = any.many(1, 3, () => any.pick(fragments)).join("")
  const code = any.text(3) + unit.repeat(Math.ceil(200_000 / unit.length))

  const start = computedMs()
  tokens(code, language)

  const took = computedMs() - start
  assert.ok(
    took < 20 * patienceMs,
    `${language} ${JSON.stringify(unit)}: ${took} ms`,
  )
})
