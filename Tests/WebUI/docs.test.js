import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import {
  examplesOf,
  groupsOf,
  hasWords,
  limitsOf,
  membersOf,
  paragraphsOf,
  resolved,
  typeOf,
} from "../../Public/js/docs/description.js"
import { say } from "../../Public/js/docs/docs-words.js"

const file = new URL("../../Public/openapi.json", import.meta.url)
const description = JSON.parse(readFileSync(file, "utf8"))
const routes = groupsOf(description).flatMap((group) => group.routes)
const identifier = { $ref: "#/components/schemas/Identifier" }

test("every route of the description is in one group", () => {
  const described = Object.values(description.paths).flatMap((path) => Object.keys(path))
  assert.equal(routes.length, described.length)
  assert.equal(new Set(routes.map(({ operation }) => operation)).size, routes.length)
})

test("a group without routes is not shown", () => {
  const tags = [{ name: "Empty", description: "" }, { name: "Full", description: "" }]
  const paths = { "/a": { get: { tags: ["Full"] } } }
  assert.deepEqual(groupsOf({ tags, paths }).map(({ name }) => name), ["Full"])
})

test("a route is found by words of its method, path and texts, in any order and case", () => {
  const token = routes.find(({ operation }) => operation.operationId === "issueToken")
  for (const typed of ["", "token", "  POST   chat ", "eventsource post", "GUEST"]) {
    assert.ok(hasWords(token, typed), typed)
  }
  for (const typed of ["delete token", "tokens of gold"]) assert.ok(!hasWords(token, typed), typed)
})

test("types are written as programmers write them, forms by their names", () => {
  assert.deepEqual(typeOf({ type: "string" }), ["string"])
  assert.deepEqual(typeOf({ type: ["integer", "null"] }), ["integer | null"])
  assert.deepEqual(typeOf({ const: "all" }), ['"all"'])
  assert.deepEqual(typeOf({ type: ["string", "null"], enum: ["a", null] }), ['"a" | null'])
  assert.deepEqual(typeOf({ type: "array", items: identifier }), ["[", { form: "Identifier" }, "]"])
  assert.deepEqual(
    typeOf({ anyOf: [identifier, { type: "null" }] }),
    [{ form: "Identifier" }, " | ", "null"],
  )
  assert.deepEqual(typeOf({}), ["any"])
})

test("limits are told, and those that are not there are not", () => {
  assert.deepEqual(limitsOf({}), [])
  assert.deepEqual(limitsOf({ minimum: 0 }), ["≥ 0"])
  assert.deepEqual(limitsOf({ maxLength: 3 }), ["length ≤ 3"])
  assert.deepEqual(
    limitsOf({ minimum: 1, maximum: 9, minItems: 2, pattern: "^a", default: "b" }),
    ["1–9", "count ≥ 2", "/^a/", '= "b"'],
  )
})

test("members are found in lists and choices; none are those of a form described elsewhere", () => {
  const object = { properties: { a: { type: "string" }, b: identifier }, required: ["b"] }
  const members = [[
    { name: "a", schema: { type: "string" }, isRequired: false },
    { name: "b", schema: identifier, isRequired: true },
  ]]
  assert.deepEqual(membersOf(object), members)
  assert.deepEqual(membersOf({ type: "array", items: object }), members)
  assert.deepEqual(membersOf({ anyOf: [object, { type: "null" }, object] }), [
    ...members,
    ...members,
  ])
  assert.deepEqual(membersOf(identifier), [])
})

test("an answer that is described elsewhere is found there", () => {
  const answer = resolved({ $ref: "#/components/responses/NotFound" }, description)
  assert.match(answer.description, /no such thing/)
  assert.deepEqual(resolved({ description: "here" }, description), { description: "here" })
  for (const { operation } of routes) {
    for (const response of Object.values(operation.responses)) {
      assert.notEqual(resolved(response, description).description ?? "", "")
    }
  }
})

test("examples are shown as they go over the wire", () => {
  assert.deepEqual(examplesOf({ example: { a: 1 } }), [{ name: "", text: '{\n  "a": 1\n}' }])
  const examples = { one: { summary: "One", value: "data: x\n\n" } }
  assert.deepEqual(examplesOf({ examples }), [{ name: "One", text: "data: x" }])
  assert.deepEqual(examplesOf({}), [])
})

test("texts are cut into paragraphs, and what stands between backticks is code", () => {
  assert.deepEqual(paragraphsOf("Use `a` now.\n\nThen."), [
    [
      { text: "Use ", isCode: false },
      { text: "a", isCode: true },
      { text: " now.", isCode: false },
    ],
    [{ text: "Then.", isCode: false }],
  ])
})

test("the page says what is counted in the right form", () => {
  assert.equal(say("docs.found", { count: 1 }), "1 route")
  assert.equal(say("docs.found", { count: 60 }), "60 routes")
})
