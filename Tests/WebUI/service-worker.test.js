import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { test } from "node:test"
import { fileURLToPath } from "node:url"

import { FakeBrowser, FakeResponse } from "./fake-worker.js"
import { forAny } from "./property.js"

const shell = [
  "/",
  "/onboarding",
  "/js/app.js",
  "/js/store.js",
  "/js/late.js",
  "/css/base.css",
]
const words = [
  ...[
    "/offline.html",
    "/css/offline.css",
    "/css/controls.css",
    "/js/offline.js",
    "/js/theme.js",
  ],
  ...[
    "/js/language.js",
    "/js/late-module.js",
    "/js/phrases.js",
    "/js/words.js",
    "/js/words-in-page.js",
  ],
  ...[
    "/js/words/en-more.js",
    "/js/words/en.js",
    "/js/words/zh-more.js",
    "/js/words/zh.js",
    "/js/retry-schedule.js",
    "/favicon.svg",
  ],
]
const apology = new Set([...words, "/css/base.css"])
const others = [
  "/admin",
  "/docs.html",
  "/login",
  "/js/admin.js",
  "/js/docs.js",
  "/js/docs/route-view.js",
  "/js/words/en-admin.js",
  "/js/words/en-docs.js",
  "/openapi.json",
  "/icons/icon.png",
  "/service-worker.js",
]

/** A server whose files change all at once, and which cannot always be reached. */
class Server {
  versions = [
    new Map(
      [...shell, ...words, ...others].map((path) => [path, `${path} of 0`]),
    ),
  ]
  isUp = true
  asked = []
  /** What it answered, and with the files of which version. */
  answers = new Map()
  /** What happens while an answer is on its way. */
  meanwhile = () => {}

  get files() {
    return this.versions[this.versions.length - 1]
  }

  /** @param {(path: string) => boolean} isChanged */
  deploy(isChanged) {
    const text = (path, before) => isChanged(path) ? `${path} of ${this.versions.length}` : before
    this.versions.push(
      new Map([...this.files].map(([path, now]) => [path, text(path, now)])),
    )
  }

  fetch = async (request) => {
    const path = new URL(request.url ?? request, "https://shuren.example").pathname
    this.asked.push(path)
    await null
    this.meanwhile()
    if (!this.isUp) throw new TypeError("no network")
    const text = path === "/shell.json" ? this.#list() : this.files.get(path)
    const answer = new FakeResponse(text, { status: text === undefined ? 404 : 200 })
    this.answers.set(answer, this.files)
    return answer
  }

  #list() {
    const digests = [...this.files].map(([path, text]) => [path, digest(text)])
    return JSON.stringify({ files: Object.fromEntries(digests) })
  }
}

function digest(text) {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22)
}

/** @returns {Promise<string[]>} What the page is told. */
async function keep(browser) {
  const said = []
  const source = { postMessage: (word) => said.push(word) }
  await browser.send("message", { data: "keep", source })
  return said
}

let opened = 0

/** A window that a reader opens, and the versions that it can be of; none where it has a network. */
async function open(browser, server, address) {
  const id = `window-${opened += 1}`
  const answer = await browser.request({
    path: address,
    mode: "navigate",
    opens: id,
  })
  const path = address.split("?")[0]
  const text = await answer.text()
  const files = server.answers.get(answer)
  const isApology = !files && text.startsWith("/offline.html ")
  const said = []
  const window = {
    id,
    text,
    said,
    isApology,
    versions: files
      ? null
      : server.versions.filter((version) =>
        version.get(isApology ? "/offline.html" : path) === text
      ),
    postMessage: (word) => said.push(word),
  }
  if (files) assert.equal(text, files.get(path), "the server's own answer")
  browser.windows.add(window)
  return window
}

