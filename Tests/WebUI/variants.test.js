import assert from "node:assert/strict"
import { test } from "node:test"
import * as states from "../../Public/js/chat-state.js"
import * as conversations from "../../Public/js/conversation.js"
import * as replies from "../../Public/js/reply-state.js"
import { askedInstead, placeAmongVariants } from "../../Public/js/variants.js"
import { forAny } from "./property.js"

/** Questions `q0`… that were asked and answered by `r0`… */
function answered(count, conversation = conversations.emptyConversation("c")) {
  return Array.from({ length: count }, (_, index) => index).reduce((before, index) => {
    const id = conversations.placeholderId(`q${index}`)
    const asked = conversations.asked(before, { id: `q${index}`, text: `Ask ${index}`, at: index })
    const by = { replyId: `r${index}`, agent: "general", reason: null }
    return conversations.finished(conversations.accepted(asked, id, by), id)
  }, conversation)
}

const idsOf = ({ messages }) => messages.map(({ id }) => id)

forAny(
  "what is asked instead stands in the place of the question, and what followed leaves the page",
  (any) => {
    const count = any.integer(1, 6)
    const place = any.integer(0, count - 1)
    const before = answered(count)
    const copy = structuredClone(before)
    const text = any.chance(0.5) ? `Ask ${place}` : `Other ${any.text()}`

    const after = askedInstead(before, `q${place}`, { id: "new", text, at: 9 })

    assert.deepEqual(before, copy, "nothing is lost: it is all there to go back to")
    assert.deepEqual(idsOf(after).slice(0, -2), idsOf(before).slice(0, 2 * place))
    const [question, reply] = after.messages.slice(-2)
    assert.deepEqual([question.text, reply.state, reply.replyTo], [text, "streaming", "new"])
    assert.equal(conversations.parentOf(after, "new"), place === 0 ? null : `r${place - 1}`)
  },
)

forAny("the same once more is another reply; another text is another question", (any) => {
  const texts = any.many(1, 6, () => any.pick(["same", "other"]))
  let conversation = answered(1)
  const ofText = { "Ask 0": ["q0"] }
  const shownOf = { "Ask 0": "q0" }
  texts.forEach((kind, index) => {
    const current = conversation.messages[0]
    const id = `v${index}`
    const text = kind === "same" ? current.text : `Text ${index}`
    const placeholder = conversations.placeholderId(id)
    const asked = askedInstead(conversation, current.id, { id, text, at: index })
    const by = { replyId: `s${index}`, agent: "general", reason: null }
    conversation = conversations.finished(
      conversations.accepted(asked, placeholder, by),
      placeholder,
    )
    ofText[text] = [...(ofText[text] ?? []), id]
    shownOf[text] = id
  })

  const [question, reply] = conversation.messages
  assert.deepEqual(question.variants, Object.values(shownOf))
  assert.deepEqual(reply.variants, ofText[question.text])
})

test("while a reply runs nothing is asked instead", () => {
  const running = conversations.asked(answered(1), { id: "q1", text: "On", at: 2 })

  assert.equal(askedInstead(running, "q0", { id: "new", text: "Else", at: 3 }), running)
})

test("a question that never arrived is no variant", () => {
  const lost = conversations.failed(
    conversations.asked(answered(1), { id: "lost", text: "Lost", at: 2 }),
    conversations.placeholderId("lost"),
    { sentence: "No." },
  )

  const { messages } = askedInstead(lost, "lost", { id: "new", text: "Changed", at: 3 })

  assert.deepEqual(messages.slice(-2).map(({ variants }) => variants), [["new"], ["new"]])
})

test("a message knows which variants are before and after it", () => {
  const question = { id: "b", replyTo: null, variants: ["a", "b", "c"] }

  assert.deepEqual(placeAmongVariants(question), { number: 2, total: 3, earlier: "a", later: "c" })
  assert.deepEqual(placeAmongVariants({ id: "r", replyTo: "c", variants: ["a", "c"] }), {
    number: 2,
    total: 2,
    earlier: "a",
    later: null,
  })
  assert.equal(placeAmongVariants({ id: "b", replyTo: null, variants: ["b"] }), null)
  assert.equal(placeAmongVariants({ id: "b", replyTo: null, variants: [] }), null)
})

forAny("what could not be sent instead is taken back, and a changed text is still there", (any) => {
  const conversation = answered(any.integer(1, 4))
  const ready = states.loaded(states.chosen(states.firstState, "c"), conversation)
  const isSame = any.chance(0.5)
  const text = isSame ? "Ask 0" : `Changed ${any.text()}`

  const asked = replies.askedInstead(ready, "q0", { id: "new", text }, 5)
  const back = replies.takenBack(asked, "No network.")

  assert.equal(states.isResponding(asked), true)
  assert.equal(states.isResponding(back), false)
  assert.deepEqual(back.conversation, conversation)
  assert.deepEqual(back.editing, isSame ? null : { id: "q0", text })
  assert.equal(back.hint, "No network.")
})

test("once the server has it, it is not taken back", () => {
  const ready = states.loaded(states.chosen(states.firstState, "c"), answered(1))
  const asked = replies.askedInstead(ready, "q0", { id: "new", text: "Else" }, 5)
  const accepted = replies.heard(asked, conversations.placeholderId("new"), {
    type: "accepted",
    conversationId: "c",
    replyId: "r",
    agent: null,
    reason: null,
  }, 6)

  assert.equal(replies.takenBack(accepted, "No network."), accepted)
})
