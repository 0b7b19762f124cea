// Talks to the server: one function a route. The API's JSON is known here and nowhere else.

import { conversation, message, withPlaceholder } from "./conversation.js"
import { isObject, number, numberOrNull, objects, text, textOrNull, texts } from "./fields.js"
import { windowSize } from "./message-window.js"
import { Problem } from "./problem.js"
import { proposalIn } from "./reply-events.js"
import { base, problemFrom, readFields, Requests } from "./requests.js"
import { heard, say } from "./words.js"

/** @typedef {import("./conversation.js").Conversation} Conversation */
/** @typedef {import("./conversation.js").Message} Message */
/** @typedef {import("./fields.js").Fields} Fields */

/**
 * @typedef {object} Configuration
 * @property {boolean} isStreaming
 * @property {boolean} needsLogin Whether something has to be done at the login first.
 * @property {string | null} notice
 * @property {readonly { id: string, name: string }[]} agents
 */

/**
 * A reply that runs, or ended within the last minutes.
 *
 * @typedef {object} ActiveReply
 * @property {string} conversationId
 * @property {string} messageId The question's.
 * @property {boolean} isRunning
 */

/**
 * @typedef {object} Question
 * @property {string} id
 * @property {string} conversationId
 * @property {string} text
 * @property {string | null} parentId
 * @property {boolean} [isFirst] Whether it begins its conversation anew.
 * @property {number | null} [version] The version of the profile that it answers.
 * @property {string | null} [agent] Who is to answer; nothing lets the server choose.
 */

/**
 * @typedef {object} ProfileField
 * @property {string} id
 * @property {string} label
 * @property {string} question
 * @property {string} why
 * @property {"text" | "number" | "choice" | "choices"} type
 * @property {string} unit
 * @property {number} minimum
 * @property {number} maximum
 * @property {readonly { id: string, label: string }[]} choices
 * @property {boolean} isRequired
 * @property {boolean} isSkipped
 * @property {string | number | readonly string[] | null} value
 * @property {string | null} text The value in words.
 */

/**
 * @typedef {object} Profile
 * @property {number} version
 * @property {number} progress From 0 to 1.
 * @property {boolean} isCompleted
 * @property {string | null} conversationId
 * @property {string | null} nextId The field that is asked next.
 * @property {readonly { id: string, title: string, fields: readonly ProfileField[] }[]} steps
 */

/**
 * What is remembered about the reader, and what they said to proposals.
 *
 * @typedef {object} Memory
 * @property {readonly { id: string, text: string }[]} facts
 * @property {Readonly<Record<string, string>>} answers The answer by proposal.
 */

/**
 * How a reply came about. Times are milliseconds since 1970.
 *
 * @typedef {object} Inspection
 * @property {number | null} receivedAt
 * @property {number | null} firstTextAt
 * @property {number | null} endedAt
 * @property {number | null} spooledAt When it was safe, but not in the database.
 * @property {number | null} savedAt When the database had it.
 * @property {number} modelCalls
 * @property {{ input: number, output: number } | null} tokens
 * @property {Sight | null} sight What the writer was told; nothing where that was not kept.
 */
/**
 * @typedef {{ instructions: string, messages: readonly { role: string, text: string }[],
 *   leftOut: number, tools: readonly string[], facts: readonly string[], model: string | null }} Sight
 */

/** @typedef {"chat" | "onboarding"} Kind */
/** @typedef {() => { timeZone: string, minutesEastOfUTC: number } | null} Place */
/** @typedef {import("./requests.js").Fetch} Fetch */

export class API {
  #requests
  #kind
  #place
  /** What the server called the last answer about active replies. */
  #activeTag = ""

  /**
   * @param {Fetch} fetch
   * @param {{ kind?: Kind, place?: Place }} [how] What is talked about, and where the reader is.
   */
  constructor(fetch, { kind = "chat", place = () => null } = {}) {
    this.#requests = new Requests(fetch)
    this.#kind = kind
    this.#place = place
  }

  /**
   * @param {AbortSignal} [signal]
   * @returns {Promise<Configuration>}
   */
  async configuration(signal) {
    const fields = await this.#requests.send("GET", "/config", { signal })
    return {
      isStreaming: fields.streaming !== false,
      needsLogin: fields.second_factor_missing === true ||
        (fields.auth === "accounts" || fields.auth === "jwt") && fields.signed_in !== true,
      notice: typeof fields.notice === "string" ? heard(fields.notice) : null,
      agents: objects(fields.agents).map((agent) => ({
        id: text(agent.id),
        name: heard(text(agent.name)),
      })),
    }
  }

