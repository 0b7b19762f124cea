import assert from "node:assert/strict"
import { test } from "node:test"
import { ShelfAPI } from "../../Public/js/shelf-acts-api.js"

function answering(status, body) {
  const requests = []
  const api = new ShelfAPI((url, options) => {
    requests.push({ url, ...options })
    return Promise.resolve(new Response(status === 204 ? null : JSON.stringify(body), { status }))
  })
  return { api, requests }
}

test("a page of the list is what the server says, with defaults for what it does not", async () => {
  const { api, requests } = answering(200, {
    conversations: [
      {
        id: "a",
        title: "A",
        updated_at: 7,
        running: true,
        pinned: true,
        archived: false,
        deleted_at: null,
        titling: true,
      },
      { id: "b", title: "B", updated_at: 6, running: false, archived: true, deleted_at: 5 },
      "no object",
    ],
    next: "cursor&",
  })

  const { summaries, next } = await api.page("shown")

  const plain = { isRunning: false, isPinned: false, isArchived: false, isTitling: false }
  assert.deepEqual(summaries, [
    {
      ...plain,
      id: "a",
      title: "A",
      updatedAt: 7,
      deletedAt: null,
      isRunning: true,
      isPinned: true,
      isTitling: true,
    },
    { ...plain, id: "b", title: "B", updatedAt: 6, deletedAt: 5, isArchived: true },
  ])
  assert.equal(next, "cursor&")
  await api.page("bin", { before: next })
  assert.deepEqual(requests.map(({ url }) => url), [
    "/api/v1/conversations",
    "/api/v1/conversations?in=bin&before=cursor%26",
  ])
})

test("a change outlives the page, and a name in a path stays one step of it", async () => {
  const { api, requests } = answering(204)

  await api.remove("a/../b")
  await api.restore("a/../b")
  await api.change("a/../b", { pinned: true })

  const path = "/api/v1/conversations/a%2F..%2Fb"
  assert.deepEqual(requests.map(({ method, url, body }) => [method, url, body]), [
    ["DELETE", path, undefined],
    ["POST", `${path}/restore`, "{}"],
    ["PATCH", path, '{"pinned":true}'],
  ])
  assert.ok(requests.every(({ keepalive }) => keepalive))
})

test("what a search has found says where, and which words", async () => {
  const { api, requests } = answering(200, {
    hits: [
      {
        conversation_id: "c",
        title: "T",
        message_id: "m",
        role: "assistant",
        created_at: 5,
        archived: true,
        snippet: [{ text: "my ", hit: false }, { text: "knee", hit: true }],
      },
      { conversation_id: "c", title: "T", message_id: null, snippet: [] },
    ],
    next: null,
  })

  const { hits } = await api.search("a & b")

  assert.equal(requests[0].url, "/api/v1/search?q=a%20%26%20b")
  assert.deepEqual(hits[0], {
    conversationId: "c",
    title: "T",
    messageId: "m",
    isReply: true,
    isArchived: true,
    createdAt: 5,
    snippet: [{ text: "my ", isHit: false }, { text: "knee", isHit: true }],
  })
  assert.equal(hits[1].messageId, null)
})
