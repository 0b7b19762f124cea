// Reads a message aloud with the browser's own voice. One at a time.

import { parseMarkdown } from "./markdown/document.js"
import { plainText } from "./markdown/tree.js"
import { languageOf, pieces } from "./spoken-text.js"

/** Ends what is read now. @type {(() => void) | null} */
let endCurrent = null

/**
 * Begins to read, and ends what was read before.
 *
 * @param {string} markdown
 * @param {(how: "done" | "failed") => void} over Told once, also when something else is read.
 * @returns {() => void} Stops it.
 */
export function readAloud(markdown, over) {
  endCurrent?.()
  const voice = globalThis.speechSynthesis
  const text = plainText(parseMarkdown(markdown))
  const lang = languageOf(text, navigator.languages)
  const waiting = pieces(text)
  let isOver = false

  /** @param {"done" | "failed"} how */
  const end = (how) => {
    if (isOver) return
    isOver = true
    endCurrent = null
    removeEventListener("pagehide", stop)
    voice.cancel()
    over(how)
  }
  const stop = () => end("done")
  const next = () => {
    if (isOver) return
    const piece = waiting.shift()
    if (piece === undefined) return end("done")
    const utterance = new SpeechSynthesisUtterance(piece)
    utterance.lang = lang
    utterance.addEventListener("end", next)
    utterance.addEventListener("error", ({ error }) => {
      if (isOver) return
      console.warn("Not read aloud:", error)
      end("failed")
    })
    voice.speak(utterance)
  }

  endCurrent = stop
  addEventListener("pagehide", stop)
  // Whatever another page of ours has left there.
  voice.cancel()
  next()
  return stop
}
