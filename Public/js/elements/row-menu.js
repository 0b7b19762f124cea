// What can be done with a conversation, as the menu of its row.

import { report } from "../dom.js"
import { say } from "../words.js"
import { PopupMenu } from "./popup-menu.js"

/** @typedef {import("./conversation-row.js").ConversationRow} ConversationRow */
/** @typedef {import("./popup-menu.js").MenuItem} MenuItem */

/** One for all rows. */
const menu = new PopupMenu()

/** @param {ConversationRow} row */
export function openRowMenu(row) {
  // Beside the rows, so that it belongs to the drawer where they are in one.
  row.closest("conversation-groups")?.after(menu)
  menu.openAt(row.button, row.button.getAttribute("aria-label") ?? "", itemsOf(row))
}

/**
 * @param {ConversationRow} row
 * @returns {MenuItem[]}
 */
function itemsOf(row) {
  const { isPinned, isArchived } = row.summary
  const { id } = row.summary
  /** @type {(act: string, detail?: Record<string, string>) => () => void} */
  const want = (act, detail = {}) => () => report(row, "list-act", { act, id, ...detail })
  /** @type {(format: import("../exports.js").Format) => () => void} */
  const save = (format) => () => report(row, "list-act", { act: "export", id, format })
  /** @type {MenuItem} */
  const pin = isPinned
    ? { label: say("row.unpin"), icon: "unpin", act: want("unpin") }
    : { label: say("row.pin"), icon: "pin", act: want("pin") }
  /** @type {MenuItem} */
  const archive = isArchived
    ? { label: say("row.unarchive"), icon: "unarchive", act: want("unarchive") }
    : { label: say("row.archive"), icon: "archive", act: want("archive") }
  return [
    { label: say("row.rename"), icon: "rename", key: "F2", act: want("edit") },
    ...(isArchived ? [] : [pin]),
    archive,
    { label: say("exports.markdown"), icon: "download", act: save("markdown") },
    { label: say("exports.json"), icon: "download", act: save("json") },
    {
      label: say("row.delete"),
      icon: "remove",
      key: say("row.deleteKey"),
      isAlarming: true,
      act: want("remove"),
    },
  ]
}