/** What a window loads is of its version; with a network nothing comes from the worker. */
async function load(browser, server, window, path) {
  const request = browser.request({ path, window })
  if (!request) return assert.equal(window.versions, null)
  let answer
  try {
    answer = await request
  } catch {
    // A window with a network has lost it.
    return assert.equal(window.versions, null)
  }
  if (!window.versions) {
    return assert.ok(server.answers.has(answer), `${path} is the server's`)
  }
  const isKept = window.isApology ? apology.has(path) : path !== "/offline.html"
  if (!isKept) return assert.equal(answer.type, "error")
  const text = await answer.text()
  window.versions = window.versions.filter((files) => files.get(path) === text)
  assert.notEqual(window.versions.length, 0, `${path} is of another version`)
}

async function installed() {
  const server = new Server()
  const browser = new FakeBrowser(server.fetch)
  await browser.send("install")
  return { server, browser }
}

forAny(
  "a page is the server's own, or all of one version, whatever happens when",
  async (chance) => {
    const { server, browser } = await installed()
    const unrest = chance.pick([0, 0.02, 0.1])
    server.meanwhile = () => {
      if (chance.chance(unrest)) server.deploy(() => chance.chance(0.3))
      if (chance.chance(unrest)) server.isUp = !server.isUp
    }
    const acts = [
      () => server.isUp = chance.chance(0.6),
      () => server.deploy(() => chance.chance(0.3)),
      () => keep(browser),
      () => keep(browser),
      () => open(browser, server, chance.pick(["/", "/onboarding", "/?c=mine"])),
      (window) =>
        window &&
        load(
          browser,
          server,
          window,
          chance.pick([...shell.slice(2), ...words]),
        ),
      (window) =>
        window &&
        load(
          browser,
          server,
          window,
          chance.pick([...shell.slice(2), ...words]),
        ),
      (window) => window && browser.windows.delete(window),
      () => browser.restWorker(),
      () => browser.updateWorker().catch(() => {}),
    ]
    const running = []
    for (let step = 0; step < 50; step += 1) {
      const act = chance.pick(acts)(chance.pick([null, ...browser.windows]))
      if (chance.chance(0.7)) await act
      else running.push(act)
    }
    await Promise.all(running)
  },
)

forAny(
  "with a network, what is shown is what the server has at that moment",
  async (chance) => {
    const { server, browser } = await installed()
    for (let step = 0; step < 3; step += 1) {
      if (chance.chance(0.5)) await keep(browser)
      if (chance.chance(0.5)) server.deploy(() => true)
      const path = chance.pick(["/", "/onboarding"])
      const window = await open(browser, server, path)
      assert.equal(window.text, server.files.get(path))
      assert.equal(browser.request({ path: "/js/app.js", window }), null)
    }
  },
)

forAny(
  "the API, its streams, other pages, and whatever is no GET are passed by",
  async (chance) => {
    const { server, browser } = await installed()
    await keep(browser)
    server.isUp = false
    const window = await open(browser, server, "/")
    server.asked = []
    const mode = chance.pick(["cors", "same-origin", "no-cors", "navigate"])
    const path = chance.pick([
      ...[
        "/api/v1/config",
        "/api/v1/chat/stream?token=t",
        "/api/v1/conversations/c/export",
      ],
      ...[
        "/v1/models",
        "/v1/chat/completions",
        "/admin",
        "/admin.html",
        "/js/admin.js",
        "/metrics",
      ],
      ...[
        "/docs",
        "/js/docs.js",
        "/js/words/en-docs.js",
        "/openapi.json",
      ],
      ...[
        "/livez",
        "/preview",
        "/shell.json",
        "/service-worker.js",
        "/manifest.webmanifest",
      ],
    ])
    assert.equal(browser.request({ path, mode, window }), null)
    const method = chance.pick([
      "POST",
      "PATCH",
      "DELETE",
      "HEAD",
      "PUT",
      "OPTIONS",
    ])
    assert.equal(
      browser.request({
        path: chance.pick([...shell, path]),
        mode,
        method,
        window,
      }),
      null,
    )
    const from = chance.pick([
      "https://elsewhere.example",
      "http://shuren.example",
    ])
    assert.equal(
      browser.request({ path: "/js/app.js", mode, window, from }),
      null,
    )
    assert.deepEqual(server.asked, [])
  },
)

