// The reply that runs, from the question to its end. Pure functions: no DOM, no fetch, no clock.

import { announced, announcements, canAsk, isAtEnd, isResponding } from "./chat-state.js"
import * as conversations from "./conversation.js"
import { renamed, shortened, withFirst } from "./list-state.js"
import { atRest, withoutFirst } from "./message-window.js"
import { askedInstead as askedInPlace } from "./variants.js"
import * as waiting from "./waiting.js"
import { say } from "./words.js"

/** @typedef {import("./chat-state.js").ChatState} ChatState */
/** @typedef {import("./chat-state.js").RunningReply} RunningReply */
/** @typedef {import("./conversation.js").Conversation} Conversation */
/** @typedef {import("./conversation.js").Message} Message */
/** @typedef {import("./api.js").ActiveReply} ActiveReply */
/** @typedef {import("./reply.js").Heard} Heard */

/**
 * Shows the question and an empty reply at once, and puts the conversation first in the list.
 *
 * @param {ChatState} state
 * @param {{ id: string, conversationId: string, text: string }} question
 * @param {number} now
 * @returns {ChatState}
 */
export function asked(state, { id, conversationId, text }, now) {
  if (!canAsk(state)) return state
  const before = state.conversation ?? conversations.emptyConversation(conversationId)
  const conversation = withoutFirst(conversations.asked(before, { id, text, at: now }))
  const next = {
    ...state,
    conversation,
    chosenId: conversationId,
    conversationPhase: /** @type {const} */ ("ready"),
    summaries: withFirst(state.summaries, conversationId, shortened(text), now),
    hint: null,
  }
  return responding(next, {
    questionId: id,
    replyId: conversations.placeholderId(id),
    isFresh: true,
    instead: null,
  }, now)
}

/**
 * Asks in the place of a question that is there: with another text, or the same once more. This is
 * all there is to changing a message, asking again, asking somebody else, and trying again.
 *
 * @param {ChatState} state
 * @param {string} insteadOf
 * @param {{ id: string, text: string }} question
 * @param {number} now
 * @returns {ChatState}
 */
export function askedInstead(state, insteadOf, { id, text }, now) {
  const before = state.conversation
  if (!before || !canAsk(state)) return state
  const conversation = askedInPlace(before, insteadOf, { id, text, at: now })
  if (conversation === before) return state
  const next = {
    ...state,
    conversation,
    editing: null,
    soughtMessageId: null,
    summaries: withFirst(state.summaries, before.id, before.title, now),
    hint: null,
  }
  return responding(next, {
    questionId: id,
    replyId: conversations.placeholderId(id),
    isFresh: true,
    instead: { of: insteadOf, before },
  }, now)
}

/**
 * What was asked instead cannot be sent: everything is as it was, and a changed text is still there.
 *
 * @param {ChatState} state
 * @param {string} sentence Why.
 * @returns {ChatState}
 */
export function takenBack(state, sentence) {
  const { running, conversation } = state
  if (!running?.instead) return state
  const { of, before } = running.instead
  const textOf = (
    /** @type {Conversation | null} */ where,
    /** @type {string} */ id,
  ) => where?.messages.find((message) => message.id === id)?.text ?? ""
  const text = textOf(conversation, running.questionId)
  const editing = text === textOf(before, of) ? null : { id: of, text }
  const summaries = state.summaries.map((summary) =>
    summary.id === before.id ? { ...summary, isRunning: false } : summary
  )
  const next = {
    ...state,
    conversation: atRest(before),
    running: null,
    editing,
    summaries,
    hint: sentence,
  }
  return announced(next, sentence)
}

/**
 * The first question that waits is sent, if that is possible now.
 *
 * @param {ChatState} state
 * @param {string} questionId
 * @param {number} now
 * @returns {ChatState}
 */
export function sent(state, questionId, now) {
  if (!state.conversation || !canAsk(state)) return state
  const conversation = conversations.sent(state.conversation, questionId, now)
  const replyId = conversations.placeholderId(questionId)
  const reply = { questionId, replyId, isFresh: true, instead: null }
  return responding({ ...state, conversation, hint: null }, reply, now)
}

/**
 * What waited for the network has waited so long that the reader is asked first.
 *
 * @param {ChatState} state
 * @param {string} questionId
 * @returns {ChatState}
 */
export function staled(state, questionId) {
  const { conversation } = state
  if (!conversation) return state
  return { ...state, conversation: conversations.waiting(conversation, questionId, "consent") }
}

/**
 * The reader wants to have sent what has waited for long.
 *
 * @param {ChatState} state
 * @param {string} questionId
 * @returns {ChatState}
 */
export function consented(state, questionId) {
  const { conversation } = state
  if (!conversation) return state
  return { ...state, conversation: conversations.waiting(conversation, questionId, "network") }
}

/**
 * Holds on to a reply that runs already.
 *
 * @param {ChatState} state
 * @param {string} questionId
 * @param {string} replyId
 * @param {number} now
 * @returns {ChatState}
 */
