// Buttons that copy, and say so.

import { copy } from "../clipboard.js"
import { element, report } from "../dom.js"
import { icon } from "../icons.js"
import { parseMarkdown } from "../markdown/document.js"
import { plainText } from "../markdown/tree.js"

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
 * The buttons that copy a message: as it was written, and without its marks.
 *
 * @param {() => string} markdown The message's text at the time.
 * @returns {HTMLElement}
 */
export function messageCopying(markdown) {
  const asWritten = element(
    "button",
    {
      type: "button",
      class: "icon-button small copy-message",
      "aria-label": "Copy message",
      title: "Copy message",
      onclick: () => copyFor(asWritten, markdown()),
    },
    icon("copy"),
  )
  const asText = element("button", {
    type: "button",
    class: "quiet-button copy-text",
    title: "Copy without the marks of Markdown",
    onclick: () => copyFor(asText, plainText(parseMarkdown(markdown()))),
  }, "Copy as text")
  return element("span", { class: "message-copying" }, asWritten, asText)
}
