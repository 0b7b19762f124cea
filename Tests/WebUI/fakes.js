// A world that stands still until it is told otherwise.

import { Problem } from "../../Public/js/problem.js"

export class FakeEventSource {
  readyState = 0
  onopen = null
  onerror = null
  #listeners = new Map()

  constructor(address) {
    this.address = address
  }

  get isClosed() {
    return this.readyState === 2
  }

  addEventListener(name, listener) {
    this.#listeners.set(name, listener)
  }

  close() {
    this.readyState = 2
  }

  open() {
    this.readyState = 1
    this.onopen?.()
  }

  /** Like a browser, which drops what arrives after closing. */
  send(name, data, lastEventId = "") {
    if (this.isClosed) return
    const text = typeof data === "string" ? data : JSON.stringify(data)
    this.#listeners.get(name)?.({ data: text, lastEventId: String(lastEventId) })
  }

  /** The line broke; a browser would try again by itself. */
  breakOff() {
    this.readyState = 0
    this.onerror?.()
  }

  /** The server's answer was no stream. */
  refuse() {
    this.readyState = 2
    this.onerror?.()
  }
}

export class FakeWorld {
  nowMs = 1_000_000
  hasStreams = true
  sources = []
  chance = 1
  #isVisible = true
  #timers = []
  #visibility = new Set()
  #network = new Set()
  #made = 0

  now = () => this.nowMs
  random = () => this.chance
  makeIdentifier = () => `made-${this.#made += 1}`
  isVisible = () => this.#isVisible

  after = (ms, run) => {
    const timer = { at: this.nowMs + ms, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  openStream = (address) => {
    const source = new FakeEventSource(address)
    this.sources.push(source)
    return source
  }

  watchVisibility = (run) => {
    this.#visibility.add(run)
    return () => this.#visibility.delete(run)
  }

  watchNetwork = (run) => {
    this.#network.add(run)
    return () => this.#network.delete(run)
  }

  get source() {
    return this.sources[this.sources.length - 1]
  }

  get openSources() {
    return this.sources.filter((source) => !source.isClosed)
  }

  get timerCount() {
    return this.#timers.length
  }

  get watcherCount() {
    return this.#visibility.size + this.#network.size
  }

  setVisible(isVisible) {
    this.#isVisible = isVisible
    for (const run of [...this.#visibility]) run()
  }

  goOnline() {
    for (const run of [...this.#network]) run()
  }

  /** Lets time pass, and everything that is due happen in its order. */
  async pass(ms) {
    const end = this.nowMs + ms
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      this.#timers = this.#timers.filter((other) => other !== due)
      this.nowMs = Math.max(this.nowMs, due.at)
      due.run()
      await settle()
    }
    this.nowMs = end
    await settle()
  }
}

/** Lets every promise that is ready be answered. */
export function settle() {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A server in memory that keeps what the page's own contract says. */
export class FakeAPI {
  calls = []
  isStreaming = true
  kept = new Map()
  /** Problems to answer with, by the name of the call, one each time. */
  problems = {}
  reply = { text: "A whole reply.", agent: "general", replyId: "r", wasStopped: false }

  #called(name, ...details) {
    this.calls.push([name, ...details])
    const problem = this.problems[name]?.shift()
    if (problem) throw problem
  }

  named(name) {
    return this.calls.filter(([called]) => called === name)
  }

  async configuration() {
    await this.#called("configuration")
    return { isStreaming: this.isStreaming, notice: null, agents: [] }
  }

  async streamAddress(question) {
    await this.#called("streamAddress", question)
    return `/api/v1/chat/stream?token=token-${this.named("streamAddress").length}`
  }

  async wholeReply(question) {
    await this.#called("wholeReply", question)
    return this.reply
  }

  async stop(questionId, seen) {
    await this.#called("stop", questionId, seen)
    return { seconds: 0.02 }
  }

  async conversations() {
    await this.#called("conversations")
    return [...this.kept.values()].map(({ id, title }) => ({
      id,
      title,
      updatedAt: 1,
      isRunning: false,
    }))
  }

  /** What the server would say of running replies; nothing when there is no news. */
  news = null

  async active() {
    await this.#called("active")
    const news = this.news
    this.news = null
    return news
  }

  async conversation(id) {
    await this.#called("conversation", id)
    const conversation = this.kept.get(id)
    if (!conversation) throw new Problem("refused", { status: 404, code: "not_found" })
    return conversation
  }

  async rename(id, title) {
    await this.#called("rename", id, title)
  }

  async remove(id, how) {
    await this.#called("remove", id, how)
  }
}

/** Keeps the console quiet, and what was said to it. */
export function listenToConsole(context) {
  const said = []
  for (const level of ["error", "warn"]) {
    context.mock.method(console, level, (...parts) => said.push(parts))
  }
  return said
}

export class FakeStorage {
  values = new Map()
  getItem = (key) => this.values.get(key) ?? null
  setItem = (key, value) => void this.values.set(key, value)
  removeItem = (key) => void this.values.delete(key)
}
