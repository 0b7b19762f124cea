// Measures the way from this browser to the server, by the server's own probes.

import { EventStreamDecoder } from "../event-stream.js"
import { isObject, number } from "../fields.js"
import { base, readFields } from "../requests.js"

/** @typedef {import("../fields.js").Fields} Fields */
/** @typedef {import("./arrivals.js").Arrival} Arrival */
/**
 * @typedef {object} Stream
 * @property {number} status
 * @property {string} type
 * @property {string} cacheControl
 * @property {string} coding Empty without one.
 * @property {string} protocol As browsers name it: `h2`, `http/1.1`.
 * @property {string} server What the proxy calls itself.
 * @property {number | null} firstByteMs
 * @property {readonly Arrival[]} arrivals
 * @property {boolean} isWhole Whether it ended as the server ends it.
 * @property {number} lastedMs
 */
/**
 * @typedef {object} Observations
 * @property {boolean} isSecure
 * @property {boolean} isLoopback
 * @property {string} host
 * @property {Fields} mirror
 * @property {Stream} stream
 * @property {Stream} quiet
 * @property {{ status: number, bytes: number }} body
 */

export const eventCount = 15
export const lastEventID = "41"
/** An address for documentation (RFC 5737), which nobody has. */
export const madeUpAddress = "203.0.113.77"
/** The largest body that the server takes. */
export const bodyBytes = 1024 * 1024
/** A little more than the 15 s after which the server breaks a silence. */
const silenceSeconds = 17

/**
 * @param {import("../requests.js").Fetch} fetch
 * @returns {Promise<Observations>}
 */
export async function probe(fetch) {
  const headers = { "Last-Event-ID": lastEventID, "X-Forwarded-For": madeUpAddress }
  const seen = await fetch(`${base}/admin/probe`, { headers, cache: "no-store" })
  const mirror = await readFields(seen)
  if (!seen.ok || mirror === null) throw new Error(`${seen.status}`)
  const [stream, quiet, body] = await Promise.all([
    follow(fetch, `events=${eventCount}`),
    follow(fetch, `events=0&silence_s=${silenceSeconds}`),
    upload(fetch),
  ])
  const { protocol, hostname, host } = location
  return {
    isSecure: protocol === "https:",
    isLoopback: /^(localhost|127\..*|\[::1\])$/.test(hostname),
    host,
    mirror,
    stream,
    quiet,
    body,
  }
}

/**
 * @param {import("../requests.js").Fetch} fetch
 * @param {string} query
 * @returns {Promise<Stream>}
 */
async function follow(fetch, query) {
  // A name of its own, so that its entry among the timings is found.
  const url = `${base}/admin/probe/stream?${query}&every_ms=200`
  const start = performance.now()
  const response = await fetch(url, { headers: { Accept: "text/event-stream" }, cache: "no-store" })
  const stream = {
    status: response.status,
    type: response.headers.get("Content-Type") ?? "",
    cacheControl: response.headers.get("Cache-Control") ?? "",
    coding: response.headers.get("Content-Encoding") ?? "",
    server: response.headers.get("Server") ?? response.headers.get("Via") ?? "",
    ...await read(response, start),
  }
  return { ...stream, protocol: await protocolOf(url), lastedMs: performance.now() - start }
}

/**
 * @param {Response} response
 * @param {number} start
 */
async function read(response, start) {
  /** @type {Arrival[]} */
  const arrivals = []
  /** @type {number | null} */
  let firstByteMs = null
  let isWhole = false
  const reader = response.body?.getReader()
  const [decoder, text] = [new EventStreamDecoder(), new TextDecoder()]
  try {
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
      const came = performance.now() - start
      firstByteMs ??= came
      for (const event of decoder.feed(text.decode(piece.value, { stream: true }))) {
        if (event.name === "end") isWhole = true
        if (event.name === "tick") arrivals.push({ sent: sentAt(event.data), came })
      }
    }
  } catch (reason) {
    console.debug("The probe was cut:", reason)
  }
  return { arrivals, firstByteMs, isWhole }
}

/** @param {string} data */
function sentAt(data) {
  const fields = JSON.parse(data)
  return isObject(fields) ? number(fields.sent_ms) : 0
}

/**
 * How the answer came, as the browser's timings have it once it is over.
 *
 * @param {string} url
 */
async function protocolOf(url) {
  const wanted = new URL(url, location.href).href
  for (let turn = 0; turn < 20; turn += 1) {
    const entry = performance.getEntriesByName(wanted).at(-1)
    if (entry instanceof PerformanceResourceTiming && entry.nextHopProtocol) {
      return entry.nextHopProtocol
    }
    await new Promise((done) => setTimeout(done, 50))
  }
  return ""
}

/** @param {import("../requests.js").Fetch} fetch */
async function upload(fetch) {
  const body = `{"": "${"x".repeat(bodyBytes - '{"": ""}'.length)}"}`
  try {
    const headers = { "Content-Type": "application/json" }
    const response = await fetch(`${base}/admin/probe`, { method: "POST", headers, body })
    const fields = await readFields(response)
    return { status: response.status, bytes: number(fields?.bytes) }
  } catch (reason) {
    console.debug("The body was refused:", reason)
    return { status: 0, bytes: 0 }
  }
}
