import assert from "node:assert/strict"
import { test } from "node:test"
import {
  heardFrom,
  isTooMuch,
  longestError,
  mostMessages,
  noReports,
  questionAbout,
  told,
} from "../../Public/js/code/preview-report.js"
import { forAny } from "./property.js"

test("a frame says that it is ready, and what went wrong where", () => {
  assert.deepEqual(heardFrom({ type: "ready" }), { type: "ready" })
  assert.deepEqual(
    heardFrom({ type: "error", message: "a is not defined", line: 3 }),
    {
      type: "error",
      message: "a is not defined",
      line: 3,
    },
  )
})

test("what is no message of a preview is nothing", () => {
  for (
    const data of [
      null,
      undefined,
      "error",
      7,
      [],
      {},
      { type: "show", code: "a" },
      { type: "error" },
      { type: "error", message: 7 },
      { type: "error", message: { toString: () => "a" } },
    ]
  ) assert.equal(heardFrom(data), null)
})

test("a line that is no line is left out", () => {
  for (const line of [0, -1, 1.5, NaN, Infinity, "3", null, 1e300]) {
    assert.equal(heardFrom({ type: "error", message: "a", line })?.line, 0)
  }
})

forAny("an error is one short line, whatever the frame sends", (any) => {
  const message = any.text(400) +
    any.pick(["", "\u202e", "\u200b", "\r\n\r\n", "a".repeat(9_000)])
  const heard = heardFrom({ type: "error", message, line: any.integer(-2, 5) })

  assert.ok(heard?.type === "error" && heard.message.length <= longestError)
  assert.doesNotMatch(heard.message, /[\n\r\u2028\u2029\u202e\u200b\0]/)
})

test("the first error is shown, the others are counted", () => {
  let reports = told(noReports, { type: "ready" })
  reports = told(reports, { type: "error", message: "first", line: 2 })
  reports = told(reports, { type: "error", message: "second", line: 0 })
  reports = told(reports, null)

  assert.deepEqual(reports, { count: 4, first: "first (line 2)", more: 1 })
})

test("an error without words is still one", () => {
  assert.match(
    told(noReports, { type: "error", message: "", line: 0 }).first ?? "",
    /without/,
  )
})

test("a frame that does not stop talking is too much", () => {
  let reports = noReports
  for (let count = 0; count < mostMessages; count += 1) {
    reports = told(reports, null)
  }

  assert.equal(isTooMuch(reports), false)
  assert.equal(isTooMuch(told(reports, null)), true)
})

test("the assistant is asked in the reader's words", () => {
  assert.equal(
    questionAbout("a is not defined (line 3)"),
    "The preview of your HTML code reports this error: a is not defined (line 3)\n\nPlease fix it.",
  )
})
