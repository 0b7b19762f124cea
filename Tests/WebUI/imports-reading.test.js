// What becomes of other products' files. Their forms lie in `imports/`.

import assert from "node:assert/strict"
import { test } from "node:test"
import { ImportProblem } from "../../Public/js/imports/import-problem.js"
import { mostMessageBytes } from "../../Public/js/imports/batches.js"
import { bytesOf } from "../../Public/js/imports/fitting.js"
import { readFiles } from "../../Public/js/imports/reading.js"
import {
  ChosenFile,
  fixture,
  how,
  leftOutOf,
  mutilated,
  read,
  saidIn,
  zip,
} from "./imports-support.js"
import { forAny } from "./property.js"

const forms = [
  "chatgpt.json",
  "open-webui.json",
  "open-webui-old.json",
  "librechat.json",
  "librechat-tree.json",
  "shuren.json",
]

test("ChatGPT: branches, pictures, thoughts, programs, and what nobody saw", async () => {
  const found = await read(fixture("chatgpt.json"))

  assert.equal(found.source, "chatgpt")
  assert.deepEqual(found.conversations.map(({ title }) => title), [
    "Sleep",
    "Porridge",
    "What is a deload week?",
  ])
  const porridge = titled(found, "Porridge")
  assert.deepEqual(saidIn(porridge), [
    ["reader", "Which oats for porridge?"],
    [
      "assistant",
      "(reasoning) Rolled oats cook faster than steel-cut oats.",
      "Rolled oats. ([Oats](https://oats.example)) They are done in five minutes.",
    ],
    ["reader", "Which oats for porridge?"],
    ["assistant", "Steel-cut oats, if there is time."],
    ["reader", "Is this portion right?"],
    [
      "assistant",
      "```python\nportion = 50  # grams\nprint(portion * 2)\n```\n\nFifty grams are right for one.",
    ],
  ])
  assert.equal(porridge.leaf, porridge.messages.at(-1).id)
  assert.equal(porridge.pinned, true)
  assert.equal(porridge.created_at, 1_714_567_000_250)
  assert.equal(titled(found, "What is a deload week?").archived, true)
  assert.deepEqual(saidIn(titled(found, "Sleep")), [
    ["reader", "How long should I sleep?"],
    ["assistant", "Seven to nine hours."],
  ])
  assert.deepEqual(leftOutOf(found), {
    files: 1,
    pictures: 1,
    hidden: 1,
    steps: 3,
    sources: 1,
    sounds: 2,
    empty: 1,
    unreadable: 1,
    unknown: {},
  })
})

test("Open WebUI: two replies to one question are two questions of the same words", async () => {
  const found = await read(fixture("open-webui.json"))

  assert.equal(found.source, "open-webui")
  const sums = titled(found, "Per cents")
  assert.deepEqual(saidIn(sums), [
    ["reader", "What is 15 % of 240?"],
    ["assistant", "It is 35."],
    ["reader", "What is 15 % of 240?"],
    ["assistant", "(reasoning) 10 % is 24, 5 % is 12.\nTogether 36.", "It is **36**."],
    ["reader", "And of 90?"],
    ["assistant", "13.5"],
  ])
  const [first, , second, reply] = sums.messages
  assert.deepEqual([first.parent, second.parent, reply.parent], [null, null, second.id])
  assert.equal(sums.leaf, "b5")
  assert.equal(sums.pinned, true)
  assert.equal(sums.created_at, 1_718_000_000_000)
  assert.equal(titled(found, "写一首短诗").archived, true)
  assert.deepEqual(leftOutOf(found), { pictures: 1, steps: 1, sources: 1, hidden: 1, unknown: {} })
})

test("Open WebUI, as it was: a list of messages", async () => {
  const found = await read(fixture("open-webui-old.json"))

  assert.equal(found.source, "open-webui")
  assert.deepEqual(found.conversations.map(saidIn), [[
    ["reader", "Stretch before or after a run?"],
    ["assistant", "Gently before, longer after."],
  ]])
})