export function resumed(state, questionId, replyId, now) {
  if (!state.conversation) return state
  const conversation = conversations.reattached(state.conversation, replyId)
  const next = { ...state, conversation, hint: null }
  return responding(next, {
    questionId,
    replyId,
    isFresh: false,
    instead: null,
  }, now)
}

/**
 * @param {ChatState} state
 * @param {Pick<RunningReply, "questionId" | "replyId" | "isFresh" | "instead">} reply
 * @param {number} now
 * @returns {ChatState}
 */
function responding(state, reply, now) {
  const way = waiting.begun(now)
  const running = { ...reply, wasStopped: false, lostConnection: null, way }
  return announced({ ...state, running }, announcements.responding)
}

/**
 * What was heard about a reply, told to the message that it belongs to. News of a reply that the
 * page has let go of changes nothing.
 *
 * @param {ChatState} state
 * @param {string} replyId
 * @param {Heard} heard
 * @param {number} now
 * @returns {ChatState}
 */
export function heard(state, replyId, heard, now) {
  if (!state.conversation || state.running?.replyId !== replyId) return state
  return told(advancing(state, state.running, heard, now), replyId, heard, now)
}

/**
 * The server has let the question in.
 *
 * @param {ChatState} state
 * @param {string} replyId
 * @param {number} now
 * @returns {ChatState}
 */
export function granted(state, replyId, now) {
  const { running } = state
  if (running?.replyId !== replyId || running.way.grantedAt !== null) return state
  return { ...state, running: { ...running, way: { ...running.way, grantedAt: now } } }
}

/**
 * The reply is asked for in one piece, so nothing is heard before its end.
 *
 * @param {ChatState} state
 * @param {string} replyId
 * @param {number} now
 * @returns {ChatState}
 */
export function awaitingWhole(state, replyId, now) {
  const { running, conversation } = state
  if (running?.replyId !== replyId || !conversation) return state
  return {
    ...state,
    conversation: conversations.progressed(conversation, replyId, "whole"),
    running: { ...running, way: { ...running.way, grantedAt: now, acceptedAt: now } },
  }
}

/**
 * Notes when a part of the way to the first text is done.
 *
 * @param {ChatState} state
 * @param {RunningReply} running
 * @param {Heard} heard
 * @param {number} now
 * @returns {ChatState}
 */
function advancing(state, running, heard, now) {
  const { way } = running
  /** @param {Partial<import("./waiting.js").Way>} done */
  const going = (done) => ({ ...state, running: { ...running, way: { ...way, ...done } } })
  if (heard.type === "accepted" && way.acceptedAt === null) return going({ acceptedAt: now })
  if (heard.type !== "chunk" || way.firstTextAt !== null) return state
  const whole = { ...way, firstTextAt: now }
  if (!running.isFresh) return going(whole)
  const settings = { ...state.settings, habits: waiting.learned(state.settings.habits, whole) }
  return { ...going(whole), settings }
}

/**
 * @param {ChatState} state
 * @param {string} replyId
 * @param {Heard} heard
 * @param {number} now
 * @returns {ChatState}
 */
function told(state, replyId, heard, now) {
  const { conversation, running } = state
  if (!conversation || running?.replyId !== replyId) return state

  /** @param {Conversation} changed */
  const showing = (changed) => ({ ...state, conversation: changed })

  switch (heard.type) {
    case "chunk":
      return showing(conversations.replied(conversation, replyId, heard.text))
    case "status":
      return showing(conversations.progressed(conversation, replyId, heard.phase))
    case "reasoning":
      return showing(conversations.reasoned(conversation, replyId, heard.text))
    case "toolCalled":
      return showing(
        conversations.acted(conversation, replyId, {
          id: heard.id,
          name: heard.name,
          state: "running",
          arguments: heard.arguments,
        }),
      )
    case "toolAnswered":
      return showing(
        conversations.acted(conversation, replyId, {
          id: heard.id,
          name: heard.name,
          state: heard.isFailure ? "failed" : "done",
          result: heard.result,
          seconds: heard.seconds,
          ...(heard.proposed && { proposed: heard.proposed }),
        }),
      )
    case "accepted":
      return {
        ...showing(conversations.accepted(conversation, replyId, heard)),
        running: { ...running, instead: null },
      }
    case "routed":
      return showing(conversations.routed(conversation, replyId, heard))
    case "titled":
      return renamed(state, conversation.id, heard.title)
    case "noticed":
      return noticed(state, conversation, running, heard)
    case "connectionLost": {
      const { attempt, waitMs, sentence } = heard
      const lostConnection = { attempt, waitMs, sentence }
      return { ...state, running: { ...running, lostConnection } }
    }
    case "connectionBack":
      return { ...state, running: { ...running, lostConnection: null } }
    case "done":
      return ended(
        state,
        conversations.finished(conversation, replyId, {
          agent: heard.agent,
          wasStopped: running.wasStopped,
        }),
        now,
      )
    case "error":
      return ended(
        state,
        conversations.failed(conversation, replyId, {
          sentence: heard.sentence,
          wasInterrupted: heard.kind === "interrupted",
        }),
        now,
      )
    case "failedHere":
      return ended(
        state,
        conversations.failed(conversation, replyId, {
          sentence: heard.problem.message,
          needsLogin: heard.problem.kind === "session",
          canReattach: true,
        }),
        now,
      )
    default:
      return state
  }
}

