// What a conversation is and how it changes. Pure functions: no DOM, no fetch, no clock.

/** @typedef {"complete" | "stopped" | "failed" | "interrupted" | "streaming"} MessageState */

/**
 * Something the assistant did on its way to the text.
 *
 * @typedef {object} Activity
 * @property {string} id
 * @property {string} name
 * @property {"running" | "done" | "failed"} state
 * @property {string} [arguments] JSON, as the assistant wrote it.
 * @property {string} [result] JSON, or the sentence of a failure.
 * @property {number | null} [seconds] How long it took.
 * @property {string} [proposed] What the reader is asked to have remembered.
 */

/**
 * @typedef {object} Message
 * @property {string} id
 * @property {"user" | "assistant"} role
 * @property {string} text
 * @property {MessageState} state
 * @property {string | null} replyTo The reader's message that this one answers.
 * @property {string | null} parentId What it comes after, by the server's name; nothing where that is not known, or is nothing.
 * @property {readonly string[]} variants Questions that stand in one place: of a question, one for each text, with its own id
 *   for its own; of a reply, those of its question's text, each of which has a reply.
 * @property {string | null} serverId What the server calls a reply that the page named first.
 * @property {string | null} agent
 * @property {string | null} error A sentence for the reader.
 * @property {number | null} shown How much of a stopped reply's text was on the screen; nothing for all.
 * @property {boolean} needsLogin Whether it failed because the session is over.
 * @property {boolean} canReattach Whether trying again may ask for the same reply once more.
 * @property {string | null} phase What the assistant is busy with before the text begins.
 * @property {string} reasoning
 * @property {readonly Activity[]} activities
 * @property {string | null} replayed What has come again of a text that is shown already, until that is all of it.
 * @property {boolean} isReceived Of a question: whether the server has it.
 * @property {"nothing" | "network" | "consent"} waits Of a question that was not sent: for what it waits.
 * @property {"unknown" | "waiting" | "saved"} saving Of a reply that is over: whether the database has it.
 * @property {number | null} stopSeconds How long the server took to stop it, once it has said so.
 * @property {string | null} reason Why this assistant answers, in the server's words.
 * @property {string | null} standIn What was said when another answered in the model's place.
 * @property {string | null} cutShort Why it ends before its end, where the server has said so.
 * @property {number} createdAt Milliseconds since 1970.
 */

/** @typedef {"end" | "more" | "loading" | "failed"} Edge What is beyond the messages that are here. */

/**
 * A run of the messages of a conversation, without a gap: see message-window.js.
 *
 * @typedef {object} Conversation
 * @property {string} id
 * @property {string} title
 * @property {readonly Message[]} messages
 * @property {Edge} earlier
 * @property {Edge} later
 * @property {string | null} leaf The end of the path that they are of; nothing for the one that the server shows.
 */

/**
 * @param {Pick<Conversation, "id" | "title" | "messages"> & Partial<Conversation>} known
 * @returns {Conversation}
 */
export function conversation(known) {
  return { earlier: "end", later: "end", leaf: null, ...known }
}

/**
 * @param {string} id
 * @returns {Conversation}
 */
export function emptyConversation(id) {
  return conversation({ id, title: "", messages: [] })
}

/**
 * @param {Pick<Message, "id" | "role" | "text" | "state" | "createdAt"> & Partial<Message>} known
 * @returns {Message}
 */
export function message(known) {
  return {
    replyTo: null,
    serverId: null,
    parentId: null,
    variants: [],
    agent: null,
    error: null,
    shown: null,
    needsLogin: false,
    canReattach: false,
    phase: null,
    reasoning: "",
    activities: [],
    replayed: null,
    isReceived: true,
    waits: "nothing",
    saving: "unknown",
    stopSeconds: null,
    reason: null,
    standIn: null,
    cutShort: null,
    ...known,
  }
}

/**
 * The name of the empty message that waits for the reply to a question.
 *
 * @param {string} questionId
 * @returns {string}
 */
export function placeholderId(questionId) {
  return `reply-to-${questionId}`
}

/**
 * @param {Conversation} conversation
 * @returns {boolean}
 */
