// Links to conversations, which the page opens by itself.

import { report } from "./dom.js"

/**
 * A link to a conversation was pressed.
 *
 * @param {Event} event
 * @param {string | null} id
 * @param {string | null} [message]
 */
export function choose(event, id, message = null) {
  // A new tab or window is the browser's to open.
  const isPlain = event instanceof MouseEvent && !event.ctrlKey && !event.metaKey && !event.shiftKey
  if (!isPlain) return
  event.preventDefault()
  if (event.currentTarget) report(event.currentTarget, "chat-choose", { id, message })
}
