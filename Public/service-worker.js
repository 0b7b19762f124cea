// Opens the page without a network, brings it to the front when a notification of its is clicked, and
// does nothing else. A page that has a network never gets anything from here but what the server says
// at that moment; the API, its streams, /v1, /admin and whatever is no GET are passed by.
// Docs/Installed.md says how that is promised, and how to get rid of the worker.

/// <reference no-default-lib="true" />
/// <reference lib="esnext" />
/// <reference lib="webworker" />

/**
 * Files that belong together. A set of them is kept whole or not at all: each is what one list of
 * the server's says, by its digest, and that list is put in last.
 *
 * @typedef {object} Kind
 * @property {string} prefix A set is a cache with this name and the digest of its list.
 * @property {(path: string) => boolean} has
 * @property {(path: string) => string} page Which of the files is shown for an address.
 */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self))

const list = "/shell.json"
const pages = new Set(["/", "/onboarding", "/settings", "/login"])
const foreign =
  /^\/(login|admin|docs|preview|service-worker|(js|css)\/(login|admin|docs)|js\/words\/\w+-(admin|docs)|icons\/)/
const apologyFiles = new Set([
  "/offline.html",
  "/css/base.css",
  "/css/controls.css",
  "/css/offline.css",
  "/js/language.js",
  "/js/late-module.js",
  "/js/offline.js",
  "/js/phrases.js",
  "/js/retry-schedule.js",
  "/js/theme.js",
  "/js/words-in-page.js",
  "/js/words.js",
  "/js/words/en-more.js",
  "/js/words/en.js",
  "/js/words/zh-more.js",
  "/js/words/zh.js",
  "/favicon.svg",
])

/** @type {Kind} The page itself: it shows what waits for the network, and takes more. */
const shell = {
  prefix: "shuren-shell-",
  has: (path) => !foreign.test(path) && (pages.has(path) || /\.(js|css|svg)$/.test(path)),
  page: (path) => path,
}

/** @type {Kind} A few words instead, where the page is not kept (yet). */
const apology = {
  prefix: "shuren-offline-",
  has: (path) => apologyFiles.has(path),
  page: () => "/offline.html",
}

/** How many files are fetched at once, beside what the page itself wants. */
const lanes = 3

/** Which windows were opened from which set: survives the worker, which browsers end when idle. */
const windowCache = "shuren-windows"

/** @type {Map<string, string> | null} Null until it has been read. */
let windows = null
let windowsAreKnown = readWindows()

/** Those of them that may not even be there yet. */
const openedNow = new Set()

/** Which set of each kind was made last. */
const newestCache = "shuren-newest"

worker.addEventListener("install", (event) => {
  event.waitUntil(alone(() => keep(apology)).then(() => worker.skipWaiting()))
})

worker.addEventListener("activate", (event) => {
  // The worker before this one may have opened some since this one was read.
  windowsAreKnown = readWindows()
  event.waitUntil(windowsAreKnown.then(() => worker.clients.claim()))
})

// A page has nothing else to do, or the network back.
worker.addEventListener("message", (event) => {
  if (event.data !== "keep") return
  event.waitUntil(
    alone(keepAll).catch((reason) => {
      console.debug("The page is not kept yet:", reason)
      event.source?.postMessage("not kept")
    }),
  )
})

worker.addEventListener("notificationclick", (event) => {
  event.notification.close()
  event.waitUntil(bringBack(event.notification.data?.address))
})

worker.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url)
  if (event.request.method !== "GET" || origin !== worker.location.origin) return
  if (event.request.mode === "navigate") {
    if (pages.has(pathname)) event.respondWith(openPage(event, pathname))
  } else if (shell.has(pathname) || apology.has(pathname)) {
    if (!windows) event.respondWith(windowsAreKnown.then(() => fileFor(event, pathname)))
    else if (windows.has(event.clientId)) event.respondWith(fileFor(event, pathname))
  }
})

/**
 * The window that a notification is from comes to the front; else another of ours, else a new one.
 *
 * @param {unknown} address What the window showed.
 */
async function bringBack(address) {
  const all = await worker.clients.matchAll({ type: "window", includeUncontrolled: true })
  const windows = all.filter(({ url }) => pages.has(new URL(url).pathname))
  const window = windows.find(({ url }) => url === address) ?? windows[0]
  if (window) await window.focus()
  else await worker.clients.openWindow(typeof address === "string" ? address : "/")
}

/**
 * @param {FetchEvent} event
 * @param {string} path
 * @returns {Promise<Response>} What the server says, if it says anything.
 */
async function openPage(event, path) {
  try {
    return await fetch(event.request)
  } catch (reason) {
    const kept = await keptPage(shell, path) ?? await keptPage(apology, path)
    if (!kept) throw reason
    await rememberWindow(event.resultingClientId, kept.set)
    return kept.page
  }
}