export function isBusy(conversation) {
  return conversation.messages.some((message) => message.state === "streaming")
}

/**
 * Whether a reply has text that breaks off, and no more of it can be had.
 *
 * @param {Message} message
 */
export function isUnfinished(message) {
  const { state, text, cutShort } = message
  if (text === "") return false
  if (state === "complete") return cutShort !== null
  return state === "interrupted" || state === "stopped" || brokeOff(message)
}

/**
 * Whether a reply failed in the middle of its text.
 *
 * @param {Message} message
 */
export function brokeOff({ state, text, needsLogin, canReattach }) {
  return state === "failed" && text !== "" && !needsLogin && !canReattach
}

/**
 * Shows the reader's message at once, with an empty reply behind it. While a reply runs, nothing is
 * added.
 *
 * @param {Conversation} conversation
 * @param {{ id: string, text: string, at: number }} question
 * @returns {Conversation}
 */
export function asked(conversation, { id, text, at }) {
  if (isBusy(conversation)) return conversation
  const question = message({
    id,
    role: "user",
    text,
    state: "complete",
    parentId: lastSent(conversation.messages),
    variants: [id],
    isReceived: false,
    createdAt: at,
  })
  // The server shows the path to what was asked last.
  const messages = [...conversation.messages, question]
  return withPlaceholder({ ...conversation, messages, leaf: null }, id, at)
}

/**
 * A question that waited is being sent: the empty reply stands behind it.
 *
 * @param {Conversation} conversation
 * @param {string} questionId
 * @param {number} at
 * @returns {Conversation}
 */
export function sent(conversation, questionId, at) {
  const index = conversation.messages.findIndex(({ id }) => id === questionId)
  if (index < 0 || isBusy(conversation)) return conversation
  const before = { ...conversation, messages: conversation.messages.slice(0, index + 1) }
  const going = withPlaceholder(waiting(before, questionId, "nothing"), questionId, at)
  return {
    ...going,
    messages: [...going.messages, ...conversation.messages.slice(index + 1)],
  }
}

/**
 * @param {Conversation} conversation
 * @param {string} questionId
 * @param {Message["waits"]} waits
 * @returns {Conversation}
 */
export function waiting(conversation, questionId, waits) {
  return changing(conversation, questionId, (question) => ({ ...question, waits }))
}

/**
 * @param {Conversation} conversation
 * @param {string} questionId
 * @param {number} at
 * @returns {Conversation}
 */
export function withPlaceholder(conversation, questionId, at) {
  const reply = message({
    id: placeholderId(questionId),
    role: "assistant",
    text: "",
    state: "streaming",
    replyTo: questionId,
    variants: [questionId],
    createdAt: at,
  })
  return { ...conversation, messages: [...conversation.messages, reply] }
}

/**
 * @param {Conversation} conversation
 * @param {string} id
 * @param {(message: Message) => Message} change
 * @returns {Conversation}
 */
function changing(conversation, id, change) {
  const messages = conversation.messages.map((message) =>
    message.id === id ? change(message) : message
  )
  return { ...conversation, messages }
}

/**
 * Like `changing`, for a reply that still runs: what is over stays as it is.
 *
 * @param {Conversation} conversation
 * @param {string} id
 * @param {(message: Message) => Message} change
 * @returns {Conversation}
 */
function whileRunning(conversation, id, change) {
  return changing(
    conversation,
    id,
    (message) => message.state === "streaming" ? change(message) : message,
  )
}

/**
 * The server has the question, and somebody answers it.
 *
 * @param {Conversation} conversation
 * @param {string} id
 * @param {{ replyId: string, agent: string | null, reason: string | null }} by
 * @returns {Conversation}
 */
export function accepted(conversation, id, { replyId, agent, reason }) {
  const reply = conversation.messages.find((message) => message.id === id)
  const received = changing(
    conversation,
    reply?.replyTo ?? "",
    (question) => ({ ...question, isReceived: true }),
  )
  return whileRunning(received, id, (message) => ({ ...message, serverId: replyId, agent, reason }))
}

