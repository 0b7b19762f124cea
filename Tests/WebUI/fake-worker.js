// A browser around the service worker: its caches, its windows, a network, and the worker's own
// source, which runs as it lies in Public.

import { readFileSync } from "node:fs"
import { createHash } from "node:crypto"
import vm from "node:vm"

const path = new URL("../../Public/service-worker.js", import.meta.url)
const script = new vm.Script(readFileSync(path, "utf8"))
const origin = "https://shuren.example"

/** As much of an answer as the worker asks of it, at once. */
export class FakeResponse {
  type = "default"
  #text

  constructor(text, { status = 200 } = {}) {
    this.#text = text
    this.status = status
    this.ok = status === 200
  }

  static error() {
    return Object.assign(new FakeResponse("", { status: 0 }), { type: "error" })
  }

  clone() {
    return new FakeResponse(this.#text, this)
  }

  text() {
    return Promise.resolve(this.#text)
  }

  json() {
    return Promise.resolve(JSON.parse(this.#text))
  }

  arrayBuffer() {
    return Promise.resolve(new TextEncoder().encode(this.#text))
  }
}

/** At once, where a browser's takes its time. */
function digest(_name, bytes) {
  return Promise.resolve(createHash("sha256").update(bytes).digest())
}

class FakeCache {
  #entries = new Map()

  keys() {
    return Promise.resolve(
      [...this.#entries.keys()].map((path) => ({ url: origin + path })),
    )
  }

  match(address) {
    return Promise.resolve(this.#entries.get(pathOf(address))?.clone())
  }

  put(address, response) {
    return Promise.resolve(
      void this.#entries.set(pathOf(address), response.clone()),
    )
  }

  delete(address) {
    return Promise.resolve(this.#entries.delete(pathOf(address)))
  }
}

class FakeCaches {
  #caches = new Map()

  keys() {
    return Promise.resolve([...this.#caches.keys()])
  }

  delete(name) {
    return Promise.resolve(this.#caches.delete(name))
  }

  open(name) {
    if (!this.#caches.has(name)) this.#caches.set(name, new FakeCache())
    return Promise.resolve(this.#caches.get(name))
  }
}

export class FakeBrowser {
  caches = new FakeCaches()
  windows = new Set()
  /** The addresses of windows that the worker has opened by itself. */
  opened = []
  #fetch
  #listeners = new Map()
  #lock = Promise.resolve()
  /** What the worker is still at. */
  #work = new Set()

  /** @param {(address: string, options?: object) => Promise<Response>} fetch Answers the worker. */
  constructor(fetch) {
    this.#fetch = fetch
    this.#listeners = this.#startedWorker()
  }

  /** The worker rests, as it does when it has nothing to do, and starts anew. */
  async restWorker() {
    while (this.#work.size > 0) await Promise.allSettled([...this.#work])
    this.#listeners = this.#startedWorker()
  }

  /** Another worker is there, and takes over as soon as this one is done. */
  async updateWorker() {
    const next = this.#startedWorker()
    await this.#sendTo(next, "install")
    while (this.#work.size > 0) await Promise.allSettled([...this.#work])
    this.#listeners = next
    await this.send("activate")
  }

  #startedWorker() {
    const listeners = new Map()
    const self = {
      location: { origin },
      clients: {
        claim: () => Promise.resolve(),
        get: (id) => Promise.resolve([...this.windows].find((window) => window.id === id)),
        matchAll: () => Promise.resolve([...this.windows]),
        openWindow: (address) => Promise.resolve(void this.opened.push(address)),
      },
      skipWaiting: () => Promise.resolve(),
      navigator: { locks: { request: (_name, work) => this.#locked(work) } },
      addEventListener: (name, listener) => listeners.set(name, listener),
    }
    script.runInContext(vm.createContext({
      ...{
        URL,
        Response: FakeResponse,
        btoa,
        crypto: { subtle: { digest } },
        console: { debug() {} },
      },
      self,
      caches: this.caches,
      fetch: (...what) => this.#fetch(...what),
    }))
    return listeners
  }

  /**
   * @param {string} name
   * @param {object} event
   * @returns {Promise<void>} When what it began is over.
   */
  async send(name, event = {}) {
    await this.#sendTo(this.#listeners, name, event)
  }

  async #sendTo(listeners, name, event = {}) {
    const work = []
    listeners.get(name)({ ...event, waitUntil: (promise) => work.push(this.#watched(promise)) })
    await Promise.all(work)
  }

  /**
   * @param {object} how
   * @returns {Promise<Response> | null} Nothing where the worker does not answer.
   */
  request({ path, method = "GET", mode = "cors", window = null, opens = "", from = origin }) {
    let answer = null
    this.#listeners.get("fetch")({
      request: { url: from + path, method, mode },
      clientId: window?.id ?? "",
      resultingClientId: opens,
      respondWith: (promise) => answer = this.#watched(promise),
    })
    return answer
  }

  /** Workers share it. */
  #locked(work) {
    const done = this.#lock.then(work)
    this.#lock = done.catch(() => {})
    return done
  }

  #watched(promise) {
    const done = promise.finally(() => this.#work.delete(done))
    this.#work.add(done)
    return done
  }
}

function pathOf(address) {
  const url = new URL(
    typeof address === "string" ? address : address.url,
    origin,
  )
  return url.pathname
}
