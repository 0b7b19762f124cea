// Style sheets that a page loads only with what they are for.

import { element } from "./dom.js"

/** What is for everybody has the last word. */
const lastHref = "/css/everybody.css"

/** @type {Map<string, Promise<void>>} */
const asked = new Map()

/**
 * @param {string} href
 * @returns {Promise<void>} Once it holds; also when it cannot be had, because plain is better than
 *   nothing.
 */
export function needStyle(href) {
  const known = asked.get(href)
  if (known) return known
  /** @type {Promise<void>} */
  const coming = new Promise((resolve) => {
    const link = element("link", {
      rel: "stylesheet",
      href,
      onload: () => resolve(),
      onerror: () => {
        console.warn("No style from", href)
        asked.delete(href)
        link.remove()
        resolve()
      },
    })
    document.head.insertBefore(link, document.querySelector(`link[href="${lastHref}"]`))
  })
  asked.set(href, coming)
  return coming
}
