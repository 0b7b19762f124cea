import assert from "node:assert/strict"
import { test } from "node:test"
import { costFrom, costSentence } from "../../Public/js/admin/cost.js"
import { money } from "../../Public/js/admin/figures.js"
import { PeopleAPI } from "../../Public/js/admin/people-api.js"
import { PeopleDesk } from "../../Public/js/admin/people-desk.js"
import * as states from "../../Public/js/admin/people-state.js"
import { Problem } from "../../Public/js/problem.js"
import { Store } from "../../Public/js/store.js"
import { Undo } from "../../Public/js/undo.js"
import { forAny } from "./property.js"

/** A server with people, that refuses what it is told to. */
class FakePeople {
  isRefusing = null
  calls = []

  constructor(names, { ownId = "own", signUp = "invitation" } = {}) {
    this.ownId = ownId
    this.signUp = signUp
    this.people = names.map((name) => person(name))
    this.open = []
  }

  policy = () =>
    Promise.resolve({
      letsInGuests: false,
      signUp: this.signUp,
      ownId: this.ownId,
    })

  list = ({ after, containing, limit }) => {
    const fitting = this.people.filter(({ name }) => name > after && name.includes(containing))
    return fitting.sort((one, other) => one.name < other.name ? -1 : 1).slice(
      0,
      limit,
    )
  }

  get api() {
    const act = (name, change) => (id, ...more) => {
      this.calls.push(name)
      if (this.isRefusing) return Promise.reject(this.isRefusing)
      this.people = this.people.map((one) => one.id === id ? change(one, ...more) : one)
      return Promise.resolve()
    }
    return {
      policy: this.policy,
      people: (wanted) => Promise.resolve(this.list(wanted)),
      invitations: () => Promise.resolve(this.open),
      setAdmin: act("setAdmin", (one, isAdmin) => ({ ...one, isAdmin })),
      disable: act(
        "disable",
        (one) => ({ ...one, disabledAt: 5, usedAt: null }),
      ),
      enable: act("enable", (one) => ({ ...one, disabledAt: null })),
      endSessions: act("endSessions", (one) => ({ ...one, usedAt: null })),
      resetSecondFactor: act(
        "resetSecondFactor",
        (one) => ({ ...one, hasSecondFactor: false }),
      ),
      makeResetCode: () => Promise.resolve("CODE"),
      invite: ({ note }) => {
        if (this.isRefusing) return Promise.reject(this.isRefusing)
        const invitation = { id: `i${this.open.length}`, note, expiresAt: 9 }
        this.open = [invitation, ...this.open]
        return Promise.resolve({
          invitation,
          code: "C",
          path: "/login#invitation=C",
        })
      },
      withdraw: (id) => {
        this.open = this.open.filter((one) => one.id !== id)
        return Promise.resolve()
      },
    }
  }
}

function person(name, more = {}) {
  return {
    id: name,
    name,
    isAdmin: false,
    createdAt: 1,
    usedAt: 2,
    disabledAt: null,
    hasSecondFactor: true,
    ...more,
  }
}

