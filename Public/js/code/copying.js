// Buttons that copy, and say so.

import { copy } from "../clipboard.js"
import { element, report } from "../dom.js"
import { icon } from "../icons.js"
import { parseMarkdown } from "../markdown/document.js"
import { plainText } from "../markdown/tree.js"
import { say } from "../words.js"

/** The check mark after copying stays this long. */
const copiedForMs = 1_600

/**
 * Copies a text for a button, which then says that it did.
 *
 * @param {HTMLElement} button
 * @param {string} text
 */
export async function copyFor(button, text) {
  if (!await copy(text)) return
  button.classList.add("has-copied")
  report(button, "chat-copied")
  setTimeout(() => button.classList.remove("has-copied"), copiedForMs)
}

/**
 * The button that copies a message as it was written.
 *
 * @param {() => string} markdown The message's text at the time.
 */
export function copyingButton(markdown) {
  const button = element(
    "button",
    {
      type: "button",
      class: "icon-button small copy-message",
      "aria-label": say("message.copy"),
      title: say("message.copy"),
      onclick: () => copyFor(button, markdown()),
    },
    icon("copy"),
  )
  return button
}

/**
 * Copies a message without its marks.
 *
 * @param {HTMLElement} button Says that it did.
 * @param {string} markdown
 */
export function copyPlain(button, markdown) {
  return copyFor(button, plainText(parseMarkdown(markdown)))
}
