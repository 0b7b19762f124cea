// The state of the whole page and how it changes. Pure functions: no DOM, no fetch, no clock.

import * as conversations from "./conversation.js"
import { mostUnsent, withUnsent } from "./outbox.js"
import { firstSettings } from "./settings.js"
import * as waiting from "./waiting.js"

/** @typedef {import("./conversation.js").Conversation} Conversation */
/** @typedef {import("./conversation.js").Message} Message */
/** @typedef {import("./api.js").Summary} Summary */
/** @typedef {import("./api.js").Configuration} Configuration */
/** @typedef {import("./api.js").ActiveReply} ActiveReply */
/** @typedef {import("./api.js").Profile} Profile */
/** @typedef {import("./api.js").Memory} Memory */
/** @typedef {import("./reply.js").Heard} Heard */

/**
 * The reply that the page holds on to. There is at most one.
 *
 * @typedef {object} RunningReply
 * @property {string} questionId
 * @property {string} replyId
 * @property {boolean} wasStopped Whether the server said that somebody stopped it.
 * @property {LostConnection | null} lostConnection
 * @property {boolean} isFresh Whether its question was asked here, just now.
 * @property {import("./waiting.js").Way} way When each part of the way to the first text was done.
 */

/**
 * The page waits before it asks again. `sentence` is what the server said, if it said anything.
 *
 * @typedef {{ attempt: number, waitMs: number, sentence: string | null }} LostConnection
 */

/**
 * Text for one of the two live regions. The number tells two equal texts apart.
 *
 * @typedef {{ number: number, text: string }} Announcement
 */

/**
 * @typedef {object} ChatState
 * @property {Configuration | null} configuration
 * @property {Profile | null} profile What is known about the reader, where the page shows it.
 * @property {Memory | null} memory What is remembered about the reader.
 * @property {"loading" | "ready" | "failed"} listPhase
 * @property {import("./settings.js").Settings} settings
 * @property {readonly Summary[]} summaries Newest first.
 * @property {readonly import("./outbox.js").Unsent[]} unsent What waits for the network.
 * @property {readonly Summary[]} removals Gone from the list, and not yet from the server.
 * @property {Conversation | null} conversation None before the first message of a new one.
 * @property {string | null} chosenId
 * @property {"new" | "loading" | "ready" | "missing" | "failed"} conversationPhase
 * @property {RunningReply | null} running
 * @property {string | null} pickedAgent Who is to answer; nothing lets the server choose.
 * @property {boolean} isStopping Whether a stop is on its way to the server.
 * @property {Readonly<Record<string, Inspected>>} inspections By question: what the reader looks into.
 * @property {string | null} hint A sentence about something that did not work.
 * @property {Announcement} status
 * @property {Announcement} log
 */

/** @typedef {{ phase: "loading" } | { phase: "failed", sentence: string }
 *   | { phase: "ready", inspection: import("./api.js").Inspection }} Inspected */

/** @type {ChatState} */
export const firstState = Object.freeze({
  configuration: null,
  profile: null,
  memory: null,
  settings: firstSettings,
  listPhase: "loading",
  summaries: [],
  unsent: [],
  removals: [],
  conversation: null,
  chosenId: null,
  conversationPhase: "new",
  running: null,
  pickedAgent: null,
  isStopping: false,
  inspections: {},
  hint: null,
  status: { number: 0, text: "" },
  log: { number: 0, text: "" },
})

/** The catalogue of what a screen reader is told. */
export const announcements = Object.freeze({
  responding: "Assistant is responding",
  stillResponding: "The assistant is still answering.",
  finished: "The response is complete.",
  stopped: "The response was stopped.",
  failed: (/** @type {string} */ why) => `The response failed. ${why}`,
  removed: (/** @type {string} */ title) => `Deleted “${title}”. You can still undo this.`,
  restored: (/** @type {string} */ title) => `“${title}” is back.`,
})

/** @param {ChatState} state */
export function canAsk(state) {
  const isReady = state.conversationPhase === "new" || state.conversationPhase === "ready"
  return isReady && !isResponding(state)
}

