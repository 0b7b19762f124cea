// Asks Shuren and prints the reply as it comes, however often the connection breaks.
//
//   SHUREN_KEY=… node Docs/Examples/ask.mjs "Should I run today?"
//
// Needs Node 18 and nothing else. SHUREN_URL is http://127.0.0.1:8080 unless it is set.

import { randomUUID } from "node:crypto"
import process from "node:process"

const url = process.env.SHUREN_URL ?? "http://127.0.0.1:8080"

/** The events of a stream (WHATWG HTML, section 9.2); one that is cut off is none. */
async function* eventsOf(body) {
  let rest = ""
  const decoder = new TextDecoder()
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true })
    const whole = rest.split(/\r?\n\r?\n/)
    rest = whole.pop() ?? ""
    for (const text of whole) {
      const event = { name: "message", id: null, data: "" }
      for (const line of text.split(/\r?\n/)) {
        const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
        if (field === "event") event.name = value
        if (field === "id") event.id = value
        if (field === "data") event.data += value
      }
      if (event.data) yield { ...event, data: JSON.parse(event.data) }
    }
  }
}

/** The pieces of the reply to a text. */
async function* ask(text, attempts = 20) {
  // Made here and the same in every attempt: so the reply is written once, whatever happens on the way.
  const query = new URLSearchParams({ message: text, message_id: randomUUID(), events: "all" })
  let last = "0"
  for (let attempt = 0; attempt < attempts; attempt++) {
    let pause = 1
    try {
      const answer = await fetch(`${url}/api/v1/chat/stream?${query}`, {
        headers: { Authorization: `Bearer ${process.env.SHUREN_KEY}`, "Last-Event-ID": last },
      })
      if (answer.status === 429 || answer.status === 503) {
        pause = Number(answer.headers.get("Retry-After") ?? 1)
      } else if (answer.status !== 200) {
        throw new Refusal((await answer.json()).error.message)
      } else {
        for await (const { name, id, data } of eventsOf(answer.body)) {
          last = id ?? last
          if (name !== "message") continue
          if (data.error) throw new Refusal(data.error)
          if (data.done) return
          yield data.chunk
        }
      }
    } catch (problem) {
      if (problem instanceof Refusal) throw problem
      console.error(`[${problem.message}; going on behind event ${last}]`)
    }
    await new Promise((resolve) => setTimeout(resolve, pause * 1000))
  }
  throw new Refusal("The reply does not come.")
}

/** What trying again does not help. */
class Refusal extends Error {}

try {
  for await (const piece of ask(process.argv[2])) process.stdout.write(piece)
  process.stdout.write("\n")
} catch (problem) {
  console.error(problem.message)
  process.exitCode = 1
}