  /**
   * Asks for the reply to a question, or for another look at it: the same message never starts
   * twice.
   *
   * @param {Question} question
   * @param {AbortSignal} [signal]
   * @returns {Promise<string>} The address of the stream.
   */
  async streamAddress(question, signal) {
    const body = { ...this.#questionFields(question), kind: this.#kind }
    const fields = await this.#requests.send("POST", "/chat/token", { body, signal })
    const address = text(fields.stream_url)
    if (address) return address
    const path = this.#kind === "chat" ? "stream" : "onboarding-stream"
    return `${base}/chat/${path}?token=${encodeURIComponent(text(fields.token))}`
  }

  /**
   * Asks for a whole reply at once.
   *
   * @param {Question} question
   * @param {AbortSignal} [signal]
   * @returns {Promise<{ text: string, agent: string | null, replyId: string, wasStopped: boolean,
   *   isCutShort: boolean }>}
   */
  async wholeReply(question, signal) {
    const path = this.#kind === "chat" ? "/chat" : "/chat/onboarding"
    const body = this.#questionFields(question)
    const fields = await this.#requests.send("POST", path, { body, signal })
    return {
      text: text(fields.response),
      agent: textOrNull(fields.agent_type),
      replyId: text(fields.reply_id),
      wasStopped: fields.stopped === true,
      isCutShort: fields.finish_reason === "length",
    }
  }

  /**
   * @param {string} questionId
   * @param {number} seen The number of the last event that the reader saw.
   * @param {AbortSignal} [signal]
   * @returns {Promise<{ seconds: number | null }>} How long stopping took, on the server.
   */
  async stop(questionId, seen, signal) {
    const body = { message_id: questionId, seen }
    // It arrives also when the page is left at once.
    const how = { body, signal, keepalive: true }
    const receipt = await this.#requests.send("POST", "/chat/stop", how)
    return { seconds: receipt.stopped === true ? numberOrNull(receipt.seconds) : null }
  }

  /**
   * The replies that run or have just ended.
   *
   * @returns {Promise<ActiveReply[] | null>} Nothing when that is what was answered last time.
   */
  async active() {
    const headers = { Accept: "application/json", "If-None-Match": this.#activeTag }
    const response = await this.#requests.fetch(`${base}/conversations/active`, {
      headers,
      credentials: "same-origin",
      cache: "no-store",
    })
    if (response.status === 304) return null
    const fields = await readFields(response)
    if (!response.ok || !fields) throw problemFrom(response.status, fields)
    this.#activeTag = response.headers.get("ETag") ?? ""
    return objects(fields.active).map((reply) => ({
      conversationId: text(reply.conversation_id),
      messageId: text(reply.message_id),
      isRunning: states[text(reply.state)] === "streaming",
    }))
  }

  /**
   * A part of a conversation.
   *
   * @param {string} id
   * @param {AbortSignal} [signal]
   * @param {import("./message-window.js").Window} [window] Nothing for its end.
   * @returns {Promise<Conversation>}
   */
  async conversation(id, signal, window) {
    const asked = Object.entries({ limit: windowSize, ...window })
    const query = new URLSearchParams(
      asked.flatMap(([name, value]) => value ? [[name, String(value)]] : []),
    )
    const path = `/conversations/${encodeURIComponent(id)}?${query}`
    return conversationFrom(await this.#requests.send("GET", path, { signal }))
  }

  /**
   * Has the conversation go on from there: through this message, and on to what came last after it.
   *
   * @param {string} id
   * @param {string} messageId
   */
  async showThrough(id, messageId) {
    await this.#requests.send(
      "PATCH",
      `/conversations/${encodeURIComponent(id)}`,
      {
        body: { shown_message: messageId },
      },
    )
  }