test("LibreChat: the same conversation, as a list and as a tree", async () => {
  const flat = await read(fixture("librechat.json"))
  const tree = await read(fixture("librechat-tree.json"))

  assert.equal(flat.source, "librechat")
  assert.deepEqual(saidIn(flat.conversations[0]), [
    ["reader", "Plan my squats"],
    ["assistant", "Three sets of eight."],
    ["reader", "Plan my squats"],
    ["assistant", "Five sets of"],
    ["reader", "Plan my squats for a beginner"],
    ["assistant", "(reasoning) A beginner needs few sets.", "Two sets of ten, twice a week."],
    ["reader", "Thanks!"],
  ])
  assert.equal(flat.conversations[0].messages[3].state, "stopped")
  assert.deepEqual(leftOutOf(flat), { failures: 1, pictures: 1, steps: 1, hidden: 1, unknown: {} })
  assert.deepEqual(tree, flat)
})

test("our own export comes back as it was", async () => {
  const text = fixture("shuren.json")
  const { source, conversations, leftOut } = await read(text)

  assert.equal(source, "shuren")
  assert.deepEqual(leftOut, { counts: [], unknown: [] })
  const wanted = JSON.parse(text).conversations
  for (const conversation of wanted) {
    assert.deepEqual(conversations.find(({ id }) => id === conversation.id), conversation)
  }
})

test("ChatGPT's ZIP: conversations in several files, a second copy counts once", async () => {
  const all = JSON.parse(fixture("chatgpt.json"))
  const file = zip([
    ["export/user.json", "{}"],
    ["export/conversations-001.json", JSON.stringify(all.slice(1))],
    ["export/conversations-000.json", JSON.stringify([all[0], all[0]]), { stored: true }],
    ["__MACOSX/export/._conversations-000.json", "no text"],
    ["export/chat.html", "<html></html>"],
  ])

  const found = await readFiles([file], how)

  const alone = await read(fixture("chatgpt.json"))
  assert.deepEqual(found.conversations, alone.conversations)
  assert.equal(leftOutOf(found).repeated, 1)
})

test("a ZIP of single conversations, among other files", async () => {
  const file = zip([
    ["one.json", fixture("librechat.json")],
    ["settings.json", '{"theme": "dark"}'],
  ])

  assert.equal((await readFiles([file], how)).source, "librechat")
})

test("several files at once, of one product", async () => {
  const flat = JSON.parse(fixture("librechat.json"))
  const other = JSON.stringify({ ...flat, conversationId: "another" })
  const files = [new ChosenFile([fixture("librechat.json")]), new ChosenFile([other])]

  assert.equal((await readFiles(files, how)).conversations.length, 2)
  await refused(
    readFiles([...files, new ChosenFile([fixture("chatgpt.json")], "two.json")], how),
    "mixed",
    "two.json",
  )
})

test("what cannot be read is refused, and says why", async () => {
  const cases = [
    ["", "notJSON"],
    ["[", "notJSON"],
    ['[{"mapping": {}},]', "notJSON"],
    ["[] []", "notJSON"],
    ['{"conversations": [1 2]}', "notJSON"],
    ["[]", "nothing"],
    ["{}", "unknownForm"],
    ["[1, 2]", "unknownForm"],
    ['"text"', "unknownForm"],
    ['{"conversations": [{"id": "x", "messages": []}]}', "unknownForm"],
    ['{"format": "shuren-conversations", "conversations": []}', "nothing"],
    [fixture("shuren.json").replace('"version": 1', '"version": 2'), "newer"],
    ['[{"mapping": {}}]', "nothing"],
  ]
  for (const [text, reason] of cases) await refused(read(text), reason)
  await refused(readFiles([new ChosenFile([new Uint8Array([91, 255, 93])])], how), "notText")
  await refused(readFiles([zip([["a.html", "x"]])], how), "zipOther")
  await refused(readFiles([zip([["a.json", "{}"]])], how), "zipOther")
})

