import assert from "node:assert/strict"
import { test } from "node:test"
import { actFor, shortcuts } from "../../Public/js/shortcuts.js"
import { forAny } from "./property.js"

const plain = {
  key: "",
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
}
const outside = { isWriting: false, isMac: false, hasSingleKeys: true }

/** A key as a keyboard sends it. */
function anyKey(any) {
  const letter = any.pick([..."abcdefghijklmnopqrstuvwxyz"])
  return {
    key: any.pick([
      letter,
      letter.toUpperCase(),
      "/",
      "?",
      "Escape",
      "Enter",
      "ArrowUp",
      "'",
      "1",
    ]),
    shiftKey: any.chance(0.3),
    ctrlKey: any.chance(0.3),
    metaKey: any.chance(0.3),
    altKey: any.chance(0.2),
    isComposing: any.chance(0.1),
    repeat: any.chance(0.1),
  }
}

test("each shortcut does what the table says, and no two are the same", () => {
  const seen = new Set()
  for (const { act, key, hasShift = false, hasControl = false } of shortcuts) {
    const typed = key === "escape" ? "Escape" : hasShift ? key.toUpperCase() : key
    const pressed = {
      ...plain,
      key: typed,
      shiftKey: hasShift,
      ctrlKey: hasControl,
    }
    assert.equal(actFor(pressed, outside), act)
    const recipe = [key, hasShift, hasControl].join()
    assert.ok(!seen.has(recipe), recipe)
    seen.add(recipe)
  }
})

forAny(
  "while somebody writes only Escape and Ctrl or ⌘ with / mean anything",
  (any) => {
    const pressed = anyKey(any)
    const isMac = any.chance(0.5)

    const act = actFor(pressed, {
      isWriting: true,
      isMac,
      hasSingleKeys: any.chance(0.5),
    })

    if (act === null) return
    const control = isMac ? pressed.metaKey : pressed.ctrlKey
    assert.ok(
      act === "stop" ? pressed.key === "Escape" : pressed.key === "/" && control,
    )
  },
)

forAny(
  "no key that a browser or a screen reader has with Ctrl, ⌘ or Alt is taken",
  (any) => {
    const pressed = anyKey(any)

    const act = actFor(pressed, {
      isWriting: any.chance(0.5),
      isMac: any.chance(0.5),
      hasSingleKeys: true,
    })

    const hasModifier = pressed.ctrlKey || pressed.metaKey || pressed.altKey
    if (hasModifier && act !== null) {
      assert.equal(pressed.key, "/")
      assert.equal(pressed.altKey, false)
      assert.notEqual(pressed.ctrlKey, pressed.metaKey)
    }
    // Firefox looks for text with these.
    if (!hasModifier && ["/", "'"].includes(pressed.key)) {
      assert.equal(act, null)
    }
    if (pressed.isComposing) assert.equal(act, null)
  },
)

forAny("switched off, no single key but Escape does anything", (any) => {
  const pressed = { ...anyKey(any), ctrlKey: false, metaKey: false }

  const act = actFor(pressed, { ...outside, hasSingleKeys: false })

  assert.ok(act === null || pressed.key === "Escape")
})

test("a keyboard with other letters has the same keys in the same places", () => {
  assert.equal(actFor({ ...plain, key: "т", code: "KeyN" }, outside), "new")
  assert.equal(
    actFor({ ...plain, key: "Щ", code: "KeyJ", shiftKey: true }, outside),
    "nextConversation",
  )
  // A Latin keyboard with another order goes by what is printed on it.
  assert.equal(actFor({ ...plain, key: "n", code: "KeyL" }, outside), "new")
  assert.equal(
    actFor({ ...plain, key: "ü", code: "BracketLeft" }, outside),
    null,
  )
})

test("a key that is held down goes on through the messages, and does nothing else twice", () => {
  assert.equal(
    actFor({ ...plain, key: "j", repeat: true }, outside),
    "nextMessage",
  )
  assert.equal(actFor({ ...plain, key: "n", repeat: true }, outside), null)
  assert.equal(
    actFor({ ...plain, key: "Escape", repeat: true }, outside),
    null,
  )
})

test("with Caps Lock the same keys hold", () => {
  assert.equal(actFor({ ...plain, key: "C" }, outside), "copyReply")
  assert.equal(
    actFor({ ...plain, key: "c", shiftKey: true }, outside),
    "copyCode",
  )
})
