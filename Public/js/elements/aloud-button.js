// The button below a reply that has it read aloud, and stops that again. What reads comes with the
// first click; where the browser has no voice, there is no button.

import { element, report } from "../dom.js"
import { icon } from "../icons.js"
import { say } from "../words.js"

/** Whether the browser has a voice. */
export const canReadAloud = "speechSynthesis" in globalThis

/**
 * @param {() => string} markdown The reply's text at the time.
 * @returns {HTMLButtonElement}
 */
export function aloudButton(markdown) {
  /** @type {(() => void) | null} */
  let stop = null
  let isComing = false

  /** @param {boolean} isReading */
  const show = (isReading) => {
    const words = isReading ? say("aloud.stop") : say("aloud.read")
    button.setAttribute("aria-label", words)
    button.title = words
    button.replaceChildren(icon(isReading ? "stop" : "aloud"))
  }
  const turn = async () => {
    if (isComing) return
    if (stop) return stop()
    isComing = true
    try {
      const { readAloud } = await import("../reading-aloud.js")
      show(true)
      stop = readAloud(markdown(), (how) => {
        stop = null
        show(false)
        if (how === "failed") report(button, "say-status", { text: say("aloud.failed") })
      })
    } catch (reason) {
      console.warn("Not read aloud:", reason)
      report(button, "say-status", { text: say("aloud.failed") })
    } finally {
      isComing = false
    }
  }
  const button = element("button", {
    type: "button",
    class: "icon-button small read-aloud",
    hidden: !canReadAloud,
    onclick: turn,
  })
  show(false)
  return button
}
