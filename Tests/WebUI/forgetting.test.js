import assert from "node:assert/strict"
import { test } from "node:test"
import { firstState } from "../../Public/js/chat-state.js"
import { Forgetting } from "../../Public/js/forgetting.js"
import { Profiles } from "../../Public/js/profiles.js"
import { Problem } from "../../Public/js/problem.js"
import { Store } from "../../Public/js/store.js"
import { forAny } from "./property.js"
import "./web-crypto.js"

/** A server that keeps a profile and facts, and refuses when told to. */
class FakeMemory {
  isRefusing = false
  facts = []
  values = {}
  skipped = new Set()
  version = 0
  #made = 0

  constructor(values, texts) {
    this.values = { ...values }
    for (const text of texts) this.#add(text)
  }

  #add(text) {
    this.facts = [...this.facts, { id: `f${this.#made += 1}`, text }]
  }

  #answer(act) {
    return this.isRefusing ? Promise.reject(new Problem("refused")) : Promise.resolve(act())
  }

  #profile() {
    const fields = ["age", "goal", "name"].map((id) => ({
      id,
      label: id,
      value: this.values[id] ?? null,
      isSkipped: this.skipped.has(id),
    }))
    return { version: this.version, steps: [{ id: "s", title: "", fields }] }
  }

  profile = () => Promise.resolve(this.#profile())
  memory = () => Promise.resolve({ facts: this.facts, answers: {} })

  changeProfile = ({ version, set = {}, skip = [] }) => {
    if (version !== this.version) return Promise.reject(new Problem("refused", { status: 409 }))
    return this.#answer(() => {
      this.version += 1
      Object.assign(this.values, set)
      for (const id of skip) this.skipped.add(id)
      return this.#profile()
    })
  }

  deleteProfile = () =>
    this.#answer(() => {
      this.values = {}
      this.skipped = new Set()
      this.facts = []
      this.version = 0
    })

  answerProposal = ({ text }) =>
    this.#answer(() => {
      this.#add(text)
      return this.memory()
    })

  editFact = (id, text) => {
    if (!this.facts.some((fact) => fact.id === id)) {
      return Promise.reject(new Problem("refused", { status: 404 }))
    }
    return this.#answer(() => {
      this.facts = this.facts.map((fact) => fact.id === id ? { id, text } : fact)
      return this.memory()
    })
  }

  forgetFact = (id) =>
    this.#answer(() => {
      this.facts = this.facts.filter((fact) => fact.id !== id)
    })

  /** All that is kept, whatever its ids. */
  get all() {
    const known = Object.entries(this.values).filter(([, value]) => value !== null).sort()
    return {
      known,
      skipped: [...this.skipped].sort(),
      texts: this.facts.map(({ text }) => text).sort(),
    }
  }
}

async function page(values, texts) {
  const api = new FakeMemory(values, texts)
  const store = new Store(firstState)
  const profiles = new Profiles({ store, api })
  const acts = []
  const withdrawn = []
  const forgetting = new Forgetting({
    store,
    api,
    profiles,
    undo: {
      offer: (act) => {
        acts.push(act)
        return () => withdrawn.push(act.sentence)
      },
    },
  })
  await profiles.refresh()
  await profiles.recall()
  return { api, store, acts, withdrawn, forgetting }
}