/**
 * Somebody else answers than was said first.
 *
 * @param {Conversation} conversation
 * @param {string} id
 * @param {{ agent: string, reason: string }} by
 * @returns {Conversation}
 */
export function routed(conversation, id, { agent, reason }) {
  return whileRunning(conversation, id, (message) => ({ ...message, agent, reason }))
}

/**
 * Another answers in the model's place.
 *
 * @param {Conversation} conversation
 * @param {string} id
 * @param {string} sentence
 * @returns {Conversation}
 */
export function stoodInFor(conversation, id, sentence) {
  return whileRunning(conversation, id, (message) => ({ ...message, standIn: sentence }))
}

/**
 * The reply ends before its end, although nothing failed.
 *
 * @param {Conversation} conversation
 * @param {string} id
 * @param {string} sentence Why; the first that is said stays.
 * @returns {Conversation}
 */
export function cutShort(conversation, id, sentence) {
  return whileRunning(conversation, id, (message) => ({
    ...message,
    cutShort: message.cutShort ?? sentence,
  }))
}

/**
 * The server has stopped the reply, and says how long that took.
 *
 * @param {Conversation} conversation
 * @param {string} id
 * @param {number | null} seconds
 * @returns {Conversation}
 */
export function stopConfirmed(conversation, id, seconds) {
  return changing(conversation, id, (message) => ({
    ...message,
    stopSeconds: seconds,
    saving: seconds === null ? message.saving : "saved",
  }))
}

/**
 * @param {Conversation} conversation
 * @param {string} id
 * @param {Message["saving"]} saving
 * @returns {Conversation}
 */
export function keptOnDisk(conversation, id, saving) {
  return changing(conversation, id, (message) => ({ ...message, saving }))
}

/**
 * Appends a piece of the reply to the message it belongs to.
 *
 * @param {Conversation} conversation
 * @param {string} id
 * @param {string} piece
 * @returns {Conversation}
 */
export function replied(conversation, id, piece) {
  return whileRunning(conversation, id, (message) => ({
    ...message,
    ...grown(message, piece),
    phase: "writing",
  }))
}

/**
 * The text with a piece more. One that is told anew from its beginning never becomes shorter on the
 * way: what is shown stays until as much has come again, or something else.
 *
 * @param {Message} message
 * @param {string} piece
 * @returns {Pick<Message, "text" | "replayed">}
 */
function grown({ text, replayed }, piece) {
  if (replayed === null) return { text: text + piece, replayed }
  const again = replayed + piece
  const isBehind = again.length < text.length && text.startsWith(again)
  return isBehind ? { text, replayed: again } : { text: again, replayed: null }
}

/**
 * @param {Conversation} conversation
 * @param {string} id
 * @param {string} phase
 * @returns {Conversation}
 */
export function progressed(conversation, id, phase) {
  return whileRunning(conversation, id, (message) => ({ ...message, phase }))
}

/**
 * @param {Conversation} conversation
 * @param {string} id
 * @param {string} piece
 * @returns {Conversation}
 */
export function reasoned(conversation, id, piece) {
  return whileRunning(conversation, id, (message) => ({
    ...message,
    reasoning: message.reasoning + piece,
  }))
}

/**
 * @param {Conversation} conversation
 * @param {string} id
 * @param {Activity} activity Replaces the one with the same id, or comes last.
 * @returns {Conversation}
 */
export function acted(conversation, id, activity) {
  return whileRunning(conversation, id, (message) => {
    const isKnown = message.activities.some((known) => known.id === activity.id)
    const activities = isKnown
      ? message.activities.map((known) =>
        known.id === activity.id ? { ...known, ...activity } : known
      )
      : [...message.activities, activity]
    return { ...message, activities }
  })
}

/**
 * @param {Conversation} conversation
 * @param {string} id
 * @param {{ agent?: string | null, wasStopped?: boolean, isSaid?: boolean }} [how] Whether the
 *   server has said so, which it does once the reply is on disk.
 * @returns {Conversation}
 */
