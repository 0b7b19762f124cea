// The list of shortcuts. It can be read, clicked, and typed into: the key of a line does what the
// line says, so that whoever writes reaches everything with Ctrl+/ and one more key. Its words are
// late ones: loadMoreWords() comes first.

import { element } from "./dom.js"
import { needStyle } from "./late-style.js"
import { actFor, shortcuts } from "./shortcuts.js"
import { say, sayWith } from "./words.js"

/** @typedef {import("./shortcuts.js").Act} Act */

/** @type {Readonly<Record<Act, () => string>>} */
const names = {
  new: () => say("shortcuts.new"),
  search: () => say("shortcuts.search"),
  focus: () => say("shortcuts.focus"),
  stop: () => say("shortcuts.stop"),
  copyReply: () => say("shortcuts.copyReply"),
  copyCode: () => say("shortcuts.copyCode"),
  nextMessage: () => say("shortcuts.nextMessage"),
  previousMessage: () => say("shortcuts.previousMessage"),
  nextConversation: () => say("shortcuts.nextConversation"),
  previousConversation: () => say("shortcuts.previousConversation"),
  edit: () => say("shortcuts.edit"),
  sidebar: () => say("shortcuts.sidebar"),
  list: () => say("shortcuts.list"),
}

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

const control = isMac ? "⌘" : say("key.control")
const shift = isMac ? "⇧" : say("key.shift")

/**
 * Opens the list, or closes it when it is open.
 *
 * @param {object} how
 * @param {((act: Act) => void) | null} how.act Does what a line says; nothing where there is nobody
 *   to do it.
 */
export async function openShortcutList({ act }) {
  const open = document.querySelector("dialog.shortcut-list")
  if (open instanceof HTMLDialogElement) return open.close()
  const dialog = element(
    "dialog",
    {
      class: "shortcut-list",
      "aria-labelledby": "shortcut-heading",
      onclose: () => dialog.remove(),
    },
    element(
      "form",
      { method: "dialog", class: "shortcut-bar" },
      element("h2", { id: "shortcut-heading" }, say("shortcuts.heading")),
      element("button", { class: "button" }, say("shortcuts.close")),
    ),
    element(
      "p",
      { class: "shortcut-help" },
      ...sayWith("shortcuts.help", { key: combination([control, "/"]) }),
    ),
    group(say("shortcuts.moving"), "moving", act, () => dialog.close()),
    group(say("shortcuts.doing"), "doing", act, () => dialog.close()),
    section(
      say("shortcuts.inList"),
      fixedLine(say("shortcuts.rows"), ["↑"], ["↓"]),
      fixedLine(say("row.rename"), ["F2"]),
      fixedLine(say("row.delete"), [say("row.deleteKey")]),
    ),
    element(
      "ul",
      { class: "shortcut-lines" },
      fixedLine(say("shortcuts.editInBox"), ["↑"]),
      fixedLine(say("shortcuts.undo"), [control, "Z"]),
    ),
  )
  if (act) dialog.addEventListener("keydown", (event) => typed(event, dialog, act))
  await needStyle("/css/shortcuts.css")
  document.body.append(dialog)
  dialog.showModal()
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLDialogElement} dialog
 * @param {(act: Act) => void} act
 */
function typed(event, dialog, act) {
  // What is meant for the list is not the page's.
  event.stopPropagation()
  if (event.key === "Escape") return
  const found = actFor(event, { isWriting: false, isMac, hasSingleKeys: true })
  if (!found) return
  event.preventDefault()
  dialog.close()
  if (found !== "list") act(found)
}

/**
 * @param {string} heading
 * @param {"moving" | "doing"} wanted
 * @param {((act: Act) => void) | null} act
 * @param {() => void} close
 */
function group(heading, wanted, act, close) {
  /** @type {Map<Act, import("./shortcuts.js").Shortcut[]>} */
  const ofAct = new Map()
  for (const shortcut of shortcuts.filter((one) => one.group === wanted)) {
    ofAct.set(shortcut.act, [...(ofAct.get(shortcut.act) ?? []), shortcut])
  }
  const lines = [...ofAct].map(([name, some]) => {
    const words = element("span", {}, names[name]())
    const shown = element("span", { class: "shortcut-keys" }, ...choice(some.map(keysOf)))
    if (!act || name === "list") return element("li", { class: "shortcut-line" }, words, shown)
    const doIt = () => {
      close()
      act(name)
    }
    const button = element("button", { type: "button", class: "shortcut-line", onclick: doIt })
    button.append(words, shown)
    return element("li", {}, button)
  })
  return section(heading, ...lines)
}

/**
 * @param {string} heading
 * @param {readonly HTMLElement[]} lines
 */
function section(heading, ...lines) {
  return element(
    "section",
    {},
    element("h3", {}, heading),
    element("ul", { class: "shortcut-lines" }, ...lines),
  )
}

/**
 * A line that only says something.
 *
 * @param {string} words
 * @param {readonly (readonly string[])[]} ways Each of which does the same.
 */
function fixedLine(words, ...ways) {
  return element(
    "li",
    { class: "shortcut-line" },
    element("span", {}, words),
    element("span", { class: "shortcut-keys" }, ...choice(ways)),
  )
}

/**
 * Keys of which some do, each way by itself.
 *
 * @param {readonly (readonly string[])[]} ways
 */
function choice(ways) {
  return ways.flatMap((keys, index) => [
    ...(index > 0 ? [` ${say("shortcuts.or")} `] : []),
    combination(keys),
  ])
}

/**
 * Keys that are pressed together.
 *
 * @param {readonly string[]} keys
 */
function combination(keys) {
  return element(
    "span",
    { class: "shortcut-keys" },
    ...keys.map((key) => element("kbd", {}, key)),
  )
}

/**
 * The keys of a shortcut, as they are written on the reader's keyboard.
 *
 * @param {import("./shortcuts.js").Shortcut} shortcut
 */
function keysOf({ key, hasShift, hasControl }) {
  const name = key === "escape" ? say("key.escape") : key.toUpperCase()
  return [...(hasControl ? [control] : []), ...(hasShift ? [shift] : []), name]
}
