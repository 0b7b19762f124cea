import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { test } from "node:test"
import { fileURLToPath } from "node:url"
import { chooseFormat, chooseLanguage, keptLanguage, languages } from "../../Public/js/language.js"
import { Phrases, placesIn } from "../../Public/js/phrases.js"
import { heard, say, sayWith, together, toolName } from "../../Public/js/words.js"
import { words as firstEnglish } from "../../Public/js/words/en.js"
import { words as adminEnglish } from "../../Public/js/words/en-admin.js"
import { words as docsEnglish } from "../../Public/js/words/en-docs.js"
import { words as moreEnglish } from "../../Public/js/words/en-more.js"
import { server as serverInChinese, words as firstChinese } from "../../Public/js/words/zh.js"
import { words as adminChinese } from "../../Public/js/words/zh-admin.js"
import { words as docsChinese } from "../../Public/js/words/zh-docs.js"
import { words as moreChinese } from "../../Public/js/words/zh-more.js"
import { FakeStorage, listenToConsole } from "./fakes.js"

const folder = fileURLToPath(new URL("../../Public/", import.meta.url))
// What a page needs at first, what may come later, and what only the pages of the API and of the admin say.
const english = { ...firstEnglish, ...moreEnglish, ...docsEnglish, ...adminEnglish }
const chinese = { ...firstChinese, ...moreChinese, ...docsChinese, ...adminChinese }
const catalogues = { en: english, zh: chinese }

/** The files of the page with this ending, catalogues aside, as name and text. */
function sources(ending) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(ending) && !/^js\/words\/[\w-]+\.js$/.test(name))
    .map((name) => ({ name, text: readFileSync(folder + name, "utf8") }))
}

test("every language has a catalogue, and the catalogues have the same keys", () => {
  assert.deepEqual(Object.keys(catalogues), Object.keys(languages))
  for (const words of Object.values(catalogues)) {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(english).sort())
  }
})

test("a phrase has the same places in every language, and no text is empty", () => {
  for (const words of Object.values(catalogues)) {
    for (const [key, phrase] of Object.entries(words)) {
      assert.deepEqual(placesIn(phrase), placesIn(english[key]), key)
      for (
        const text of typeof phrase === "string" ? [phrase] : Object.values(phrase)
      ) {
        assert.equal(text.trim(), text, key)
        assert.notEqual(text, "", key)
      }
    }
  }
})

test("a phrase that is counted has a form for each kind of number of its language", () => {
  for (const [language, words] of Object.entries(catalogues)) {
    const kinds = new Intl.PluralRules(languages[language].tag).resolvedOptions()
      .pluralCategories
    for (const [key, phrase] of Object.entries(words)) {
      assert.equal(typeof phrase, typeof english[key], key)
      if (typeof phrase === "string") continue
      assert.deepEqual(
        Object.keys(phrase).sort(),
        [...kinds].sort(),
        `${language}: ${key}`,
      )
    }
  }
})

test("every key of the catalogue is used, by its whole name", () => {
  const used = [...sources(".js"), ...sources(".html")].map(({ text }) => text)
    .join("\n")
  const unused = Object.keys(english).filter((key) => !used.includes(`"${key}"`))
  assert.deepEqual(unused, [])
})