function made(server) {
  const store = new Store(states.firstPeopleState)
  const waits = []
  const world = {
    now: () => 5,
    after: (_, run) => {
      const wait = { run }
      waits.push(wait)
      return () => wait.run = () => {}
    },
  }
  const undo = new Undo({ store, world })
  const desk = new PeopleDesk({ store, api: server.api, undo, world })
  return {
    store,
    desk,
    undo,
    pass: () => waits.splice(0).forEach((wait) => wait.run()),
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

forAny(
  "pages show each of any number of people once, in order, there and back",
  async (any) => {
    const names = Array.from(
      { length: any.integer(0, 260) },
      (_, index) => `name${String(index).padStart(4, "0")}`,
    )
    const server = new FakePeople(names)
    const { store, desk } = made(server)
    await desk.look()
    const seen = [
      store.get().people.map(({ name }) => name),
    ]
    while (store.get().hasMore) {
      await desk.nextPage()
      assert.ok(store.get().people.length <= states.pageSize)
      seen.push(store.get().people.map(({ name }) => name))
    }
    assert.deepEqual(seen.flat(), names)
    await desk.nextPage()
    for (let page = seen.length - 2; page >= 0; page -= 1) {
      await desk.previousPage()
      assert.deepEqual(store.get().people.map(({ name }) => name), seen[page])
    }
    await desk.previousPage()
    assert.deepEqual(store.get().people.map(({ name }) => name), seen[0])
  },
)

test("a search waits for the last letter and begins at the first page", async () => {
  const names = Array.from(
    { length: 120 },
    (_, index) => `n${String(index).padStart(3, "0")}`,
  )
  const { store, desk, pass } = made(new FakePeople([...names, "zoe"]))
  await desk.look()
  await desk.nextPage()
  desk.search("z")
  desk.search("zo ")
  pass()
  await settled()
  assert.equal(store.get().search, "zo")
  assert.deepEqual(store.get().people.map(({ name }) => name), ["zoe"])
  assert.equal(store.get().starts.length, 1)
})

test("an answer that a newer question has overtaken is not shown", async () => {
  const server = new FakePeople(["ada", "bob"])
  const { store, desk, pass } = made(server)
  let answerFirst = () => {}
  const slow = new Promise((resolve) => answerFirst = resolve)
  const api = server.api
  let asked = 0
  const desk2 = new PeopleDesk({
    store,
    world: { now: () => 0, after: (_, run) => (run(), () => {}) },
    undo: { offer: () => () => {} },
    api: {
      ...api,
      people: (wanted) =>
        (asked += 1) === 1
          ? slow.then(() => server.list({ ...wanted, containing: "" }))
          : api.people(wanted),
    },
  })
  assert.ok(desk && pass)
  desk2.search("a")
  desk2.search("bo")
  await settled()
  answerFirst()
  await settled()
  assert.deepEqual(store.get().people.map(({ name }) => name), ["bob"])
})

test("what cannot be taken back is asked about, and done only when it is meant", async () => {
  for (const act of ["disable", "end-sessions", "reset-second-factor"]) {
    const server = new FakePeople(["ada"])
    const { store, desk } = made(server)
    await desk.look()
    await desk.act(act, { id: "ada", name: "ada" })
    assert.equal(store.get().question.act, act)
    assert.deepEqual(server.calls, [])
    await desk.answer(false)
    assert.deepEqual([store.get().question, server.calls], [null, []])
    await desk.act(act, { id: "ada", name: "ada" })
    await desk.answer(true)
    assert.equal(server.calls.length, 1)
    assert.equal(store.get().undoables.length, 0)
    assert.notEqual(store.get().status.text, "")
    // The page shows the account as the server has it.
    assert.deepEqual(store.get().people, server.people)
  }
})

test("a new role is taken back by undoing, and a refusal is said in the page's words", async () => {
  const server = new FakePeople(["ada"])
  const { store, desk, undo } = made(server)
  await desk.look()
  await desk.act("make-admin", { id: "ada", name: "ada" })
  assert.equal(store.get().people[0].isAdmin, true)
  assert.match(store.get().undoables[0].sentence, /ada is an admin/)
  undo.undoLast()
  await settled()
  assert.equal(server.people[0].isAdmin, false)
  assert.equal(store.get().people[0].isAdmin, false)

  server.isRefusing = new Problem("refused", {
    status: 409,
    code: "last_admin",
    message: "No.",
  })
  await desk.act("make-admin", { id: "ada", name: "ada" })
  assert.match(store.get().hint, /last admin/)
  assert.equal(store.get().undoables.length, 0)
  assert.equal(store.get().people[0].isAdmin, false)
})

forAny(
  "what can be done fits the account, and afterwards the account is as it says",
  (any) => {
    const one = person("ada", {
      isAdmin: any.chance(0.5),
      usedAt: any.pick([null, 3]),
      disabledAt: any.pick([null, 4]),
      hasSecondFactor: any.chance(0.5),
    })
    assert.deepEqual(states.actsFor(one, "ada"), [])
    const acts = states.actsFor(one, "somebody else")
    assert.ok(acts.length > 0)
    for (const act of acts) {
      const then = states.after(one, act, 7)
      if (act !== "reset-code") assert.notDeepEqual(then, one, act)
      if (act !== "reset-code") {
        assert.ok(!states.actsFor(then, "").includes(act), act)
      }
      const opposite = states.oppositeOf(act)
      if (opposite && opposite !== "disable") {
        assert.deepEqual(states.after(then, opposite, 7), one)
      }
    }
    if (one.disabledAt !== null) assert.deepEqual(acts, ["enable"])
  },
)

test("an invitation is shown once, listed by when it ends, and withdrawn after a question", async () => {
  const server = new FakePeople([])
  const { store, desk } = made(server)
  await desk.look()
  assert.equal(await desk.invite({ note: "for Bob", days: 3 }), true)
  assert.deepEqual(store.get().handed, {
    kind: "invitation",
    name: "for Bob",
    code: "C",
    path: "/login#invitation=C",
  })
  desk.putAway()
  assert.equal(store.get().handed, null)
  assert.ok(!JSON.stringify(store.get()).includes("invitation=C"))
  await desk.act("withdraw", { id: "i0", name: "for Bob" })
  await desk.answer(true)
  assert.deepEqual([store.get().invitations, server.open], [[], []])
  server.isRefusing = new Problem("refused", { message: "Not now." })
  assert.equal(await desk.invite({ note: "", days: 3 }), false)
  assert.deepEqual([store.get().hint, store.get().handed], ["Not now.", null])
})

test("a code for a new password names whom it is for", async () => {
  const { store, desk } = made(new FakePeople(["ada"]))
  await desk.look()
  await desk.act("reset-code", { id: "ada", name: "Ada" })
  assert.deepEqual(store.get().handed, {
    kind: "reset",
    name: "Ada",
    code: "CODE",
    path: "/login#reset=CODE",
  })
})

test("the server's answers are read, also those that hold nothing", async () => {
  const answers = {
    "/api/v1/auth/me": {
      auth: "accounts",
      sign_up: "odd",
      account: { id: "a" },
    },
    "/api/v1/admin/people?limit=3&after=B%26b&containing=c": {
      people: [{
        id: "x",
        name: "Xe",
        role: "admin",
        created_at: 1,
        used_at: null,
        second_factor: "on",
      }],
    },
    "/api/v1/admin/invitations": {},
  }
  const api = new PeopleAPI((url) => Promise.resolve(new Response(JSON.stringify(answers[url]))))
  assert.deepEqual(await api.policy(), {
    letsInGuests: false,
    signUp: "closed",
    ownId: "a",
  })
  assert.deepEqual(
    await api.people({ after: "B&b", containing: "c", limit: 3 }),
    [{
      id: "x",
      name: "Xe",
      isAdmin: true,
      createdAt: 1,
      usedAt: null,
      disabledAt: null,
      hasSecondFactor: true,
    }],
  )
  assert.deepEqual(await api.invitations(), [])
})

test("money is written with its currency, small sums to a hundredth of the coin", () => {
  assert.equal(money(1234.5, "EUR"), "€1,234.50")
  assert.equal(money(0.0123, "USD"), "$0.0123")
  assert.equal(money(0, "USD"), "$0.00")
  assert.equal(money(3, ""), "3.00")
  // A currency that nobody knows is still three letters.
  assert.match(money(3, "QQQ"), /QQQ.3\.00/)
})

test("without prices it is said which settings to set", () => {
  assert.match(
    costSentence(costFrom(undefined)),
    /PRICE_PER_MILLION_INPUT_TOKENS/,
  )
  const cost = costFrom({
    currency: "EUR",
    input_price: 1,
    output_price: 2,
    today: 3,
    budget: 4,
  })
  assert.match(
    costSentence(cost),
    /€3\.00 of €4\.00.*€1\.00 read and €2\.00 written/,
  )
  assert.match(costSentence({ ...cost, budget: null }), /together: €3\.00\./)
})
