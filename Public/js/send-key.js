// Which key sends what is written, and which gives it up.

/** What a key event's code is while an input method composes, where `isComposing` comes too late. */
const composingKeyCode = 229

/** @typedef {Pick<KeyboardEvent, "key" | "keyCode" | "isComposing" | "shiftKey" | "ctrlKey" | "metaKey">} Pressed */

/**
 * Escape, unless it takes back what an input method composes.
 *
 * @param {Pick<KeyboardEvent, "key" | "keyCode" | "isComposing">} pressed
 */
export function isCancelKey(pressed) {
  return pressed.key === "Escape" && !isComposed(pressed)
}

/** @param {Pick<KeyboardEvent, "keyCode" | "isComposing">} pressed */
function isComposed({ isComposing, keyCode }) {
  return isComposing || keyCode === composingKeyCode
}

/**
 * @param {Pressed} pressed
 * @param {import("./settings.js").Settings["sendsWith"]} [sendsWith]
 * @returns {boolean} Not while an input method composes, and never with Shift.
 */
export function isSendKey(pressed, sendsWith = "enter") {
  if (pressed.key !== "Enter" || isComposed(pressed) || pressed.shiftKey) return false
  return sendsWith === "enter" || pressed.ctrlKey || pressed.metaKey
}
