// Asks before a link in a reply leads to another host. The reader sees where it goes.

import { element } from "./dom.js"
import { parsedURL } from "./own-path.js"
import { say, sayWith } from "./words.js"

/**
 * The host that a link leads to, if it is another one.
 *
 * @param {string} href
 * @param {string} ownHost
 * @returns {string | null}
 */
export function foreignHost(href, ownHost) {
  const url = parsedURL(href)
  if (!url) return null
  const isWeb = url.protocol === "http:" || url.protocol === "https:"
  return isWeb && url.host !== ownHost ? url.host : null
}

/** Watches the links in replies. */
export function askBeforeLeaving() {
  document.addEventListener("click", asked)
  document.addEventListener("auxclick", asked)
}

/** @param {MouseEvent} event */
function asked(event) {
  const link = event.target instanceof Element ? event.target.closest(".message-content a") : null
  if (!(link instanceof HTMLAnchorElement) || event.button > 1) return
  const host = foreignHost(link.href, location.host)
  if (host === null) return
  event.preventDefault()
  askAbout(link.href, host)
}

/**
 * @param {string} href
 * @param {string} host
 */
function askAbout(href, host) {
  const dialog = element(
    "dialog",
    { class: "dialog", "aria-label": say("leaving.label"), onclose: () => dialog.remove() },
    element("p", {}, ...sayWith("leaving.text", { host: element("strong", {}, host) })),
    element("p", { class: "leaving-address" }, href),
    element(
      "form",
      { method: "dialog", class: "dialog-buttons" },
      element(
        "a",
        {
          class: "button primary",
          href,
          target: "_blank",
          rel: "noopener noreferrer nofollow",
          onclick: () => dialog.close(),
        },
        say("leaving.open"),
      ),
      element("button", { class: "button" }, say("leaving.stay")),
    ),
  )
  document.body.append(dialog)
  dialog.showModal()
}
