import assert from "node:assert/strict"
import { test } from "node:test"
import { addressOf, loginAddress, ownPath } from "../../Public/js/own-path.js"

test("only a path of this site is gone to", () => {
  const rows = [
    ["/?c=abc", "/?c=abc"],
    ["/onboarding", "/onboarding"],
    ["//evil.example/x", "/"],
    ["/\\evil.example", "/"],
    ["https://evil.example", "/"],
    ["javascript:alert(1)", "/"],
    ["/.//evil.example/", "/"],
    ["/./\\/evil.example/", "/"],
    ["/a/..//evil.example", "/"],
    ["", "/"],
    [null, "/"],
  ]

  for (const [wanted, path] of rows) assert.equal(ownPath(wanted, "https://a.example"), path)
})

test("the way to the login leads back", () => {
  const address = loginAddress({ pathname: "/", search: "?c=a&b=c" })

  const then = new URL(address, "https://a.example").searchParams.get("then")
  assert.equal(ownPath(then, "https://a.example"), "/?c=a&b=c")
})

test("a conversation has an address, and so has a message in it", () => {
  assert.equal(addressOf(null), "/")
  assert.equal(addressOf("a b"), "/?c=a%20b")
  assert.equal(addressOf("c", "m&n"), "/?c=c&m=m%26n")
})