test("the late words are asked for in one place, which can do so again", () => {
  const asking = sources(".js").filter(({ text }) => /import\(`[^)]*-more\.js/.test(text))
    .map((
      { name, text },
    ) => [name, text.match(/(?<!typeof )import\([^)]*-more\.js[^)]*\)/g)])
  assert.deepEqual(asking, [[
    "js/words.js",
    [
      "import(`./words/en-more.js${again}`)",
      "import(`./words/zh-more.js${again}`)",
    ],
  ]])
  // Awaited by a module, what could not be had once would be missing until the page is left.
  const awaiting = sources(".js").filter(({ text }) => /^(if .*)?await loadMoreWords/m.test(text))
  assert.deepEqual(awaiting.map(({ name }) => name), ["js/words.js"])
})

test("sentences stand one after the other, as the language writes them", () => {
  assert.equal(together(["One.", "Two."]), "One. Two.")
  assert.deepEqual([languages.en.gap, languages.zh.gap], [" ", ""])
})

test("every key that the HTML names is in the catalogue, beside the English words for it", () => {
  const holder = /<(\w+)[^>]*?\sdata-say="([^"]+)"[^>]*>([^<]*)/g
  const attribute = /data-say-(label|title|placeholder|content)="([^"]+)"/g
  for (const { name, text } of sources(".html")) {
    for (const [, , key, words] of text.matchAll(holder)) {
      assert.equal(
        words.trim().replace(/\s+/g, " "),
        english[key],
        `${name}: ${key}`,
      )
    }
    for (const [tag] of text.matchAll(/<[^>]+>/g)) {
      for (const [, place, key] of tag.matchAll(attribute)) {
        const filled = place === "label" ? "aria-label" : place
        assert.ok(
          tag.includes(`${filled}="${english[key]}"`),
          `${name}: ${tag}`,
        )
      }
    }
  }
})

test("the HTML of the pages for readers has no words without a key", () => {
  const excused = new Map([
    ["preview.html", "what a frame shows is the model's"],
  ])
  const quiet = /<(script|noscript)[^>]*>[^]*?<\/\1>|<!--[^]*?-->/g
  for (const { name, text } of sources(".html")) {
    if (excused.has(name)) continue
    const pieces = text.replace(quiet, "").matchAll(/<([a-z][^>]*)>([^<]*)/g)
    for (const [, tag, words] of pieces) {
      const isKeyed = /\sdata-say="/.test(` ${tag}`) || words.trim() === "" ||
        words === "Shuren"
      assert.ok(isKeyed, `${name}: ${words.trim()}`)
      assert.ok(
        !/\saria-label="/.test(tag) || /\sdata-say-label="/.test(tag),
        `${name}: ${tag}`,
      )
    }
  }
})

test("values stand in their places, numbers as the language writes them", () => {
  const phrases = {
    greeting: "Hello, {name}. {name}!",
    tokens: { one: "{count} token", other: "{count} tokens" },
  }
  const spoken = new Phrases("en", phrases)

  assert.equal(
    spoken.say("greeting", { name: "$& {count}" }),
    "Hello, $& {count}. $& {count}!",
  )
  assert.equal(spoken.say("tokens", { count: 1 }), "1 token")
  assert.equal(spoken.say("tokens", { count: 0 }), "0 tokens")
  assert.equal(spoken.say("tokens", { count: 12_345 }), "12,345 tokens")
  const other = new Phrases("zh-Hans", { tokens: { other: "{count} 个词元" } })
  assert.equal(other.say("tokens", { count: 1 }), "1 个词元")
})

test("nodes stand in their places, in the order of the language", () => {
  const node = { isNode: true }
  const spoken = new Phrases("en", {
    link: "It leads to {host}.",
    only: "{host}",
  })

  assert.deepEqual(spoken.sayWith("link", { host: node }), [
    "It leads to ",
    node,
    ".",
  ])
  assert.deepEqual(spoken.sayWith("only", { host: node }), [node])
})

test("a key without words and a place without a value are our mistakes", () => {
  const spoken = new Phrases("en", { greeting: "Hello, {name}." })

  assert.throws(() => spoken.say("gone"), /no words for “gone”/)
  assert.throws(() => spoken.say("greeting"), /needs \{name\}/)
  assert.throws(() => spoken.sayWith("greeting", {}), /needs \{name\}/)
})

test("the language is what was set, else what the browser wants, else English", () => {
  assert.equal(chooseLanguage("zh", ["en-GB"]), "zh")
  assert.equal(chooseLanguage("auto", ["de-AT", "zh-TW", "en"]), "zh")
  assert.equal(chooseLanguage("auto", ["ZH-Hans-CN"]), "zh")
  assert.equal(chooseLanguage(undefined, ["fr", "en-US"]), "en")
  assert.equal(chooseLanguage("constructor", ["toString", "de"]), "en")
  assert.equal(chooseLanguage("auto", []), "en")
})

test("the language that was set is read from the settings, and nothing there can break it", (context) => {
  listenToConsole(context)
  const storage = new FakeStorage()
  assert.equal(keptLanguage(() => storage), "auto")
  storage.setItem("shuren.settings", '{"language": "zh"}')
  assert.equal(keptLanguage(() => storage), "zh")
  for (
    const text of ["{", "7", "null", '{"language": "tlh"}', '{"language": 7}']
  ) {
    storage.setItem("shuren.settings", text)
    assert.equal(keptLanguage(() => storage), "auto")
  }
  assert.equal(
    keptLanguage(() => {
      throw new Error("forbidden")
    }),
    "auto",
  )
})

test("where there is no page the words are English", () => {
  assert.equal(say("page.new"), "New conversation")
  assert.deepEqual(sayWith("page.new", {}), ["New conversation"])
})

test("dates and numbers are written as the reader's country does, if it speaks the language", () => {
  assert.equal(chooseFormat("en", ["de-DE", "en-GB", "en-US"]), "en-GB")
  assert.equal(chooseFormat("zh", ["en-GB"]), "zh-Hans")
  assert.equal(chooseFormat("zh", ["zh-SG"]), "zh-SG")
  assert.equal(chooseFormat("en", ["en_US", "en-AU"]), "en-AU")
})

test("what the server says is known by what it really says", () => {
  const root = fileURLToPath(new URL("../../", import.meta.url))
  const sayings = ["Sources", "Config"].flatMap((name) =>
    readdirSync(root + name, { recursive: true })
      .filter((file) => /\.(swift|json)$/.test(file))
      .map((file) => readFileSync(`${root}${name}/${file}`, "utf8"))
  ).join("\n")
  const unknown = Object.keys(serverInChinese).filter((text) => !sayings.includes(`"${text}"`))
  assert.deepEqual(unknown, [])
})

test("what the server says stays as it is where nothing else is known", () => {
  assert.equal(heard("Something new."), "Something new.")
  assert.equal(heard("constructor"), "constructor")
  assert.equal(toolName("body_mass_index"), "body mass index")
})
