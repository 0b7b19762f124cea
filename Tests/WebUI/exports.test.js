// Conversations as files.

import assert from "node:assert/strict"
import { test } from "node:test"
import { Exports, fileNameIn } from "../../Public/js/exports.js"
import { Requests } from "../../Public/js/requests.js"

test("a file has the name that the server gives it", () => {
  const cases = [
    [null, null],
    ["attachment", null],
    ['attachment; filename="plan.md"', "plan.md"],
    ['attachment; filename="a \\"b\\".md"', 'a "b".md'],
    ["attachment; filename=\"x.md\"; filename*=UTF-8''%E8%AE%A1%E5%88%92.md", "计划.md"],
    ["attachment; filename=\"x.md\"; filename*=UTF-8''%E8%AE", "x.md"],
    ['attachment; filename="../../etc/passwd"', "..-..-etc-passwd"],
  ]
  for (const [header, name] of cases) assert.equal(fileNameIn(header), name, String(header))
})

test("a conversation is fetched in its format, everything as JSON", async () => {
  const asked = []
  const saved = []
  const headers = { "Content-Disposition": 'attachment; filename="plan.md"' }
  const exports = new Exports(
    new Requests((url) => {
      asked.push(url)
      return Promise.resolve(new Response("# Plan", url.endsWith("/export") ? {} : { headers }))
    }),
    (file, name) => saved.push([file.size, name]),
  )

  await exports.conversation("a b", "markdown")
  await exports.everything()

  assert.deepEqual(asked, [
    "/api/v1/conversations/a%20b/export?format=markdown",
    "/api/v1/export",
  ])
  assert.deepEqual(saved, [[6, "plan.md"], [6, "conversations.json"]])
})

test("what is too much for one answer is put together, page by page", async () => {
  const around = { format: "shuren-conversations", version: 1, exported_at: 5 }
  const answers = {
    "/export": [413, { error: { code: "export_too_large", message: "Too much." } }],
    "/conversations?in=shown": [200, { conversations: [{ id: "a" }, { id: "gone" }], next: "x y" }],
    "/conversations?in=shown&before=x%20y": [200, { conversations: [{ id: "b" }], next: null }],
    "/conversations?in=archive": [200, { conversations: [{ id: "c" }], next: null }],
    "/conversations/gone/export?format=json": [404, { error: { code: "not_found" } }],
  }
  for (const id of ["a", "b", "c"]) {
    const path = `/conversations/${id}/export?format=json`
    answers[path] = [200, { ...around, conversations: [{ id, title: "]}" }] }]
  }
  const saved = []
  const exports = new Exports(
    new Requests((url) => {
      const [status, body] = answers[url.replace("/api/v1", "")]
      return Promise.resolve(Response.json(body, { status }))
    }),
    (file, name) => saved.push([file, name]),
  )

  await exports.everything()

  const [[file, name]] = saved
  assert.equal(name, "conversations.json")
  const { conversations, ...rest } = JSON.parse(await file.text())
  assert.deepEqual(rest, around)
  assert.deepEqual(conversations.map(({ id }) => id), ["a", "b", "c"])
})

test("a refusal is said, and no file is saved", async () => {
  const answer = { error: { code: "not_found", message: "There is no such conversation." } }
  const exports = new Exports(
    new Requests(() => Promise.resolve(Response.json(answer, { status: 404 }))),
    () => assert.fail("saved"),
  )

  await assert.rejects(exports.conversation("gone", "json"), {
    message: "There is no such conversation.",
  })
})
