// The same place in a conversation, told in several ways: another text of a question, another reply to
// the same one. Each is a question of its own beside the first; nothing is ever overwritten. Pure
// functions.

import { asked, isBusy, parentOf } from "./conversation.js"

/** @typedef {import("./conversation.js").Conversation} Conversation */
/** @typedef {import("./conversation.js").Message} Message */

/**
 * Asks instead of a question that is there, in its place: with another text, or the same once more.
 * What stood from there on leaves the page; the server has it.
 *
 * @param {Conversation} conversation
 * @param {string} insteadOf
 * @param {{ id: string, text: string, at: number }} question
 * @returns {Conversation}
 */
export function askedInstead(conversation, insteadOf, { id, text, at }) {
  const index = conversation.messages.findIndex((message) => message.id === insteadOf)
  const old = conversation.messages[index]
  if (!old || old.role !== "user" || isBusy(conversation)) return conversation
  const reply = conversation.messages.find(({ replyTo }) => replyTo === insteadOf)
  const parentId = parentOf(conversation, insteadOf)
  const messagesBefore = conversation.messages.slice(0, index)
  const before =
    /** @type {Conversation} */ ({ ...conversation, messages: messagesBefore, later: "end" })
  const anew = asked(before, { id, text, at })
  const isSame = text === old.text
  const variants = {
    question: isSame || !old.isReceived ? replaced(old, id) : [...ownVariants(old), id],
    reply: isSame && old.isReceived ? [...(reply ?? old).variants, id] : [id],
  }
  const messages = anew.messages.map((message) =>
    message.id === id
      ? { ...message, parentId, variants: variants.question }
      : message.replyTo === id
      ? { ...message, variants: variants.reply }
      : message
  )
  return { ...anew, messages }
}

/**
 * Where a message stands among its variants; nothing where it is the only one.
 *
 * @param {Pick<Message, "id" | "replyTo" | "variants">} message
 * @returns {{ number: number, total: number, earlier: string | null, later: string | null } | null}
 *   `earlier` and `later` name the question that is to be shown for the next one.
 */
export function placeAmongVariants({ id, replyTo, variants }) {
  const index = variants.indexOf(replyTo ?? id)
  if (variants.length < 2 || index < 0) return null
  return {
    number: index + 1,
    total: variants.length,
    earlier: variants[index - 1] ?? null,
    later: variants[index + 1] ?? null,
  }
}

/** @param {Message} question */
function ownVariants({ id, variants }) {
  return variants.length === 0 ? [id] : variants
}

/**
 * @param {Message} question
 * @param {string} id Of what stands for it.
 */
function replaced(question, id) {
  return ownVariants(question).map((variant) => variant === question.id ? id : variant)
}