  /**
   * Makes a new conversation of what leads to a message; may be repeated.
   *
   * @param {string} id
   * @param {{ newId: string, messageId: string }} where
   */
  async branch(id, { newId, messageId }) {
    await this.#requests.send(
      "POST",
      `/conversations/${encodeURIComponent(id)}/branch`,
      {
        body: { conversation_id: newId, message_id: messageId },
      },
    )
  }

  /**
   * How the reply to a question came about, and what its writer was told.
   *
   * @param {string} questionId
   * @returns {Promise<Inspection>}
   */
  async inspection(questionId) {
    const path = `/messages/${encodeURIComponent(questionId)}`
    const [receipt, prompt] = await Promise.all([
      this.#requests.send("GET", `${path}/receipt`),
      this.#requests.send("GET", `${path}/prompt`).catch(nothingWhenMissing),
    ])
    return inspectionFrom(receipt, prompt)
  }

  /** @returns {Promise<Profile>} */
  async profile() {
    return profileFrom(await this.#requests.send("GET", "/onboarding"))
  }

  /**
   * @param {{ version: number, set?: Fields, skip?: readonly string[] }} change
   * @returns {Promise<Profile>}
   */
  async changeProfile(change) {
    return profileFrom(await this.#requests.send("PATCH", "/onboarding", { body: change }))
  }

  /** Forgets the profile and every fact. */
  async deleteProfile() {
    await this.#requests.send("DELETE", "/onboarding")
    await this.#requests.send("DELETE", "/facts")
  }

  /** @returns {Promise<Memory>} */
  async memory() {
    return memoryFrom(await this.#requests.send("GET", "/facts"))
  }

  /**
   * @param {{ proposal: string, answer: "yes" | "no" | "never", text: string }} answer
   * @returns {Promise<Memory>}
   */
  async answerProposal(answer) {
    return memoryFrom(await this.#requests.send("POST", "/facts", { body: answer }))
  }

  /**
   * @param {string} id
   * @param {string} text
   * @returns {Promise<Memory>}
   */
  async editFact(id, text) {
    const path = `/facts/${encodeURIComponent(id)}`
    return memoryFrom(await this.#requests.send("PATCH", path, { body: { text } }))
  }

  /** @param {string} id */
  async forgetFact(id) {
    await this.#requests.send("DELETE", `/facts/${encodeURIComponent(id)}`)
  }

  /** @param {Question} question */
  #questionFields({ id, conversationId, text, parentId, isFirst, version, agent }) {
    const place = this.#place()
    return {
      message: text,
      message_id: id,
      conversation_id: conversationId,
      ...(parentId && { parent_id: parentId }),
      ...(isFirst && { first: true }),
      ...(agent && { agent }),
      ...(this.#kind === "onboarding" && typeof version === "number" && { version }),
      ...(place && { time_zone: place.timeZone, utc_offset_minutes: place.minutesEastOfUTC }),
    }
  }
}

/**
 * @param {Fields} fields
 * @returns {Conversation}
 */
export function conversationFrom(fields) {
  const rows = objects(fields.messages)
  const read = conversation({
    id: text(fields.id),
    title: text(fields.title),
    messages: rows.map(messageFrom),
    earlier: fields.earlier === true ? "more" : "end",
    later: fields.later === true ? "more" : "end",
    leaf: textOrNull(fields.leaf),
  })
  const last = read.later === "end" ? rows[rows.length - 1] : undefined
  // Accepted, and the reply has no row yet.
  const isWaiting = last?.role === "user" &&
    states[text(last.state)] === "streaming"
  return isWaiting ? withPlaceholder(read, text(last.id), number(last.created_at)) : read
}

/**
 * @param {unknown} error
 * @returns {Fields | null}
 */
function nothingWhenMissing(error) {
  if (error instanceof Problem && error.status === 404) return null
  throw error
}

/**
 * @param {Fields} receipt
 * @param {Fields | null} prompt
 * @returns {Inspection}
 */
function inspectionFrom(receipt, prompt) {
  const { usage } = receipt
  return {
    receivedAt: numberOrNull(receipt.received_at),
    firstTextAt: numberOrNull(receipt.first_text_at),
    endedAt: numberOrNull(receipt.ended_at),
    spooledAt: numberOrNull(receipt.spooled_at),
    savedAt: numberOrNull(receipt.committed_at),
    modelCalls: number(receipt.model_calls),
    tokens: isObject(usage)
      ? { input: number(usage.input_tokens), output: number(usage.output_tokens) }
      : null,
    sight: prompt && {
      instructions: text(prompt.system),
      messages: objects(prompt.messages).map((turn) => ({
        role: text(turn.role),
        text: text(turn.text),
      })),
      leftOut: number(prompt.left_out),
      tools: texts(prompt.tools),
      facts: texts(prompt.facts),
      model: textOrNull(prompt.model),
    },
  }
}

/**
 * @param {Fields} fields
 * @returns {Memory}
 */
function memoryFrom(fields) {
  return {
    facts: objects(fields.facts).map((fact) => ({ id: text(fact.id), text: text(fact.text) })),
    answers: Object.fromEntries(
      objects(fields.answers).map((answer) => [text(answer.proposal), text(answer.answer)]),
    ),
  }
}

/**
 * @param {Fields} fields
 * @returns {Profile}
 */
function profileFrom(fields) {
  return {
    version: number(fields.version),
    progress: number(fields.progress),
    isCompleted: fields.completed === true,
    conversationId: textOrNull(fields.conversation_id),
    nextId: textOrNull(fields.next),
    steps: objects(fields.steps).map((step) => ({
      id: text(step.id),
      title: text(step.title),
      fields: objects(step.fields).map(profileFieldFrom),
    })),
  }
}

/**
 * @param {Fields} fields
 * @returns {ProfileField}
 */
function profileFieldFrom(fields) {
  const { value } = fields
  const type = text(fields.type)
  return {
    id: text(fields.id),
    label: text(fields.label),
    question: text(fields.question),
    why: text(fields.why),
    type: type === "number" || type === "choice" || type === "choices" ? type : "text",
    unit: text(fields.unit),
    minimum: number(fields.minimum),
    maximum: number(fields.maximum),
    choices: objects(fields.choices).map((choice) => ({
      id: text(choice.id),
      label: text(choice.label),
    })),
    isRequired: fields.required === true,
    isSkipped: fields.skipped === true,
    value: Array.isArray(value)
      ? value.map(text)
      : typeof value === "string" || typeof value === "number"
      ? value
      : null,
    text: textOrNull(fields.text),
  }
}

/** @type {Readonly<Record<string, import("./conversation.js").MessageState>>} */
const states = {
  complete: "complete",
  stopped: "stopped",
  failed: "failed",
  interrupted: "interrupted",
  streaming: "streaming",
  accepted: "streaming",
}

/**
 * @param {Fields} fields
 * @returns {Message}
 */
function messageFrom(fields) {
  const isReply = fields.role === "assistant"
  return message({
    id: text(fields.id),
    role: isReply ? "assistant" : "user",
    text: objects(fields.parts)
      .filter((part) => part.type === "text")
      .map((part) => text(part.text))
      .join(""),
    state: isReply ? states[text(fields.state)] ?? "complete" : "complete",
    replyTo: textOrNull(fields.reply_to),
    parentId: textOrNull(fields.parent),
    variants: texts(fields.variants),
    agent: textOrNull(fields.agent),
    error: typeof fields.error === "string" ? heard(fields.error) : null,
    activities: objects(fields.parts).filter((part) => part.type === "tool").map((part) => ({
      id: text(part.id),
      name: text(part.name),
      state: typeof part.result === "string" && part.is_error !== true
        ? /** @type {const} */ ("done")
        : /** @type {const} */ ("failed"),
      arguments: text(part.arguments),
      result: text(part.result),
      seconds: typeof part.seconds === "number" ? part.seconds : null,
      ...proposalIn(text(part.name), parsed(part.result)),
    })),
    reasoning: objects(fields.parts)
      .filter((part) => part.type === "reasoning")
      .map((part) => text(part.text))
      .join(""),
    shown: typeof fields.shown === "number" ? fields.shown : null,
    saving: isReply && states[text(fields.state)] !== "streaming" ? "saved" : "unknown",
    reason: isObject(fields.provenance) ? textOrNull(fields.provenance.reason) : null,
    standIn: isObject(fields.provenance) ? textOrNull(fields.provenance.stand_in) : null,
    cutShort: isObject(fields.provenance) && fields.provenance.finish_reason === "length"
      ? say("reply.atLimit")
      : null,
    createdAt: number(fields.created_at),
  })
}

/** @param {unknown} value */
function parsed(value) {
  try {
    return JSON.parse(text(value))
  } catch {
    // The sentence of a tool that did not work.
    return null
  }
}
