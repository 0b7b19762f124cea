// A world that stands still until it is told otherwise.

import { conversation as whole } from "../../Public/js/conversation.js"
import { windowSize } from "../../Public/js/message-window.js"
import { Problem } from "../../Public/js/problem.js"
import { summary } from "../../Public/js/shelf-api.js"
import { Unread } from "../../Public/js/unread.js"

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
  online = true
  isOnline = () => this.online

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

  /** Where each conversation is that is not in the list. */
  places = new Map()

  async page(where, { before = null } = {}) {
    await this.#called("page", where, before)
    const here = [...this.kept.values()].filter(({ id }) =>
      (this.places.get(id) ?? "shown") === where
    )
    const start = Number(before ?? 0)
    const next = start + this.pageSize < here.length ? String(start + this.pageSize) : null
    return { summaries: here.slice(start, start + this.pageSize).map(summary), next }
  }

  pageSize = 100

  /** What the server would say of running replies; nothing when there is no news. */
  news = null

  async active() {
    await this.#called("active")
    const news = this.news
    this.news = null
    return news
  }

  /** A window of what is kept, as the server cuts it. */
  async conversation(id, _signal, window = {}) {
    await this.#called("conversation", id, window)
    const conversation = this.kept.get(id)
    if (!conversation) throw notFound()
    return windowOf(whole(conversation), window)
  }

  async showThrough(id, messageId) {
    await this.#called("showThrough", id, messageId)
  }

  async branch(id, where) {
    await this.#called("branch", id, where)
    this.kept.set(where.newId, { ...this.kept.get(id), id: where.newId })
  }

  async change(id, change) {
    await this.#called("change", id, change)
    const conversation = this.#known(id)
    const { title = conversation.title, pinned, archived } = change
    const isPinned = pinned ?? conversation.isPinned ?? false
    const isArchived = archived ?? conversation.isArchived ?? false
    this.kept.set(id, { ...conversation, title, isPinned, isArchived })
    if (archived !== undefined) this.places.set(id, archived ? "archive" : "shown")
  }

  async remove(id) {
    await this.#called("remove", id)
    this.#known(id)
    this.places.set(id, "bin")
  }

  async restore(id) {
    await this.#called("restore", id)
    this.places.set(id, this.#known(id).isArchived ? "archive" : "shown")
  }

  async emptyBin() {
    await this.#called("emptyBin")
    for (const [id, place] of this.places) if (place === "bin") this.kept.delete(id)
  }

  /** What a search finds, by its words. */
  found = {}

  async search(words, { before = null } = {}) {
    await this.#called("search", words, before)
    return this.found[words] ?? { hits: [], next: null }
  }

  #known(id) {
    const conversation = this.kept.get(id)
    if (!conversation) throw new Problem("refused", { status: 404, code: "not_found" })
    return conversation
  }
}

/** What was read, kept nowhere. */
export function fakeUnread(storage = new FakeStorage()) {
  return new Unread(() => storage)
}

function notFound() {
  return new Problem("refused", { status: 404, code: "not_found" })
}

function windowOf(conversation, { before, after, around }) {
  const { messages } = conversation
  const place = (id) => {
    const index = messages.findIndex((message) => message.id === id)
    if (index < 0) throw notFound()
    return index
  }
  const [from, to] = before
    ? [place(before) - windowSize, place(before)]
    : after
    ? [place(after) + 1, place(after) + 1 + windowSize]
    : around
    ? [place(around) - windowSize / 2, place(around) + windowSize / 2]
    : [messages.length - windowSize, messages.length]
  const start = Math.max(0, from)
  return {
    ...conversation,
    messages: messages.slice(start, to),
    earlier: start > 0 ? "more" : "end",
    later: to < messages.length ? "more" : "end",
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
