// What the observations of the way mean, in sentences.

import { numberOrNull, text } from "../fields.js"
import { say } from "./admin-words.js"
import { pieces, usualDelay, verdict } from "./arrivals.js"
import { duration } from "./figures.js"
import { bodyBytes, eventCount, lastEventID, madeUpAddress } from "./probing.js"

/** @typedef {import("./arrivals.js").Verdict} Verdict */
/** @typedef {import("./probing.js").Observations} Observations */
/** @typedef {{ name: string, verdict: Verdict, text: string }} Finding */

/**
 * @param {Observations} observed
 * @returns {Finding[]} In the order in which a request meets it.
 */
export function wayFindings(observed) {
  const checks = { https, host, clientAddress, eventID, version, fields, coding, firstByte, pace }
  return [...Object.values(checks), idle, bodySize].map((check) => check(observed))
}

/**
 * The worst of them.
 *
 * @param {readonly Finding[]} findings
 * @returns {Verdict}
 */
export function worst(findings) {
  const verdicts = findings.map(({ verdict }) => verdict)
  if (verdicts.includes("bad")) return "bad"
  return verdicts.includes("attention") ? "attention" : "good"
}

/**
 * @param {string} name
 * @returns {(verdict: Verdict, text: string) => Finding}
 */
const about = (name) => (verdict, text) => ({ name, verdict, text })

/** @param {Observations} observed */
function https({ isSecure, isLoopback, mirror }) {
  const finding = about("https")
  if (isSecure && mirror.is_secure === true) return finding("good", say("way.https.good"))
  if (isSecure) return finding("bad", say("way.https.untold"))
  if (mirror.is_secure === true) return finding("bad", say("way.https.dropped"))
  return isLoopback
    ? finding("attention", say("way.https.here"))
    : finding("bad", say("way.https.none"))
}

/** @param {Observations} observed */
function host({ host, mirror }) {
  const finding = about("host")
  const seen = text(mirror.host)
  return seen === host
    ? finding("good", say("way.host.good"))
    : finding("bad", say("way.host.bad", { seen, host }))
}

/** @param {Observations} observed */
function clientAddress({ isSecure, mirror }) {
  const finding = about("client_address")
  const last = text(mirror.forwarded_for).split(",").at(-1)?.trim() ?? ""
  const peer = text(mirror.peer)
  const isTrusted = mirror.peer_is_trusted === true
  if (last === madeUpAddress && isTrusted) return finding("bad", say("way.client.madeUp"))
  if (last === "" || last === madeUpAddress) {
    return isSecure
      ? finding("bad", say("way.client.missing", { peer }))
      : finding("attention", say("way.client.none", { peer }))
  }
  if (!isTrusted) return finding("bad", say("way.client.untrusted", { last, peer }))
  return finding("good", say("way.client.good", { client: text(mirror.client) }))
}

/** @param {Observations} observed */
function eventID({ mirror }) {
  const finding = about("last_event_id")
  return mirror.last_event_id === lastEventID
    ? finding("good", say("way.eventID.good"))
    : finding("bad", say("way.eventID.bad"))
}

/** @param {Observations} observed */
function version({ stream }) {
  const finding = about("http_version")
  const name = { h2: "HTTP/2", h3: "HTTP/3" }[stream.protocol]
  return name
    ? finding("good", say("way.version.good", { version: name }))
    : finding("attention", say("way.version.old", { version: stream.protocol || "?" }))
}

/** @param {Observations} observed */
function fields({ stream }) {
  const finding = about("fields")
  if (!stream.type.toLowerCase().startsWith("text/event-stream")) {
    return finding("bad", say("way.fields.type", { type: stream.type || "?" }))
  }
  return /no-store/.test(stream.cacheControl) && /no-transform/.test(stream.cacheControl)
    ? finding("good", say("way.fields.good"))
    : finding("attention", say("way.fields.cache", { rules: stream.cacheControl || "?" }))
}

/** @param {Observations} observed */
function coding({ stream }) {
  const finding = about("compression")
  return stream.coding === "" || stream.coding === "identity"
    ? finding("good", say("way.coding.good"))
    : finding("bad", say("way.coding.bad", { coding: stream.coding }))
}

/** @param {Observations} observed */
function firstByte({ stream }) {
  const finding = about("first_byte")
  const time = duration(seconds(stream.firstByteMs))
  const isSoon = stream.firstByteMs !== null && stream.firstByteMs <= 1000
  return isSoon
    ? finding("good", say("way.firstByte", { time }))
    : finding("attention", say("way.firstByte", { time }))
}

/** @param {Observations} observed */
function pace({ stream }) {
  const how = verdict(stream.arrivals, eventCount)
  const values = {
    came: stream.arrivals.length,
    all: eventCount,
    delay: duration(seconds(stream.arrivals.length ? usualDelay(stream.arrivals) : null)),
    pieces: pieces(stream.arrivals),
  }
  const sentence = { good: "way.pace.good", attention: "way.pace.slow", bad: "way.pace.bad" }
  return about("buffering")(
    how,
    say(/** @type {"way.pace.good" | "way.pace.slow" | "way.pace.bad"} */ (sentence[how]), values),
  )
}

/** @param {Observations} observed */
function idle({ quiet }) {
  const finding = about("idle")
  return quiet.isWhole
    ? finding("good", say("way.idle.good"))
    : finding("bad", say("way.idle.bad", { time: duration(seconds(quiet.lastedMs)) }))
}

/** @param {Observations} observed */
function bodySize({ body }) {
  const finding = about("body_size")
  return body.bytes === bodyBytes
    ? finding("good", say("way.body.good"))
    : finding("bad", say("way.body.bad", { status: body.status }))
}

/** @param {number | null} milliseconds */
const seconds = (milliseconds) => milliseconds === null ? null : numberOrNull(milliseconds / 1000)
