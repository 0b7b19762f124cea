// Each page names all modules that it begins with, so that a browser fetches them at once instead of
// one after the other found in the last one. RENEW_PRELOADS=1 writes the lists anew.

import assert from "node:assert/strict"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import process from "node:process"
import { test } from "node:test"

const root = new URL("../../Public/", import.meta.url)
const pages = ["index.html", "onboarding.html", "settings.html"]
  .filter((name) => existsSync(new URL(name, root)))

/** The modules that a module imports when it is loaded, not those that it may import later. */
function importsOf(path) {
  const code = readFileSync(new URL(`.${path}`, root), "utf8")
  const found = [...code.matchAll(/^(?:import|export|\})[^"'\n;]*?(?:from )?"(\.[^"]+)"/gm)]
  return found.map(([, target]) => new URL(target, `file://${path}`).pathname)
}

/** The modules that come with the first ones, in the order in which they are found. */
function modulesBehind(first) {
  const found = new Set(first)
  for (const path of found) for (const target of importsOf(path)) found.add(target)
  return [...found].filter((path) => !first.includes(path))
}

function listed(html, pattern) {
  return [...html.matchAll(pattern)].map(([, path]) => path)
}

for (const name of pages) {
  test(`${name} names all the modules that it begins with`, () => {
    const file = new URL(name, root)
    const html = readFileSync(file, "utf8")
    const first = listed(html, /<script type="module" src="([^"]+)"/g)
    const wanted = modulesBehind(first).sort()

    if (process.env.RENEW_PRELOADS) {
      const without = html.replaceAll(/ *<link rel="modulepreload" href="[^"]+">\n/g, "")
      const links = wanted.map((path) => `    <link rel="modulepreload" href="${path}">\n`).join("")
      writeFileSync(file, without.replace(/ *<script type="module"/, (start) => links + start))
      return
    }

    assert.ok(wanted.length > 10)
    assert.deepEqual(
      listed(html, /<link rel="modulepreload" href="([^"]+)">/g),
      wanted,
      "run: RENEW_PRELOADS=1 node --test Tests/WebUI/preloads.test.js",
    )
  })
}

// WebKit may never run the second of two scripts that both wait for the words (its bug 242740).
test("no page has more than one script that waits for the words", () => {
  for (const name of readdirSync(root).filter((name) => name.endsWith(".html"))) {
    const html = readFileSync(new URL(name, root), "utf8")
    const waiting = listed(html, /<script type="module" src="([^"]+)"/g)
      .filter((path) => [path, ...modulesBehind([path])].includes("/js/words.js"))
    assert.ok(waiting.length <= 1, `${name}: ${waiting}`)
  }
})
