// Keeps the page in the part of the window that an on-screen keyboard leaves, in browsers where
// the keyboard lies over the page instead of making it smaller.

/** Less than this is no keyboard: browsers' own bars come and go. */
const leastKeyboardPx = 80

/**
 * @typedef {object} Views
 * @property {number} windowHeight What the page is laid out in.
 * @property {number} height What of it can be seen.
 * @property {number} top Where that begins.
 * @property {number} scale More than 1 while the reader looks closer: then the page stays as it is.
 */

/**
 * What a keyboard leaves of the page; nothing while there is none.
 *
 * @param {Views} views
 * @returns {{ top: number, height: number, below: number } | null}
 */
export function areaLeft({ windowHeight, height, top, scale }) {
  if (scale > 1.01 || windowHeight - height < leastKeyboardPx) return null
  return { top, height, below: Math.max(0, windowHeight - height - top) }
}

/** Follows the keyboard from now on: css/everybody.css says what that moves. */
export function followKeyboard() {
  const view = globalThis.visualViewport
  if (!view) return
  const show = () => {
    const { height, offsetTop: top, scale } = view
    const area = areaLeft({ windowHeight: innerHeight, height, top, scale })
    put("--visible-height", area?.height)
    put("--visible-top", area?.top)
    put("--hidden-below", area?.below)
  }
  view.addEventListener("resize", show)
  view.addEventListener("scroll", show)
  show()
}

/**
 * @param {string} name
 * @param {number | undefined} px
 */
function put(name, px) {
  const { style } = document.documentElement
  if (px === undefined) style.removeProperty(name)
  else style.setProperty(name, `${px}px`)
}
