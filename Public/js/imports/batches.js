// Conversations in requests that are small enough.

import { bytesOf } from "./fitting.js"

/** @typedef {import("./conversations.js").Conversation} Conversation */

/**
 * @typedef {object} Batch
 * @property {Conversation[]} conversations Whole ones, or a piece of one.
 * @property {number} begun How many of them have no piece in an earlier batch.
 * @property {number} ended How many have no piece in a later one.
 */

/** The server takes 512 KiB; the rest is for what stands around the conversations. */
export const mostBatchBytes = 500 * 2 ** 10

/** So that any message fits into a piece of its conversation, title and all. */
export const mostMessageBytes = mostBatchBytes - 16 * 2 ** 10

/**
 * Fills batches in order. One that is too long comes in pieces, each in a batch of its own; which
 * of its messages was shown is said in the last, when all are there.
 *
 * @param {Iterable<Conversation>} conversations
 * @param {number} [mostBytes]
 * @returns {Generator<Batch, void>}
 */
export function* batchesOf(conversations, mostBytes = mostBatchBytes) {
  /** @type {Conversation[]} */
  let waiting = []
  let size = 0
  for (const conversation of conversations) {
    const own = bytesOf(conversation) + 1
    if (waiting.length > 0 && size + own > mostBytes) {
      yield { conversations: waiting, begun: waiting.length, ended: waiting.length }
      waiting = []
      size = 0
    }
    if (own > mostBytes) {
      yield* piecesOf(conversation, mostBytes)
    } else {
      waiting.push(conversation)
      size += own
    }
  }
  if (waiting.length > 0) {
    yield { conversations: waiting, begun: waiting.length, ended: waiting.length }
  }
}

/**
 * @param {Conversation} conversation
 * @param {number} mostBytes
 * @returns {Generator<Batch, void>}
 */
function* piecesOf(conversation, mostBytes) {
  const frame = bytesOf({ ...conversation, messages: [] })
  let first = 0
  let size = frame
  for (let index = 0; index < conversation.messages.length; index += 1) {
    const own = bytesOf(conversation.messages[index]) + 1
    if (index > first && size + own > mostBytes) {
      yield piece(conversation, first, index)
      first = index
      size = frame
    }
    size += own
  }
  yield piece(conversation, first, conversation.messages.length)
}

/**
 * @param {Conversation} conversation
 * @param {number} first
 * @param {number} end
 * @returns {Batch}
 */
function piece(conversation, first, end) {
  const isLast = end === conversation.messages.length
  const messages = conversation.messages.slice(first, end)
  return {
    conversations: [{ ...conversation, leaf: isLast ? conversation.leaf : null, messages }],
    begun: first === 0 ? 1 : 0,
    ended: isLast ? 1 : 0,
  }
}

/**
 * Two halves of a batch that was refused as a whole.
 *
 * @param {Batch} batch Of several conversations.
 * @returns {Batch[]}
 */
export function halves({ conversations }) {
  const middle = Math.ceil(conversations.length / 2)
  return [conversations.slice(0, middle), conversations.slice(middle)].map((half) => ({
    conversations: half,
    begun: half.length,
    ended: half.length,
  }))
}
