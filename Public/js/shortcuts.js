// The shortcuts: one table of all of them, and which one a key means. No DOM.

/**
 * @typedef {"new" | "search" | "focus" | "stop" | "copyReply" | "copyCode" | "nextMessage"
 *   | "previousMessage" | "nextConversation" | "previousConversation" | "edit" | "sidebar"
 *   | "list"} Act
 */

/**
 * One shortcut. `key` is what the key types, in lower case.
 *
 * @typedef {object} Shortcut
 * @property {Act} act
 * @property {string} key
 * @property {boolean} [hasShift] For letters; what other keys type says whether Shift was there.
 * @property {boolean} [hasControl] With Ctrl, or ⌘ on a Mac: also while writing.
 * @property {"moving" | "doing"} group
 */

/**
 * Single keys, outside of text boxes alone, and none that a browser has for itself: Firefox looks
 * for text with `/` and `'`. While writing, Ctrl+/ opens the list, where the same keys hold.
 *
 * @type {readonly Shortcut[]}
 */
export const shortcuts = Object.freeze([
  { act: "new", key: "n", group: "moving" },
  { act: "search", key: "s", group: "moving" },
  { act: "focus", key: "m", group: "moving" },
  { act: "nextMessage", key: "j", group: "moving" },
  { act: "previousMessage", key: "k", group: "moving" },
  { act: "nextConversation", key: "j", hasShift: true, group: "moving" },
  { act: "previousConversation", key: "k", hasShift: true, group: "moving" },
  { act: "sidebar", key: "b", group: "moving" },
  { act: "stop", key: "escape", group: "doing" },
  { act: "edit", key: "e", group: "doing" },
  { act: "copyReply", key: "c", group: "doing" },
  { act: "copyCode", key: "c", hasShift: true, group: "doing" },
  { act: "list", key: "?", group: "doing" },
  { act: "list", key: "/", hasControl: true, group: "doing" },
])

/**
 * @typedef {object} Pressed
 * @property {string} key
 * @property {string} [code] Where the key is, for keyboards that type no Latin letters.
 * @property {boolean} shiftKey
 * @property {boolean} ctrlKey
 * @property {boolean} metaKey
 * @property {boolean} altKey
 * @property {boolean} [isComposing]
 * @property {boolean} [repeat]
 */

/**
 * @typedef {object} Place
 * @property {boolean} isWriting Whether what is typed goes into a text.
 * @property {boolean} isMac
 * @property {boolean} hasSingleKeys Whether the reader wants them.
 */

/**
 * @param {Pressed} pressed
 * @param {Place} place
 * @returns {Act | null} Nothing where the key is somebody else's.
 */
export function actFor(pressed, { isWriting, isMac, hasSingleKeys }) {
  if (pressed.altKey || pressed.isComposing) return null
  const control = isMac ? pressed.metaKey : pressed.ctrlKey
  if ((isMac ? pressed.ctrlKey : pressed.metaKey)) return null
  // Who holds a key down wants to go on, and nothing else twice.
  const found = shortcuts.find((shortcut) => means(pressed, shortcut, control))
  if (!found || (pressed.repeat && !repeatable.has(found.act))) return null
  if (found.hasControl) return found.act
  // It types nothing.
  if (found.key === "escape") return found.act
  return isWriting || !hasSingleKeys ? null : found.act
}

const repeatable = new Set(["nextMessage", "previousMessage"])

/**
 * @param {Pressed} pressed
 * @param {Shortcut} shortcut
 * @param {boolean} control
 */
function means(pressed, { key, hasShift = false, hasControl = false }, control) {
  if (control !== hasControl || typed(pressed) !== key) return false
  return !isLetter(key) || pressed.shiftKey === hasShift
}

/**
 * What a key types, or would type on a Latin keyboard.
 *
 * @param {Pressed} pressed
 */
function typed({ key, code = "" }) {
  const lower = key.toLowerCase()
  const isForeign = lower.length === 1 && /\p{Letter}/u.test(lower) && !isLetter(lower)
  const place = isForeign ? /^Key([A-Z])$/.exec(code)?.[1] : undefined
  return place?.toLowerCase() ?? lower
}

/** @param {string} key */
function isLetter(key) {
  return key.length === 1 && key >= "a" && key <= "z"
}
