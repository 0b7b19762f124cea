import assert from "node:assert/strict"
import { test } from "node:test"
import { asked, viewOf } from "../../Public/js/login-state.js"
import { problemFrom } from "../../Public/js/requests.js"

/** @returns {import("../../Public/js/account-api.js").Standing} */
function standing(letsInGuests, signUp) {
  return {
    letsInGuests,
    hasPasswords: true,
    provider: null,
    signUp,
    account: null,
    guestConversations: 0,
  }
}

test("an address asks for a way in, and may bring a code for it", () => {
  assert.deepEqual(asked(""), { way: null, code: "" })
  assert.deepEqual(asked("#sign-in"), { way: "sign-in", code: "" })
  assert.deepEqual(asked("#sign-up"), { way: "sign-up", code: "" })
  assert.deepEqual(asked("#invitation=K7Q2-9XWD"), {
    way: "sign-up",
    code: "K7Q2-9XWD",
  })
  assert.deepEqual(asked("#code=K7Q2%209XWD"), {
    way: "sign-up",
    code: "K7Q2 9XWD",
  })
  assert.deepEqual(asked("#reset=K7Q2"), { way: "reset", code: "K7Q2" })
})

test("what an address says besides means nothing", () => {
  for (
    const hash of [
      "#",
      "#toString",
      "#__proto__",
      "#constructor=a",
      "#%",
      "#=code",
      "#reset=%zz",
    ]
  ) {
    assert.equal(asked(hash).code, asked(hash).code.trim(), hash)
    assert.ok([null, "reset"].includes(asked(hash).way), hash)
  }
  assert.deepEqual(asked("#reset=%zz"), { way: "reset", code: "" })
})

test("a code is asked for where one is needed", () => {
  const cases = [
    [true, "open", "#sign-up", false],
    [true, "open", "#code=A", true],
    [false, "invitation", "#sign-up", true],
    [false, "closed", "#code", true],
    [false, "closed", "#sign-in", false],
    [true, "open", "#reset", true],
  ]
  for (const [guests, signUp, hash, expected] of cases) {
    const view = viewOf(standing(guests, signUp), asked(hash))
    assert.equal(view.asksForCode, expected, `${signUp} ${hash}`)
  }
})

test("a guest is offered to go on only where guests are let in, and by whom nothing else is asked", () => {
  assert.equal(viewOf(standing(true, "open"), asked("")).offersGuest, true)
  assert.equal(
    viewOf(standing(true, "open"), asked("#sign-in")).offersGuest,
    false,
  )
  assert.equal(viewOf(standing(false, "open"), asked("")).offersGuest, false)
})

test("signing up is offered unless it is closed", () => {
  assert.equal(viewOf(standing(true, "open"), asked("")).offersSignUp, true)
  assert.equal(
    viewOf(standing(false, "invitation"), asked("#reset")).offersSignUp,
    true,
  )
  assert.equal(
    viewOf(standing(false, "closed"), asked("")).offersSignUp,
    false,
  )
  assert.equal(
    viewOf(standing(true, "open"), asked("#sign-up")).offersSignUp,
    false,
  )
})

test("a wrong password is no session that has ended", () => {
  const wrong = {
    error: {
      code: "wrong_credentials",
      message: "The name or the password is wrong.",
    },
  }
  const ended = {
    error: {
      code: "unauthorized",
      message: "Session expired. Please log in again.",
    },
  }

  assert.equal(
    problemFrom(401, wrong).message,
    "The name or the password is wrong.",
  )
  assert.equal(problemFrom(401, wrong).kind, "refused")
  assert.equal(problemFrom(401, ended).kind, "session")
  assert.equal(problemFrom(401, null).kind, "session")
})

test("a guest's conversations are offered to whoever has an account, and not to whoever makes one", () => {
  const guest = { ...standing(true, "open"), guestConversations: 3 }
  assert.equal(viewOf(guest, asked("")).bringsAlong, 3)
  assert.equal(viewOf(guest, asked("#reset=K7Q2")).bringsAlong, 3)
  assert.equal(viewOf(guest, asked("#sign-up")).bringsAlong, 0)
})