forAny(
  "whatever is changed or forgotten can be taken back, step by step",
  async (any) => {
    const values = {
      age: any.pick([null, 34]),
      goal: any.pick([null, "run"]),
      name: any.pick([null, "Alex"]),
    }
    const { api, acts, forgetting } = await page(
      values,
      any.many(0, 4, () => `fact ${any.integer(1, 99)}`),
    )
    const before = [api.all]

    for (let count = any.integer(1, 5); count > 0; count -= 1) {
      const done = acts.length
      const fact = any.pick(api.facts)
      const act = any.pick(["fact", "edit", "field", "all"])
      if (act === "fact" && fact) await forgetting.forgetFact(fact.id)
      if (act === "edit" && fact) {
        await forgetting.editFact(
          fact.id,
          `edited ${any.integer(1, 99)}`,
        )
      }
      if (act === "field") {
        await forgetting.setField(
          any.pick(["age", "goal", "name"]),
          any.pick([null, 1, "x"]),
        )
      }
      if (act === "all") await forgetting.forgetEverything()
      if (acts.length > done) before.push(api.all)
    }
    before.pop()

    for (const act of [...acts].reverse()) {
      await act.undo()
      assert.deepEqual(api.all, before.pop())
    }
  },
)

test("what the server refuses to forget is not called forgotten", async () => {
  const { api, store, acts, withdrawn, forgetting } = await page({ age: 34 }, [
    "likes tea",
  ])
  api.isRefusing = true

  await forgetting.forgetFact("f1")
  await forgetting.setField("age", null)
  await forgetting.editFact("f1", "likes coffee")
  await forgetting.forgetEverything()

  assert.deepEqual(withdrawn, acts.map(({ sentence }) => sentence))
  assert.equal(store.get().memory.facts[0].text, "likes tea")
  assert.notEqual(store.get().hint, null)
})

test("what could not be put back says so, and can be tried again", async () => {
  const { api, acts, forgetting } = await page({}, ["likes tea"])
  await forgetting.forgetFact("f1")
  api.isRefusing = true
  await assert.rejects(acts[0].undo())
  api.isRefusing = false
  await acts[0].undo()
  assert.deepEqual(api.all.texts, ["likes tea"])
})

test("what is done while the server is asked is taken back before what it is asked about", async () => {
  for (const [wait, begin] of slowActs) {
    const { api, acts, forgetting } = await page({ age: 34 }, ["likes tea"])
    const { answer, held } = hold(api, wait)
    const slow = begin(forgetting)
    await held
    acts.push({ sentence: "Something else" })
    answer()
    await slow
    assert.equal(acts.length, 2, wait)
    assert.equal(acts[1].sentence, "Something else", wait)
  }
})

test("a way back that is taken before the server has answered waits for it", async () => {
  for (const [wait, begin] of slowActs) {
    const { api, acts, forgetting } = await page({ age: 34 }, ["likes tea"])
    const before = api.all
    const { answer, held } = hold(api, wait)
    const slow = begin(forgetting)
    await held
    const back = acts[0].undo()
    answer()
    await Promise.all([slow, back])
    assert.deepEqual(api.all, before, wait)
  }
})

test("a way back is no longer offered, and does nothing, where the server refuses", async () => {
  for (const [wait, begin] of slowActs) {
    const { api, acts, withdrawn, forgetting } = await page({ age: 34 }, ["likes tea"])
    const before = api.all
    const { answer, held } = hold(api, wait)
    const slow = begin(forgetting)
    await held
    api.isRefusing = true
    const back = acts[0].undo()
    answer()
    await Promise.all([slow, back])
    assert.deepEqual(withdrawn, [acts[0].sentence], wait)
    assert.deepEqual(api.all, before, wait)
  }
})

/** Each act with what it asks of the server. */
const slowActs = [
  ["forgetFact", (forgetting) => forgetting.forgetFact("f1")],
  ["editFact", (forgetting) => forgetting.editFact("f1", "likes coffee")],
  ["changeProfile", (forgetting) => forgetting.setField("age", 35)],
  ["deleteProfile", (forgetting) => forgetting.forgetEverything()],
]

/** Has the next question of a kind wait until it may be answered. */
function hold(api, name) {
  const ask = api[name]
  let answer = () => {}
  const open = new Promise((resolve) => answer = resolve)
  const held = new Promise((resolve) => {
    api[name] = async (...words) => {
      api[name] = ask
      resolve()
      await open
      return await ask(...words)
    }
  })
  return { answer, held }
}
