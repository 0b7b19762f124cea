import assert from "node:assert/strict"
import { test } from "node:test"
import { foreignHost } from "../../Public/js/leaving.js"

test("only web links to another host lead away", () => {
  const rows = [
    ["http://a.example/x", null],
    ["https://b.example:8443/x", "b.example:8443"],
    ["http://a.example:81/", "a.example:81"],
    ["mailto:me@b.example", null],
    ["https://a.example@b.example/", "b.example"],
    ["not a link", null],
  ]

  for (const [href, host] of rows) assert.equal(foreignHost(href, "a.example"), host)
})
