// Has the browser listen, and writes what it understands into a box.

import { formatTag, say } from "./words.js"

/**
 * What browsers have for it, as far as it is used here: the platform's types do not know it.
 *
 * @typedef {object} Recognition
 * @property {string} lang
 * @property {boolean} continuous
 * @property {boolean} interimResults
 * @property {() => void} start
 * @property {() => void} stop
 * @property {() => void} abort
 * @property {((event: { results: Iterable<ArrayLike<{ transcript: string }>> }) => void) | null} onresult
 * @property {((event: { error: string }) => void) | null} onerror
 * @property {(() => void) | null} onend
 */

/**
 * @typedef {object} Recognitions
 * @property {new () => Recognition} [SpeechRecognition]
 * @property {new () => Recognition} [webkitSpeechRecognition]
 */

/**
 * @param {HTMLTextAreaElement} box
 * @param {(sentence: string) => void} over Told once, why it has ended.
 * @returns {() => void} Stops it.
 */
export function dictate(box, over) {
  const { SpeechRecognition, webkitSpeechRecognition } = /** @type {Recognitions} */ (
    /** @type {unknown} */ (globalThis)
  )
  const Listener = SpeechRecognition ?? webkitSpeechRecognition
  if (!Listener) throw new Error("This browser turns no speech into text.")
  const listener = new Listener()
  listener.lang = navigator.languages.find((tag) => isSame(tag, formatTag)) ?? formatTag
  listener.continuous = true
  listener.interimResults = true
  const whole = new AbortController()
  let sentence = say("dictate.over")
  // What stands around the spoken text; the text itself changes until the browser is sure.
  const before = spaced(box.value.slice(0, box.selectionStart))
  const after = box.value.slice(box.selectionEnd)

  let written = box.value

  listener.onresult = ({ results }) => {
    // Somebody has typed, or another conversation is open: what is in the box is not ours any more.
    if (box.value !== written) return sent()
    const spoken = Array.from(results, (guesses) => guesses[0]?.transcript ?? "").join("")
    box.value = before + spoken.trimStart() + after
    written = box.value
    const end = box.value.length - after.length
    box.setSelectionRange(end, end)
    box.dispatchEvent(new Event("input", { bubbles: true }))
  }
  listener.onerror = ({ error }) => {
    if (error === "aborted" || error === "no-speech") return
    console.warn("Dictation:", error)
    const isDenied = error === "not-allowed" || error === "service-not-allowed"
    sentence = isDenied ? say("dictate.denied") : say("dictate.failed")
  }
  listener.onend = () => {
    whole.abort()
    over(sentence)
  }
  const sent = () => {
    // What is understood afterwards belongs to no message.
    listener.onresult = null
    listener.abort()
  }
  box.form?.addEventListener("submit", sent, { signal: whole.signal })
  listener.start()
  return () => {
    listener.stop()
    // Whoever stops it goes on by keyboard.
    box.focus()
  }
}

/** @param {string} text */
function spaced(text) {
  return text === "" || /\s$/.test(text) ? text : `${text} `
}

/**
 * @param {string} one
 * @param {string} other
 */
function isSame(one, other) {
  return one.toLowerCase().split("-")[0] === other.toLowerCase().split("-")[0]
}