test("a message that is too long for a request loses its end, and that is counted", async () => {
  const [chat] = JSON.parse(fixture("open-webui-old.json"))
  chat.chat.messages[0].content = "データ".repeat(200_000)

  const found = await read([chat])

  const [question] = found.conversations[0].messages
  assert.ok(bytesOf(question) <= mostMessageBytes)
  assert.ok(bytesOf(question) > mostMessageBytes / 2)
  assert.ok(question.parts[0].text.endsWith("…"))
  assert.deepEqual(leftOutOf(found), { shortened: 1, unknown: {} })
})

test("reading can be stopped", async () => {
  const stop = new AbortController()
  stop.abort()

  await assert.rejects(read(fixture("chatgpt.json"), { signal: stop.signal }), {
    name: "AbortError",
  })
})

test("long work pauses for the page", async () => {
  let now = 0
  let pauses = 0
  const many = Array.from({ length: 50 }, (_, index) => ({
    ...JSON.parse(fixture("open-webui-old.json"))[0],
    id: `chat-${index}`,
  }))

  await read(many, { now: () => now += 10, pause: () => Promise.resolve(pauses += 1) })

  assert.ok(pauses >= 20, `${pauses} pauses`)
})

forAny("mutilated export: a result that the server can take, or one reason", async (generator) => {
  const name = generator.pick(forms)
  const value = mutilated(JSON.parse(fixture(name)), generator)

  const found = await resultOf(read(value))

  if (found) checkForm(found)
})

forAny("file that was cut or scribbled into: a result, or one reason", async (generator) => {
  const text = fixture(generator.pick(forms))
  const place = generator.integer(0, text.length)
  const cut = generator.chance(0.3)
    ? text.slice(0, place)
    : text.slice(0, place) + generator.text(6) + text.slice(place + generator.integer(0, 9))

  const found = await resultOf(read(cut))

  if (found) checkForm(found)
})

forAny("the same file twice gives the same ids", async (generator) => {
  const value = mutilated(JSON.parse(fixture(generator.pick(forms))), generator)

  const [one, other] = [await resultOf(read(value)), await resultOf(read(value))]

  assert.deepEqual(one?.conversations, other?.conversations)
})

function titled({ conversations }, title) {
  return conversations.find((conversation) => conversation.title === title)
}

async function refused(promise, reason, fileName) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof ImportProblem, error)
    assert.equal(error.reason, reason)
    if (fileName) assert.equal(error.fileName, fileName)
    return true
  })
}

/** The result, or nothing where there is a reason for that. */
async function resultOf(promise) {
  const complain = console.error
  console.error = (...said) => assert.fail(said.map(String).join(" "))
  try {
    return await promise
  } catch (error) {
    if (error instanceof ImportProblem) return null
    throw error
  } finally {
    console.error = complain
  }
}

/** Everything that the contract with the server asks for. */
function checkForm({ source, conversations }) {
  assert.equal(new Set(conversations.map(({ id }) => id)).size, conversations.length)
  for (const { id, title, created_at: from, updated_at: to, leaf, messages } of conversations) {
    assert.ok(id.length > 0 && id.length <= 200)
    assert.ok([...title].length <= 200)
    assert.ok(Number.isInteger(from) && Number.isInteger(to) && from <= to)
    const known = new Map()
    for (const message of messages) {
      assert.ok(!known.has(message.id), "an id once")
      assert.ok(message.parent === null || known.has(message.parent), "parents first")
      assert.ok(Number.isInteger(message.created_at))
      assert.ok(bytesOf(message) <= mostMessageBytes)
      assert.ok(["user", "assistant"].includes(message.role))
      known.set(message.id, message)
      if (source === "shuren") continue
      assert.ok(message.parts.length > 0)
      assert.equal(known.get(message.parent)?.role ?? "assistant", otherThan(message.role))
    }
    if (source !== "shuren") {
      const replies = messages.filter(({ role }) => role === "assistant")
      assert.equal(new Set(replies.map(({ parent }) => parent)).size, replies.length)
    }
    assert.ok(leaf === null || known.has(leaf))
    assert.ok(!/\p{Surrogate}/u.test(JSON.parse(JSON.stringify(messages.map(textOf).join("")))))
  }
}

function otherThan(role) {
  return role === "user" ? "assistant" : "user"
}

function textOf({ parts }) {
  return parts.map(({ text }) => text ?? "").join("")
}