export function finished(
  conversation,
  id,
  { agent = null, wasStopped = false, isSaid = true } = {},
) {
  return whileRunning(conversation, id, (message) => ({
    ...message,
    state: wasStopped ? "stopped" : "complete",
    text: wasStopped ? message.text : message.replayed || message.text,
    saving: message.saving === "waiting" || !isSaid ? message.saving : "saved",
    agent: agent ?? message.agent,
    phase: null,
    replayed: null,
  }))
}

/**
 * Ends a reply with a reason. What had arrived stays.
 *
 * @param {Conversation} conversation
 * @param {string} id
 * @param {{ sentence: string, wasInterrupted?: boolean, needsLogin?: boolean,
 *   canReattach?: boolean }} why
 * @returns {Conversation}
 */
export function failed(
  conversation,
  id,
  { sentence, wasInterrupted = false, needsLogin = false, canReattach = false },
) {
  return whileRunning(conversation, id, (message) => ({
    ...message,
    state: wasInterrupted ? "interrupted" : "failed",
    error: sentence,
    needsLogin,
    canReattach,
    phase: null,
    replayed: null,
  }))
}

/**
 * Lets a message run (again): the text that is shown stays until as much has come anew.
 *
 * @param {Conversation} conversation
 * @param {string} id
 * @returns {Conversation}
 */
export function reattached(conversation, id) {
  return changing(conversation, id, (message) => ({
    ...message,
    state: "streaming",
    error: null,
    canReattach: false,
    reasoning: "",
    activities: [],
    replayed: "",
  }))
}

/**
 * Puts what the server keeps in place of what was shown.
 *
 * @param {Conversation} conversation
 * @param {string} id
 * @param {Message} kept
 * @returns {Conversation}
 */
export function settled(conversation, id, kept) {
  return changing(conversation, id, (message) => ({ ...kept, id, serverId: message.serverId }))
}

/**
 * Takes a question away that is not to be sent.
 *
 * @param {Conversation} conversation
 * @param {string} questionId
 * @returns {Conversation}
 */
export function withdrawn(conversation, questionId) {
  const messages = conversation.messages.filter((message) =>
    message.id !== questionId && message.replyTo !== questionId
  )
  return { ...conversation, messages }
}

/**
 * The reply that a conversation from the server is still waiting for.
 *
 * @param {Conversation} conversation
 * @returns {{ questionId: string, replyId: string, text: string } | null}
 */
export function runningReply(conversation) {
  const reply = conversation.messages.find((message) =>
    message.role === "assistant" && message.state === "streaming"
  )
  if (!reply?.replyTo) return null
  const question = conversation.messages.find((message) => message.id === reply.replyTo)
  return question ? { questionId: question.id, replyId: reply.id, text: question.text } : null
}

/**
 * Whether a reply is here as the server tells of it.
 *
 * @param {Conversation} conversation
 * @param {{ messageId: string, isRunning: boolean }} active
 */
export function knows({ messages }, { messageId, isRunning }) {
  const reply = messages.find((message) => message.replyTo === messageId)
  return reply !== undefined && (reply.state === "streaming") === isRunning
}

/**
 * The reply that a question comes after, by the server's name for it.
 *
 * @param {Conversation} conversation
 * @param {string} questionId
 * @returns {string | null}
 */
export function parentOf({ messages }, questionId) {
  const index = messages.findIndex((message) => message.id === questionId)
  return messages[index]?.parentId ??
    lastSent(messages.slice(0, Math.max(0, index)))
}

/**
 * Whether the server may be told of the message: it has the question, and has named the reply.
 *
 * @param {Message} message
 */
export function isKnownToServer({ id, serverId, replyTo, isReceived, waits }) {
  const isNamedHereOnly = replyTo !== null && serverId === null &&
    id === placeholderId(replyTo)
  return waits === "nothing" && isReceived && !isNamedHereOnly
}

/**
 * The last message that the server has, by its name for it; what waits it does not know.
 *
 * @param {readonly Message[]} messages
 * @returns {string | null}
 */
export function lastSent(messages) {
  const last = messages.findLast(isKnownToServer)
  return last ? lastingId(last) : null
}

/**
 * What a message is called after a reload, too.
 *
 * @param {Pick<Message, "id" | "serverId">} message
 */
export function lastingId({ id, serverId }) {
  return serverId ?? id
}
