// ZIP files: what is in them, and everything that is wrong with those that are refused.

import assert from "node:assert/strict"
import { Buffer } from "node:buffer"
import { test } from "node:test"
import { crc32 } from "../../Public/js/imports/crc32.js"
import { ImportProblem } from "../../Public/js/imports/import-problem.js"
import { isZip, openZip, unpack } from "../../Public/js/imports/zip.js"
import { ChosenFile, inflate, zip } from "./imports-support.js"
import { forAny } from "./property.js"

const two = [["one.txt", "first"], ["two.txt", "second ".repeat(1_000)]]

test("the checksum is the one of the standard", () => {
  assert.equal(crc32(Buffer.from("123456789")), 0xcbf43926)
  assert.equal(crc32(Buffer.from("456789"), crc32(Buffer.from("123"))), 0xcbf43926)
})

test("a file that begins like a ZIP file is one", async () => {
  assert.equal(await isZip(zip(two)), true)
  assert.equal(await isZip(zip([])), true)
  assert.equal(await isZip(new ChosenFile(["[]"])), false)
  assert.equal(await isZip(new ChosenFile(["[1, 2, 3]"])), false)
})

test("entries, deflated, stored, with a comment at the end, and in ZIP64", async () => {
  const stored = two.map(([name, text]) => [name, text, { stored: true }])
  for (
    const file of [
      zip(two),
      zip(stored),
      zip(two, { comment: "PK\x05\x06 is not the end" }),
      zip(two, { wide: true }),
    ]
  ) {
    assert.deepEqual(await contents(file), two)
  }
})

test("what contradicts itself is refused", async () => {
  const cases = {
    "another checksum": [["a", "text", { crc: 1 }]],
    "another size": [["a", "text", { size: 3 }]],
    "a size that is too large": [["a", "text", { size: 5 }]],
    "a packed size that is too large": [["a", "text", { packedSize: 500 }]],
    "stored, with two sizes": [["a", "text", { stored: true, size: 5 }]],
    "stored, but said to be deflated": [["a", "text", { stored: true, method: 8 }]],
  }
  for (const [what, entries] of Object.entries(cases)) {
    await refused(contents(zip(entries)), "zipBroken", what)
  }
})

test("what cannot be unpacked here says so", async () => {
  await refused(contents(zip([["a", "text", { flags: 1 }]])), "zipLocked")
  await refused(contents(zip([["a", "text", { method: 12 }]])), "zipMethod")
  await refused(contents(zip([["a", "text", { size: 2 ** 31 }]])), "tooLarge")
})

test("a bomb is not lit", async () => {
  await refused(contents(zip([["a", "\0".repeat(20_000_000)]])), "zipBomb")
  // One that claims to be small stops at what it claims.
  await refused(contents(zip([["a", "\0".repeat(20_000_000), { size: 1_000 }]])), "zipBroken")
})

test("the end of the file must be there, and be the end", async () => {
  for (const size of [0, 3, 21, 22]) {
    await refused(contents(new ChosenFile([Buffer.alloc(size)])), "zipBroken")
  }
  const shortened = (bytes) => bytes.subarray(0, bytes.length - 1)
  const prolonged = (bytes) => Buffer.concat([bytes, Buffer.from("x")])
  const before = (bytes) => Buffer.concat([Buffer.from("x"), bytes])
  for (const change of [shortened, prolonged, before]) {
    await refused(contents(zip(two, { change })), "zipBroken")
  }
})

test("an entry has the same name in both places", async () => {
  const change = (bytes) => {
    bytes.write("x", bytes.indexOf("one.txt"))
    return bytes
  }

  await refused(contents(zip(two, { change })), "zipBroken")
})

test("who stops reading in the middle stops the file too", async () => {
  let wasCancelled = false
  const file = zip([["a", "text", { stored: true }]])
  const slice = file.slice.bind(file)
  file.slice = (...range) => {
    const part = slice(...range)
    part.stream = () =>
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(1)),
        cancel: () => void (wasCancelled = true),
      })
    return part
  }
  const archive = await openZip(file)
  const chunks = unpack(archive, archive.entries[0], inflate)
  await chunks.next()

  await chunks.return()

  assert.equal(wasCancelled, true)
})

forAny(
  "ZIP file with bytes that were changed: its true contents, or a reason",
  async (generator) => {
    const wide = generator.chance(0.3)
    const change = (bytes) => {
      for (let count = generator.integer(1, 4); count > 0; count -= 1) {
        bytes[generator.integer(0, bytes.length - 1)] = generator.integer(0, 255)
      }
      return generator.chance(0.2) ? bytes.subarray(0, generator.integer(0, bytes.length)) : bytes
    }
    const file = zip(two, { wide, change, comment: generator.pick(["", "made by hand"]) })

    const found = await contents(file).catch((error) => {
      assert.ok(error instanceof ImportProblem, error)
      return null
    })

    const known = new Set(two.map(([, text]) => text))
    for (const [, text] of found ?? []) assert.ok(known.has(text))
  },
)

/** Names and texts of all entries. */
async function contents(file) {
  const archive = await openZip(file)
  const found = []
  for (const entry of archive.entries) {
    const pieces = []
    for await (const piece of unpack(archive, entry, inflate)) pieces.push(piece)
    found.push([entry.name, Buffer.concat(pieces).toString()])
  }
  return found
}

async function refused(promise, reason, what = reason) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof ImportProblem, error)
    assert.equal(error.reason, reason, what)
    return true
  })
}
