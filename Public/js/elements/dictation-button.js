// The button beside the message box that has the browser turn speech into text. What listens comes
// with the first click; where the browser cannot do that, there is no button.

import { element, report } from "../dom.js"
import { icon } from "../icons.js"
import { say } from "../words.js"

const canListen = "SpeechRecognition" in globalThis || "webkitSpeechRecognition" in globalThis

/**
 * @param {HTMLTextAreaElement} box Gets the text where the cursor is.
 * @returns {HTMLButtonElement}
 */
export function dictationButton(box) {
  /** @type {(() => void) | null} */
  let stop = null
  let isComing = false

  /** @param {boolean} isListening */
  const show = (isListening) => {
    button.setAttribute("aria-label", isListening ? say("dictate.stop") : say("dictate.start"))
    button.title = isListening ? say("dictate.stop") : say("dictate.start.help")
    button.classList.toggle("is-listening", isListening)
    button.replaceChildren(icon(isListening ? "stop" : "dictate"))
  }
  /** @param {string} text */
  const tell = (text) => report(button, "say-status", { text })
  const turn = async () => {
    if (isComing) return
    if (stop) return stop()
    isComing = true
    try {
      const { dictate } = await import("../dictation.js")
      stop = dictate(box, (how) => {
        stop = null
        show(false)
        tell(how)
      })
      show(true)
      tell(say("dictate.listening"))
    } catch (reason) {
      console.warn("Dictation cannot begin:", reason)
      tell(say("dictate.failed"))
    } finally {
      isComing = false
    }
  }
  const button = element("button", {
    type: "button",
    class: "icon-button dictate",
    hidden: !canListen,
    onclick: turn,
  })
  show(false)
  return button
}
