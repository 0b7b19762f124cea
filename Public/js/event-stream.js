// Reads text/event-stream where the browser has no EventSource (WHATWG HTML, section 9.2).

/** @typedef {import("./world.js").EventSourceLike} EventSourceLike */
/** @typedef {{ name: string, data: string, id: string }} StreamEvent */

/** Finds the events in a text that comes in pieces. */
export class EventStreamDecoder {
  #rest = ""
  #name = ""
  /** @type {string[]} */
  #data = []
  #id = ""
  /** Whether the last piece ended in a carriage return, to which a line feed may belong. */
  #endedInReturn = false

  /**
   * @param {string} text
   * @returns {StreamEvent[]} Those that this piece completed.
   */
  feed(text) {
    let piece = this.#endedInReturn && text.startsWith("\n") ? text.slice(1) : text
    if (text) this.#endedInReturn = text.endsWith("\r")
    piece = this.#rest + piece
    const lines = piece.split(/\r\n|\r|\n/)
    this.#rest = lines.pop() ?? ""
    return lines.flatMap((line) => this.#take(line))
  }

  /**
   * @param {string} line
   * @returns {StreamEvent[]}
   */
  #take(line) {
    if (line === "") return this.#dispatch()
    const colon = line.indexOf(":")
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "")
    if (field === "data") this.#data.push(value)
    if (field === "event") this.#name = value
    if (field === "id" && !value.includes("\0")) this.#id = value
    return []
  }

  /** @returns {StreamEvent[]} */
  #dispatch() {
    const [name, data] = [this.#name || "message", this.#data]
    this.#name = ""
    this.#data = []
    return data.length === 0 ? [] : [{ name, data: data.join("\n"), id: this.#id }]
  }
}

/**
 * What the page uses of an EventSource, over fetch. It never reconnects by itself: an end is an
 * error, and whoever follows the reply decides.
 *
 * @implements {EventSourceLike}
 */
export class FetchEventSource {
  /** As in an EventSource: 0 connecting, 1 open, 2 closed for good. */
  readyState = 0
  /** @type {(() => void) | null} */
  onopen = null
  /** @type {(() => void) | null} */
  onerror = null
  /** @type {Map<string, (event: { data: string, lastEventId: string }) => void>} */
  #listeners = new Map()
  #end = new AbortController()

  /**
   * @param {string} address
   * @param {(address: string, options: RequestInit) => Promise<Response>} [ask]
   */
  constructor(address, ask = (url, options) => fetch(url, options)) {
    this.#read(address, ask)
  }

  /**
   * @param {string} name
   * @param {(event: { data: string, lastEventId: string }) => void} listener
   */
  addEventListener(name, listener) {
    this.#listeners.set(name, listener)
  }

  close() {
    this.readyState = 2
    this.#end.abort()
  }

  /**
   * @param {string} address
   * @param {(address: string, options: RequestInit) => Promise<Response>} ask
   */
  async #read(address, ask) {
    try {
      const response = await ask(address, {
        headers: { Accept: "text/event-stream" },
        credentials: "same-origin",
        cache: "no-store",
        signal: this.#end.signal,
      })
      const type = response.headers.get("Content-Type") ?? ""
      const isStream = response.status === 200 && type.startsWith("text/event-stream")
      if (!isStream || !response.body) return this.#fail(2)
      this.readyState = 1
      this.onopen?.()
      await this.#readBody(response.body)
    } catch (reason) {
      if (!this.#end.signal.aborted) console.debug("The stream broke:", reason)
    }
    this.#fail(0)
  }

  /** @param {ReadableStream<Uint8Array>} body */
  async #readBody(body) {
    const events = new EventStreamDecoder()
    const characters = new TextDecoder()
    const reader = body.getReader()
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      for (const { name, data, id } of events.feed(characters.decode(value, { stream: true }))) {
        if (this.#end.signal.aborted) return
        this.#listeners.get(name)?.({ data, lastEventId: id })
      }
    }
  }

  /** @param {number} state */
  #fail(state) {
    if (this.#end.signal.aborted) return
    this.readyState = state
    this.onerror?.()
    // What was refused is not read to its end: that would hold the connection.
    if (state === 2) this.#end.abort()
  }
}
