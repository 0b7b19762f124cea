import assert from "node:assert/strict"
import { test } from "node:test"
import { isCancelKey, isSendKey } from "../../Public/js/send-key.js"

const plain = {
  key: "Enter",
  keyCode: 13,
  isComposing: false,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
}

test("the reader chooses whether Enter sends, or Ctrl and ⌘ with it", () => {
  for (
    const [change, withEnter, withControl] of [
      [{}, true, false],
      [{ ctrlKey: true }, true, true],
      [{ metaKey: true }, true, true],
      [{ shiftKey: true }, false, false],
      [{ shiftKey: true, ctrlKey: true }, false, false],
      [{ isComposing: true }, false, false],
      [{ keyCode: 229 }, false, false],
      [{ keyCode: 229, ctrlKey: true }, false, false],
      [{ key: "a" }, false, false],
    ]
  ) {
    const pressed = { ...plain, ...change }
    assert.equal(isSendKey(pressed), withEnter, JSON.stringify(change))
    assert.equal(isSendKey(pressed, "enter"), withEnter, JSON.stringify(change))
    assert.equal(isSendKey(pressed, "control-enter"), withControl, JSON.stringify(change))
  }
})

test("Escape gives up what is written, but not what an input method takes it for", () => {
  for (
    const [change, isCancelling] of [
      [{}, true],
      [{ shiftKey: true }, true],
      [{ isComposing: true }, false],
      [{ keyCode: 229 }, false],
      [{ key: "Enter" }, false],
      [{ key: "Process" }, false],
    ]
  ) {
    const pressed = { ...plain, key: "Escape", keyCode: 27, ...change }
    assert.equal(isCancelKey(pressed), isCancelling, JSON.stringify(change))
  }
})