/**
 * Whether a message may be written to be sent later: the one before it could not be sent either.
 *
 * @param {ChatState} state
 */
export function canQueue({ running, unsent }) {
  return running !== null && running.lostConnection !== null && running.way.acceptedAt === null &&
    unsent.length < mostUnsent
}

/** @param {Pick<ChatState, "running" | "isStopping">} state */
export function isResponding(state) {
  return state.running !== null || state.isStopping
}

/**
 * @param {ChatState} state
 * @param {string} text
 * @returns {ChatState}
 */
export function announced(state, text) {
  return { ...state, status: { number: state.status.number + 1, text } }
}

/**
 * @param {ChatState} state
 * @param {string | null} hint
 * @returns {ChatState}
 */
export function hinted(state, hint) {
  return state.hint === hint ? state : { ...state, hint }
}

/**
 * @param {ChatState} state
 * @param {Configuration} configuration
 * @returns {ChatState}
 */
export function configured(state, configuration) {
  return { ...state, configuration }
}

/**
 * @param {ChatState} state
 * @param {Partial<import("./settings.js").Settings>} chosen
 * @returns {ChatState}
 */
export function set(state, chosen) {
  return { ...state, settings: { ...state.settings, ...chosen } }
}

/**
 * @param {ChatState} state
 * @param {Profile} profile
 * @returns {ChatState}
 */
export function profiled(state, profile) {
  return { ...state, profile }
}

/**
 * @param {ChatState} state
 * @param {string | null} agent
 * @returns {ChatState}
 */
export function picked(state, agent) {
  return { ...state, pickedAgent: agent }
}

/**
 * @param {ChatState} state
 * @param {Memory} memory
 * @returns {ChatState}
 */
export function remembered(state, memory) {
  return { ...state, memory }
}

// The list

/**
 * @param {ChatState} state
 * @param {readonly Summary[]} summaries
 * @returns {ChatState}
 */
export function listed(state, summaries) {
  const isNew = (/** @type {Summary} */ own) => summaries.every((summary) => summary.id !== own.id)
  // What the page has just begun may not be in an answer that was on its way already.
  const begun = state.running
    ? state.summaries.filter((own) => own.id === state.chosenId && isNew(own))
    : []
  for (const { conversationId: id, text, writtenAt } of state.unsent) {
    const own = { id, title: shortened(text), updatedAt: writtenAt, isRunning: false }
    if (isNew(own) && begun.every((known) => known.id !== id)) begun.push(own)
  }
  const kept = [...begun, ...summaries].filter((summary) => !isRemoved(state, summary.id))
  return { ...state, listPhase: "ready", summaries: kept }
}

/**
 * @param {ChatState} state
 * @returns {ChatState}
 */
export function listFailed(state) {
  return state.listPhase === "ready" ? state : { ...state, listPhase: "failed" }
}

/**
 * @param {ChatState} state
 * @param {string} id
 * @param {string} title
 * @returns {ChatState}
 */
export function renamed(state, id, title) {
  const summaries = state.summaries.map((summary) =>
    summary.id === id ? { ...summary, title } : summary
  )
  const conversation = state.conversation?.id === id
    ? { ...state.conversation, title }
    : state.conversation
  return { ...state, summaries, conversation }
}

/**
 * @param {ChatState} state
 * @param {string} id
 * @returns {ChatState}
 */
export function removed(state, id) {
  const summary = state.summaries.find((summary) => summary.id === id)
  if (!summary) return state
  const next = {
    ...state,
    summaries: state.summaries.filter((other) => other !== summary),
    removals: [...state.removals, summary],
  }
  return announced(next, announcements.removed(summary.title))
}

/**
 * @param {ChatState} state
 * @param {string} id
 * @returns {ChatState}
 */
export function restored(state, id) {
  const summary = state.removals.find((removal) => removal.id === id)
  if (!summary) return state
  const summaries = [...state.summaries, summary].sort((a, b) => b.updatedAt - a.updatedAt)
  return announced({ ...forgotten(state, id), summaries }, announcements.restored(summary.title))
}

