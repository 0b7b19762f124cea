// What the server's events say. Knows the wire, decides nothing.

import { heard } from "./words.js"

/**
 * @typedef {{ type: "chunk", text: string }
 *   | { type: "done", agent: string | null }
 *   | { type: "error", sentence: string, kind: string }
 *   | { type: "accepted", conversationId: string, replyId: string, agent: string | null,
 *       reason: string | null }
 *   | { type: "routed", agent: string, reason: string }
 *   | { type: "status", phase: string }
 *   | { type: "reasoning", text: string }
 *   | { type: "toolCalled", id: string, name: string, arguments: string }
 *   | { type: "toolAnswered", id: string, name: string, isFailure: boolean, result: string,
 *       seconds: number | null, proposed?: string }
 *   | { type: "titled", title: string }
 *   | { type: "noticed", code: string, text: string }
 *   | { type: "onboarded", details: Record<string, unknown> }
 *   | { type: "beat" }
 *   | { type: "ignored" }
 *   | { type: "invalid", raw: string }} ReplyEvent
 */

/** @typedef {Record<string, unknown>} Fields */

/** @type {Readonly<Record<string, (fields: Fields) => ReplyEvent>>} */
const decoders = {
  message: decodeUnnamed,
  accepted: (fields) => ({
    type: "accepted",
    conversationId: text(fields.conversation_id),
    replyId: text(fields.reply_id),
    agent: textOrNull(fields.agent),
    reason: textOrNull(fields.reason),
  }),
  routed: (fields) => ({ type: "routed", agent: text(fields.agent), reason: text(fields.reason) }),
  status: (fields) => ({ type: "status", phase: text(fields.phase) }),
  reasoning: (fields) => ({ type: "reasoning", text: text(fields.text) }),
  tool_call: (fields) => ({
    type: "toolCalled",
    id: text(fields.id),
    name: text(fields.name),
    arguments: written(fields.arguments),
  }),
  tool_result: (fields) => ({
    type: "toolAnswered",
    id: text(fields.id),
    name: text(fields.name),
    isFailure: "error" in fields,
    result: "error" in fields ? text(fields.error) : written(fields.result),
    seconds: typeof fields.seconds === "number" ? fields.seconds : null,
    ...proposalIn(text(fields.name), fields.result),
  }),
  title: (fields) => ({ type: "titled", title: text(fields.title) }),
  notice: (fields) => ({ type: "noticed", code: text(fields.code), text: text(fields.text) }),
  onboarding: (fields) => ({ type: "onboarded", details: fields }),
  beat: () => ({ type: "beat" }),
}

/** The names to listen for; `message` is what an EventSource calls an event without a name. */
export const eventNames = Object.keys(decoders)

/**
 * @param {string} name
 * @param {string} data
 * @returns {ReplyEvent} What cannot be read is "invalid"; what we do not know yet is "ignored".
 */
export function decodeEvent(name, data) {
  const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined
  if (!decode) return { type: "ignored" }
  const fields = parseObject(data)
  return fields ? decode(fields) : { type: "invalid", raw: data }
}

/**
 * @param {Fields} fields
 * @returns {ReplyEvent}
 */
function decodeUnnamed(fields) {
  if (typeof fields.error === "string") {
    return { type: "error", sentence: heard(fields.error), kind: text(fields.kind) }
  }
  if (fields.done === true) return { type: "done", agent: textOrNull(fields.agent_type) }
  if (typeof fields.chunk === "string") return { type: "chunk", text: fields.chunk }
  return "chunk" in fields ? { type: "invalid", raw: JSON.stringify(fields) } : { type: "ignored" }
}

/** The one tool whose result asks the reader something; what others give never does. */
const proposingTool = "propose_fact"

/**
 * What a tool wants the reader to decide about.
 *
 * @param {string} tool
 * @param {unknown} result
 * @returns {{ proposed?: string }}
 */
export function proposalIn(tool, result) {
  if (tool !== proposingTool) return {}
  if (typeof result !== "object" || result === null || !("proposed" in result)) return {}
  const proposed = text(result.proposed)
  return proposed ? { proposed } : {}
}

/**
 * @param {string} data
 * @returns {Fields | null}
 */
function parseObject(data) {
  try {
    const value = JSON.parse(data)
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null
  } catch {
    // The caller reports the raw event.
    return null
  }
}

/** @param {unknown} value */
function written(value) {
  return typeof value === "string" ? value : JSON.stringify(value) ?? ""
}

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" ? value : ""
}

/** @param {unknown} value */
function textOrNull(value) {
  return typeof value === "string" ? value : null
}

/**
 * The number of an event, from an EventSource's `lastEventId`.
 *
 * @param {string} id
 * @returns {number | null} Nothing if the server does not count.
 */
export function eventNumber(id) {
  return /^\d+$/.test(id) ? Number(id) : null
}
