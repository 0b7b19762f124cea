// The page without a network: opens what was wanted as soon as it can.

import { retryDelayMs } from "./retry-schedule.js"

let attempts = 0
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer

async function lookForServer() {
  clearTimeout(timer)
  try {
    // Not a GET, which the service worker would answer.
    const answer = await fetch("/favicon.svg", { method: "HEAD", cache: "no-store" })
    if (answer.ok) return location.reload()
  } catch (reason) {
    console.debug("No server yet:", reason)
  }
  attempts += 1
  timer = setTimeout(lookForServer, retryDelayMs(attempts, Math.random))
}

function lookAgainSoon() {
  attempts = 0
  lookForServer()
}

addEventListener("online", lookAgainSoon)
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") lookAgainSoon()
})
lookForServer()