/**
 * A file for a window. One that was opened from a set has all of its files from that set, also when
 * the network is back; one that was opened from the network has none.
 *
 * @param {FetchEvent} event
 * @param {string} path
 */
async function fileFor(event, path) {
  const set = windows?.get(event.clientId)
  if (!set) return await fetch(event.request)
  return await (await caches.open(set)).match(path) ?? Response.error()
}

/**
 * @param {Kind} kind
 * @param {string} path
 */
async function keptPage(kind, path) {
  const set = await newest(kind)
  const page = set && await (await caches.open(set)).match(kind.page(path))
  return page ? { set, page } : null
}

/**
 * @param {Kind} kind
 * @returns {Promise<string | undefined>} The set that was made last.
 */
async function newest(kind) {
  return await (await (await caches.open(newestCache)).match(`/${kind.prefix}`))?.text()
}

/**
 * One at a time makes sets and throws them away, also while one worker takes over from another.
 *
 * @param {() => Promise<void>} work
 */
async function alone(work) {
  await worker.navigator.locks.request("shuren-keep", work)
}

async function keepAll() {
  await keep(apology)
  await keep(shell)
  await reopenWindows()
}

/**
 * Makes the set of what the server has now, unless it is there. Whatever was begun before goes on.
 *
 * @param {Kind} kind
 */
async function keep(kind) {
  const answer = await fetched(list)
  const digest = await digestOf(await answer.clone().arrayBuffer())
  const set = kind.prefix + digest
  const cache = await caches.open(set)
  if (!await cache.match(list)) {
    /** @type {Record<string, string>} */
    const files = (await answer.clone().json()).files
    await fill(cache, Object.entries(files).filter(([path]) => kind.has(path)))
    await cache.put(list, answer)
  }
  await (await caches.open(newestCache)).put(`/${kind.prefix}`, new Response(set))
  await forgetOthers(kind, set)
}

/**
 * @param {Cache} cache
 * @param {[path: string, digest: string][]} missing
 */
async function fill(cache, missing) {
  const fillLane = async () => {
    for (let next = missing.pop(); next; next = missing.pop()) {
      const [path, digest] = next
      if (await cache.match(path)) continue
      const file = await fetched(path)
      if (await digestOf(await file.clone().arrayBuffer()) !== digest) {
        throw new Error(`${path} is of another version than the list`)
      }
      await cache.put(path, file)
    }
  }
  await Promise.all(Array.from({ length: lanes }, fillLane))
}

/** @param {string} path */
async function fetched(path) {
  const answer = await fetch(path, { cache: "no-cache", redirect: "error" })
  if (answer.ok) return answer
  throw new Error(`${path} is answered with ${answer.status}`)
}

/**
 * As the server makes the digests of its entity tags.
 *
 * @param {ArrayBuffer} bytes
 */
async function digestOf(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
  const text = btoa(String.fromCharCode(...digest))
  return text.replaceAll("+", "-").replaceAll("/", "_").slice(0, 22)
}

/**
 * @param {Kind} kind
 * @param {string} set Stays, and so does what an open window still needs.
 */
async function forgetOthers(kind, set) {
  await forgetClosedWindows()
  const needed = new Set([set, ...(windows ?? new Map()).values()])
  for (const name of await caches.keys()) {
    if (name.startsWith(kind.prefix) && !needed.has(name)) await caches.delete(name)
  }
}

/** What was opened without a network gives way to what the server has. */
async function reopenWindows() {
  for (const window of await worker.clients.matchAll({ type: "window" })) {
    if (windows?.has(window.id)) window.postMessage("reopen")
  }
}

async function readWindows() {
  const known = new Map()
  try {
    const cache = await caches.open(windowCache)
    for (const { url } of await cache.keys()) {
      const set = await (await cache.match(url))?.text()
      if (set) known.set(new URL(url).pathname.slice(1), set)
    }
  } catch (reason) {
    // Whatever is wrong with what is kept, the network still answers.
    console.warn("What is kept cannot be read:", reason)
  }
  windows = known
}

/**
 * @param {string} id
 * @param {string} set
 */
async function rememberWindow(id, set) {
  openedNow.add(id)
  await windowsAreKnown
  windows?.set(id, set)
  try {
    await (await caches.open(windowCache)).put(`/${id}`, new Response(set))
  } catch (reason) {
    // It is known as long as this worker runs.
    console.warn("Which version a window has cannot be kept:", reason)
  }
}

async function forgetClosedWindows() {
  await windowsAreKnown
  const cache = await caches.open(windowCache)
  for (const id of windows?.keys() ?? []) {
    if (openedNow.has(id) || await worker.clients.get(id)) continue
    windows?.delete(id)
    await cache.delete(`/${id}`)
  }
}