/**
 * The removal is final.
 *
 * @param {ChatState} state
 * @param {string} id
 * @returns {ChatState}
 */
export function forgotten(state, id) {
  return { ...state, removals: state.removals.filter((removal) => removal.id !== id) }
}

/**
 * @param {ChatState} state
 * @param {string} id
 */
function isRemoved(state, id) {
  return state.removals.some((removal) => removal.id === id)
}

// Choosing a conversation

/**
 * @param {ChatState} state
 * @param {string | null} id Nothing for a new one.
 * @returns {ChatState}
 */
export function chosen(state, id) {
  return {
    ...state,
    chosenId: id,
    conversation: null,
    conversationPhase: id ? "loading" : "new",
    running: null,
    inspections: {},
    hint: null,
  }
}

/**
 * @param {ChatState} state
 * @param {Conversation} conversation
 * @returns {ChatState}
 */
export function loaded(state, conversation) {
  if (state.chosenId !== conversation.id) return state
  return { ...state, conversation, conversationPhase: "ready" }
}

/**
 * @param {ChatState} state
 * @param {string} id
 * @param {"missing" | "failed" | "new"} phase
 * @returns {ChatState}
 */
export function notLoaded(state, id, phase) {
  return state.chosenId === id ? { ...state, conversationPhase: phase } : state
}

// A reply

/** A title until the server has found one. */
const longestOwnTitle = 48

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
  const conversation = conversations.asked(before, { id, text, at: now })
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
  }, now)
}

/**
 * What waits for the network has changed.
 *
 * @param {ChatState} state
 * @param {readonly import("./outbox.js").Unsent[]} unsent
 * @param {number} now
 * @returns {ChatState}
 */
export function unsentChanged(state, unsent, now) {
  const next = { ...state, unsent }
  return state.conversation
    ? { ...next, conversation: withUnsent(state.conversation, unsent, now) }
    : next
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
  const reply = { questionId, replyId: conversations.placeholderId(questionId), isFresh: true }
  return responding({ ...state, conversation, hint: null }, reply, now)
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
  return responding(next, { questionId, replyId, isFresh: false }, now)
}

/**
 * @param {ChatState} state
 * @param {Pick<RunningReply, "questionId" | "replyId" | "isFresh">} reply
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
      return showing(conversations.accepted(conversation, replyId, heard))
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
 * @param {ChatState} state
 * @param {string} questionId
 * @param {Inspected} inspected
 * @returns {ChatState}
 */
export function inspecting(state, questionId, inspected) {
  return { ...state, inspections: { ...state.inspections, [questionId]: inspected } }
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
  const changed = conversations.finished(conversation, running.replyId, { wasStopped: true })
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
 * Whether a reply in the open conversation began or ended elsewhere, in another tab perhaps.
 *
 * @param {ChatState} state
 * @param {readonly ActiveReply[]} active
 */
export function hasNews({ conversation, conversationPhase, chosenId, ...state }, active) {
  if (!conversation || conversationPhase !== "ready" || isResponding(state)) return false
  return active.some((reply) =>
    reply.conversationId === chosenId && !conversations.knows(conversation, reply)
  )
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
 * Takes a failed reply and its question back, to ask the question anew.
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

/**
 * @param {readonly Summary[]} summaries
 * @param {string} id
 * @param {string} title For a conversation that is not in the list yet.
 * @param {number} now
 * @returns {Summary[]}
 */
function withFirst(summaries, id, title, now) {
  const known = summaries.find((summary) => summary.id === id)
  const first = { id, title: known?.title || title, updatedAt: now, isRunning: true }
  return [first, ...summaries.filter((summary) => summary.id !== id)]
}

/** @param {string} text */
function shortened(text) {
  const line = text.trim().replaceAll(/\s+/g, " ")
  const characters = [...line]
  if (characters.length <= longestOwnTitle) return line
  return `${characters.slice(0, longestOwnTitle - 1).join("").trimEnd()}…`
}
