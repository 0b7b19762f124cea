// Another title for a conversation, written in its row.

import { element, report } from "../dom.js"
import { isCancelKey } from "../send-key.js"
import { nameOf } from "../shelf.js"
import { say } from "../words.js"

/** @param {import("./conversation-row.js").ConversationRow} row */
export function editTitle(row) {
  const input = element("input", {
    type: "text",
    class: "rename-box",
    dir: "auto",
    value: nameOf(row.summary),
    maxLength: 200,
    "aria-label": say("list.newTitle"),
  })
  const form = element("form", { class: "rename-form" }, input)
  let isOver = false

  /** @param {boolean} isWanted */
  const finish = (isWanted) => {
    if (isOver) return
    isOver = true
    const hadFocus = form.contains(document.activeElement)
    form.replaceWith(row.link, row.button)
    if (hadFocus) row.link.focus()
    if (!isWanted) return
    report(row, "list-act", { act: "rename", id: row.summary.id, title: input.value })
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault()
    finish(true)
  })
  input.addEventListener("blur", () => finish(true))
  input.addEventListener("keydown", (event) => {
    // What the list does with keys is not for whoever writes.
    event.stopPropagation()
    if (!isCancelKey(event)) return
    event.preventDefault()
    finish(false)
  })
  row.replaceChildren(form)
  input.focus()
  input.select()
}
