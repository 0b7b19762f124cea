// Where a page shows that something is finished: its title, its icon, its badge, the system.

import { find } from "./dom.js"
import { markTitle } from "./page-title.js"
import { say } from "./words.js"

const usualIcon = "/favicon.svg"
const dottedIcon = "/favicon-dot.svg"

/** @type {import("./background.js").Signs} */
export const browserSigns = {
  show(mark, count) {
    markTitle(mark)
    find("link[rel=icon]", HTMLLinkElement).href = count > 0 ? dottedIcon : usualIcon
    showBadge(count)
  },

  async notify({ conversationId, title }) {
    if (!("Notification" in globalThis) || Notification.permission !== "granted") return
    // The title, and nothing of what was said: others may see the screen.
    const data = { address: location.href }
    const how = { body: title, tag: conversationId, icon: usualIcon, data }
    try {
      const shown = new Notification(say("background.finished"), how)
      shown.addEventListener("click", () => {
        globalThis.focus()
        shown.close()
      })
    } catch (reason) {
      // Android lets only a service worker speak, which brings the page back when it is clicked.
      console.debug("Through the service worker instead:", reason)
      const worker = await navigator.serviceWorker?.getRegistration()
      await worker?.showNotification(say("background.finished"), how)
    }
  },
}

/**
 * On the icon of the installed app; elsewhere nothing is to be seen of it.
 *
 * @param {number} count
 */
async function showBadge(count) {
  if (!("setAppBadge" in navigator)) return
  try {
    await (count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge())
  } catch (reason) {
    console.debug("No badge:", reason)
  }
}