test("what was kept is the newest, and the sets before it are gone", async () => {
  const { server, browser } = await installed()
  await keep(browser)
  server.deploy(() => true)
  await keep(browser)

  server.isUp = false
  const window = await open(browser, server, "/")

  assert.equal(window.text, "/ of 1")
  assert.equal(
    (await browser.caches.keys()).filter((name) => /shell|offline/.test(name))
      .length,
    2,
  )
})

test("a set that was cut short is finished later, and not shown before", async () => {
  const { server, browser } = await installed()
  let answers = 0
  server.meanwhile = () => server.isUp = (answers += 1) < 6
  assert.deepEqual(await keep(browser), ["not kept"])
  assert.equal((await open(browser, server, "/")).isApology, true)
  server.meanwhile = () => {}
  server.isUp = true
  server.asked = []

  assert.deepEqual(await keep(browser), [])

  const asked = server.asked.filter((path) => path !== "/shell.json")
  assert.equal(asked.length, new Set(asked).size)
  assert.ok(asked.length < shell.length + words.length - 2, "what was there is not asked for again")
  server.isUp = false
  assert.equal((await open(browser, server, "/")).isApology, false)
})

test("a window that was opened without a network is told when there is one, also after a rest", async () => {
  const { server, browser } = await installed()
  await keep(browser)
  const online = await open(browser, server, "/")
  server.isUp = false
  const offline = await open(browser, server, "/")
  await browser.restWorker()
  assert.deepEqual(await keep(browser), ["not kept"])
  assert.deepEqual(offline.said, [])

  server.isUp = true
  await keep(browser)

  assert.deepEqual([online.said, offline.said], [[], ["reopen"]])
})

/** A click at a notification of a page with this address, and the windows that came to the front. */
async function clicked(addresses, address) {
  const { browser } = await installed()
  const focused = []
  for (const own of addresses) {
    const url = `https://shuren.example${own}`
    browser.windows.add({
      url,
      focus: () => Promise.resolve(focused.push(own)),
    })
  }
  let isClosed = false
  const data = address === null ? null : { address: `https://shuren.example${address}` }
  const notification = { data, close: () => isClosed = true }
  await browser.send("notificationclick", { notification })
  assert.ok(isClosed)
  return { focused, opened: browser.opened }
}

test("who clicks a notification comes to the page that it is from", async () => {
  const open = ["/", "/?c=one", "/onboarding"]

  assert.deepEqual(await clicked(open, "/?c=one"), {
    focused: ["/?c=one"],
    opened: [],
  })
  assert.deepEqual(await clicked(open, "/onboarding"), {
    focused: ["/onboarding"],
    opened: [],
  })
})

test("where that page is gone it is another one, and where there is none a new one", async () => {
  const two = await clicked(["/admin", "/?c=two"], "/?c=one")
  assert.deepEqual(two, { focused: ["/?c=two"], opened: [] })

  const none = await clicked(["/admin"], "/?c=one")
  assert.deepEqual(none, {
    focused: [],
    opened: ["https://shuren.example/?c=one"],
  })
  assert.deepEqual(await clicked([], null), { focused: [], opened: ["/"] })
})

test("the page without a network has everything that it loads", () => {
  const found = new Set(["/offline.html"])
  for (const path of found) {
    const text = readFileSync(publicFile(path), "utf8")
    const below = (name) => new URL(name, `https://shuren.example${path}`).pathname
    for (const [, name] of text.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      found.add(name)
    }
    for (const [, name] of text.matchAll(/(?:from |import\()["`]([^"`$]+)/g)) {
      found.add(below(name))
    }
  }
  assert.deepEqual([...found].sort(), [...apology].sort())
})

test("what stands in the list of the few words is there", () => {
  for (const path of words) assert.ok(existsSync(publicFile(path)), path)
  assert.ok(readdirSync(publicFile("/icons")).length > 0)
})

/** @param {string} path */
function publicFile(path) {
  return fileURLToPath(new URL(`../../Public${path}`, import.meta.url))
}
