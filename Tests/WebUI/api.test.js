import assert from "node:assert/strict"
import { test } from "node:test"
import { API } from "../../Public/js/api.js"
import { listenToConsole } from "./fakes.js"

function answering(status, body) {
  const requests = []
  const api = new API((url, options) => {
    requests.push({ url, ...options })
    const text = typeof body === "string" ? body : JSON.stringify(body)
    return Promise.resolve(new Response(status === 204 ? null : text, { status }))
  })
  return { api, requests }
}

const question = { id: "m", conversationId: "c", text: "Hello", parentId: null }

test("a token is asked for with the message, its id and its conversation", async () => {
  const { api, requests } = answering(200, {
    token: "t",
    stream_url: "/api/v1/chat/stream?token=t",
  })

  const address = await api.streamAddress({ ...question, parentId: "p" })

  assert.equal(address, "/api/v1/chat/stream?token=t")
  assert.equal(requests[0].url, "/api/v1/chat/token")
  assert.equal(requests[0].headers["Content-Type"], "application/json")
  assert.deepEqual(JSON.parse(requests[0].body), {
    message: "Hello",
    message_id: "m",
    conversation_id: "c",
    parent_id: "p",
    kind: "chat",
  })
})

test("every refusal has its kind, its sentence and its wait", async () => {
  const rows = [
    [
      401,
      { error: { code: "x", message: "Who?" } },
      "session",
      "Session expired. Please log in again.",
      null,
    ],
    [409, { error: { code: "streaming_disabled", message: "Off." } }, "unstreamed", "Off.", null],
    [
      429,
      { error: { code: "rate_limited", message: "Slow.", retry_after: 9 } },
      "refused",
      "Slow.",
      9,
    ],
    [502, "<html>", "invalid", "Received invalid response from server", null],
    [200, "<html>", "invalid", "Received invalid response from server", null],
  ]
  const real = console.error
  console.error = () => {}
  try {
    for (const [status, body, kind, message, retryAfterSeconds] of rows) {
      const { api } = answering(status, body)
      await assert.rejects(api.streamAddress(question), {
        kind,
        status: status === 200 ? 200 : status,
        message,
        retryAfterSeconds,
      })
    }
  } finally {
    console.error = real
  }
})

test("a network that is gone is a lost connection", async () => {
  const api = new API(() => Promise.reject(new TypeError("Failed to fetch")))

  await assert.rejects(api.configuration(), {
    kind: "offline",
    message: "Connection lost. Please check your internet.",
  })
})

test("an answer that is no JSON goes to the console as it came", async (context) => {
  const said = listenToConsole(context)
  const { api } = answering(500, "<html>oops")

  await assert.rejects(api.configuration())

  assert.ok(said.some((parts) => parts.includes("<html>oops")))
})

test("a conversation's parts become text, and a reply that was accepted runs", async () => {
  const { api } = answering(200, {
    id: "c",
    title: "T",
    messages: [
      {
        id: "q",
        role: "user",
        reply_to: null,
        state: "accepted",
        parts: [{ type: "text", text: "Why?" }],
      },
      {
        id: "a",
        role: "assistant",
        reply_to: "q",
        state: "accepted",
        agent: "general",
        error: null,
        created_at: 5,
        parts: [{ type: "text", text: "Be" }, { type: "tool" }, { type: "text", text: "cause" }],
      },
    ],
  })

  const { messages } = await api.conversation("c")

  assert.deepEqual(messages.map(({ text, state, replyTo }) => ({ text, state, replyTo })), [
    { text: "Why?", state: "complete", replyTo: null },
    { text: "Because", state: "streaming", replyTo: "q" },
  ])
})

test("a reply that the model cut at its length is one that ends before its end", async () => {
  const reply = (id, reason) => ({ id, role: "assistant", provenance: { finish_reason: reason } })
  const messages = [reply("a", "stop"), reply("b", "length"), reply("c", null)]
  const { api } = answering(200, { id: "c", title: "T", messages })

  const shown = (await api.conversation("c")).messages

  const sentence = "This reply reached its length limit and ends here."
  assert.deepEqual(shown.map(({ cutShort }) => cutShort), [null, sentence, null])
})

test("a question whose reply has not begun is waited for", async () => {
  const row = { id: "q", role: "user", state: "accepted", parts: [{ type: "text", text: "Why?" }] }
  const { api } = answering(200, { id: "c", title: "T", messages: [row] })

  const { messages } = await api.conversation("c")

  assert.deepEqual(messages.map(({ role, state }) => [role, state]), [
    ["user", "complete"],
    ["assistant", "streaming"],
  ])
  assert.equal(messages[1].replyTo, "q")
})
