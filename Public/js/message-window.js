// A page holds a run of a conversation's messages, not all of them. Pure functions: how the run grows
// at its two ends, and what it lets go of. It never has a gap.

import { isKnownToServer, lastingId } from "./conversation.js"

/** @typedef {import("./conversation.js").Conversation} Conversation */
/** @typedef {import("./conversation.js").Edge} Edge */
/** @typedef {import("./conversation.js").Message} Message */

/**
 * Which messages are asked for: those before one, after one, or around one, or the last ones; and of
 * which path, unless it is the one that the server shows.
 *
 * @typedef {{ before?: string, after?: string, around?: string, leaf?: string | null }} Window
 */

/** How many messages a page has at first, and gets at once. */
export const windowSize = 50

/** With more than this, those that are farthest from where the reader goes are let go of. */
export const mostHeld = 200

/**
 * @param {Conversation} conversation
 * @param {"earlier" | "later"} edge
 * @param {Edge} phase
 * @returns {Conversation}
 */
export function edgeChanged(conversation, edge, phase) {
  return conversation[edge] === phase ? conversation : { ...conversation, [edge]: phase }
}

/**
 * What to ask the server for to have more; nothing while there is nothing that it knows.
 *
 * @param {Conversation} conversation
 * @param {"earlier" | "later"} edge
 * @returns {Window | null}
 */
export function beyond({ messages, leaf }, edge) {
  const next = edge === "earlier"
    ? messages.find(isKnownToServer)
    : messages.findLast(isKnownToServer)
  if (!next) return null
  const id = lastingId(next)
  return edge === "earlier" ? { before: id, leaf } : { after: id, leaf }
}

/**
 * Whether what was asked for still comes right beside the messages that are here.
 *
 * @param {Conversation} conversation
 * @param {"earlier" | "later"} edge
 * @param {Window} asked
 */
export function isBeside(conversation, edge, asked) {
  const now = beyond(conversation, edge)
  return now?.before === asked.before && now?.after === asked.after
}

/**
 * How a conversation was, when nothing is on its way to it any more.
 *
 * @param {Conversation} conversation
 * @returns {Conversation}
 */
export function atRest(conversation) {
  const rested = (/** @type {Edge} */ edge) => edge === "loading" ? "more" : edge
  const { earlier, later } = conversation
  return { ...conversation, earlier: rested(earlier), later: rested(later) }
}

/**
 * @param {Conversation} conversation
 * @param {Conversation} answer The messages before the first one.
 * @returns {Conversation}
 */
export function withEarlier(conversation, answer) {
  const messages = [...unknownIn(conversation, answer), ...conversation.messages]
  const grown = { ...conversation, messages, earlier: answer.earlier }
  const kept = messages.slice(0, mostHeld)
  const dropped = messages.slice(mostHeld)
  // What is written or waits here is nowhere else.
  if (dropped.length === 0 || !dropped.every(isOver)) return grown
  return { ...grown, messages: kept, later: "more" }
}

/**
 * @param {Conversation} conversation
 * @param {Conversation} answer The messages after the last one.
 * @returns {Conversation}
 */
export function withLater(conversation, answer) {
  const messages = [...conversation.messages, ...unknownIn(conversation, answer)]
  return withoutFirst({ ...conversation, messages, later: answer.later })
}

/**
 * Lets go of the first messages where there are too many.
 *
 * @param {Conversation} conversation
 * @returns {Conversation}
 */
export function withoutFirst(conversation) {
  const { messages } = conversation
  if (messages.length <= mostHeld) return conversation
  return { ...conversation, messages: messages.slice(-mostHeld), earlier: "more" }
}

/**
 * The end of the conversation as the server has it now, with what was here before it.
 *
 * @param {Conversation} conversation
 * @param {Conversation} answer The last messages.
 * @returns {Conversation}
 */
export function renewed(conversation, answer) {
  const first = answer.messages[0]
  const index = first
    ? conversation.messages.findIndex((message) => lastingId(message) === first.id)
    : -1
  if (index < 0) return answer
  const before = conversation.messages.slice(0, index)
  return withoutFirst({
    ...answer,
    messages: [...before, ...answer.messages],
    earlier: conversation.earlier,
  })
}

/**
 * @param {Conversation} conversation
 * @param {Conversation} answer
 * @returns {readonly Message[]}
 */
function unknownIn(conversation, answer) {
  const known = new Set(conversation.messages.flatMap(({ id, serverId }) => [id, serverId]))
  return answer.messages.filter(({ id }) => !known.has(id))
}

/** @param {Message} message */
function isOver(message) {
  return message.state !== "streaming" && isKnownToServer(message)
}