/**
 * @param {ChatState} state
 * @param {Conversation} conversation
 * @param {RunningReply} running
 * @param {{ code: string, text: string }} notice
 * @returns {ChatState}
 */
function noticed(state, conversation, running, { code, text }) {
  const { replyId } = running
  switch (code) {
    case "stopped":
      return { ...state, running: { ...running, wasStopped: true } }
    case "not_saved_yet":
      return { ...state, conversation: conversations.keptOnDisk(conversation, replyId, "waiting") }
    case "saved":
      return { ...state, conversation: conversations.keptOnDisk(conversation, replyId, "saved") }
    case "budget":
      return { ...state, conversation: conversations.cutShort(conversation, replyId, text) }
    case "length":
      return {
        ...state,
        conversation: conversations.cutShort(conversation, replyId, say("reply.atLimit")),
      }
    case "stand_in":
      return { ...state, conversation: conversations.stoodInFor(conversation, replyId, text) }
    default:
      return state
  }
}

/**
 * The database has a reply that it did not take at once.
 *
 * @param {ChatState} state
 * @param {string} questionId
 * @returns {ChatState}
 */
export function savedLater(state, questionId) {
  const { conversation } = state
  const reply = conversation?.messages.find((message) => message.replyTo === questionId)
  if (!conversation || !reply) return state
  return { ...state, conversation: conversations.keptOnDisk(conversation, reply.id, "saved") }
}

/**
 * The reader pressed stop: nothing grows any more, whatever still arrives.
 *
 * @param {ChatState} state
 * @param {number} now
 * @returns {ChatState}
 */
export function stopped(state, now) {
  const { conversation, running } = state
  if (!conversation || !running) return state
  const changed = conversations.finished(conversation, running.replyId, {
    wasStopped: true,
    isSaid: false,
  })
  return { ...ended(state, changed, now), isStopping: true }
}

/**
 * @param {ChatState} state
 * @param {string} replyId
 * @param {number | null} seconds How long the server took to stop.
 * @returns {ChatState}
 */
export function stopArrived(state, replyId, seconds) {
  const { conversation } = state
  return {
    ...state,
    isStopping: false,
    conversation: conversation && conversations.stopConfirmed(conversation, replyId, seconds),
  }
}

/**
 * Whether a reply in the open conversation began or ended elsewhere, in another tab perhaps. Whoever
 * reads far above its end has no use for that.
 *
 * @param {ChatState} state
 * @param {readonly ActiveReply[]} active
 * @param {ReadonlySet<string>} [known] What is known of replies beside the path that is shown.
 */
export function hasNews(state, active, known = new Set()) {
  const { conversation, conversationPhase, chosenId } = state
  if (!conversation || conversationPhase !== "ready" || isResponding(state)) return false
  return isAtEnd(state) &&
    active.some((reply) =>
      reply.conversationId === chosenId && !conversations.knows(conversation, reply) &&
      !known.has(newsOf(reply))
    )
}

/**
 * What is known of a reply, as one word.
 *
 * @param {Pick<ActiveReply, "messageId" | "isRunning">} reply
 */
export function newsOf({ messageId, isRunning }) {
  return `${messageId}:${isRunning}`
}

/**
 * The server keeps the reply in its final form.
 *
 * @param {ChatState} state
 * @param {string} replyId
 * @param {Message} kept
 * @param {number} now
 * @returns {ChatState}
 */
export function settled(state, replyId, kept, now) {
  const { conversation, running } = state
  if (!conversation || running?.replyId !== replyId) return state
  return ended(state, conversations.settled(conversation, replyId, kept), now)
}

/**
 * Takes a question away that is not to be sent.
 *
 * @param {ChatState} state
 * @param {string} questionId
 * @returns {ChatState}
 */
export function withdrawn(state, questionId) {
  if (!state.conversation) return state
  return { ...state, conversation: conversations.withdrawn(state.conversation, questionId) }
}

/**
 * The reply is over: it is said once, and what it says goes into the log once.
 *
 * @param {ChatState} state
 * @param {Conversation} conversation
 * @param {number} now
 * @returns {ChatState}
 */
function ended(state, conversation, now) {
  const reply = conversation.messages.find((message) => message.id === state.running?.replyId)
  if (!reply) return { ...state, conversation, running: null }
  const summaries = withFirst(state.summaries, conversation.id, conversation.title, now)
    .map((summary) => summary.id === conversation.id ? { ...summary, isRunning: false } : summary)
  const log = reply.text ? { number: state.log.number + 1, text: reply.text } : state.log
  return announced({ ...state, conversation, running: null, summaries, log }, endingOf(reply))
}

/** @param {Message} reply */
function endingOf(reply) {
  if (reply.state === "complete") return announcements.finished
  if (reply.state === "stopped") return announcements.stopped
  return announcements.failed(reply.error ?? "")
}
