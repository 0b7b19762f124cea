import assert from "node:assert/strict"
import { Buffer } from "node:buffer"
import { test } from "node:test"
import { base64url, makeIdentifier } from "../../Public/js/identifier.js"
import { forAny } from "./property.js"

forAny("bytes are written as base64url without padding", (any) => {
  const bytes = Uint8Array.from(any.many(0, 40, () => any.integer(0, 255)))

  assert.equal(base64url(bytes), Buffer.from(bytes).toString("base64url"))
})

test("an identifier has 22 characters and 128 bits of chance", () => {
  const fill = (bytes) => bytes.fill(255)

  assert.equal(makeIdentifier(fill), "_____________________w")
})
