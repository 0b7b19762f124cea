// Conversations as files. Fetched first, so that the reader is told when it does not work.

import { objects, text, textOrNull } from "./fields.js"
import { asProblem } from "./problem.js"
import { base, problemFrom, readFields, Requests } from "./requests.js"

/** @typedef {"markdown" | "json"} Format */

const everythingName = "conversations.json"

/** Long enough for any browser to have taken the file. */
const keptForMs = 60_000

export class Exports {
  #requests
  #save

  /**
   * @param {import("./requests.js").Requests} requests
   * @param {(file: Blob, name: string) => void} [save]
   */
  constructor(requests, save = saveInBrowser) {
    this.#requests = requests
    this.#save = save
  }

  /** @param {import("./requests.js").Fetch} fetch */
  static over(fetch) {
    return new Exports(new Requests(fetch))
  }

  /**
   * @param {string} id
   * @param {Format} format
   */
  async conversation(id, format) {
    const path = `/conversations/${encodeURIComponent(id)}/export?format=${format}`
    await this.#download(path, format === "markdown" ? "conversation.md" : "conversation.json")
  }

  /**
   * All of them, those in the archive too. What is too much for one answer of the server is put
   * together here.
   */
  async everything() {
    try {
      await this.#download("/export", everythingName)
    } catch (error) {
      if (asProblem(error).code !== "export_too_large") throw error
      this.#save(await this.#together(), everythingName)
    }
  }

  /** @returns {Promise<Blob>} The same file, of one conversation after the other. */
  async #together() {
    /** @type {string[]} */
    const pieces = []
    let frame = {}
    for (const id of [...await this.#ids("shown"), ...await this.#ids("archive")]) {
      const path = `/conversations/${encodeURIComponent(id)}/export?format=json`
      const { conversations, ...around } = await this.#requests.send("GET", path)
        .catch(nothingWhenGone)
      const [conversation] = objects(conversations)
      if (!conversation) continue
      frame = around
      pieces.push(`${pieces.length > 0 ? "," : ""}${JSON.stringify(conversation)}`)
    }
    const head = JSON.stringify({ ...frame, conversations: [] }).replace(/\]\}$/, "")
    return new Blob([head, ...pieces, "]}"], { type: "application/json" })
  }

  /**
   * @param {"shown" | "archive"} place
   * @returns {Promise<string[]>}
   */
  async #ids(place) {
    /** @type {string[]} */
    const ids = []
    /** @type {string | null} */
    let next = ""
    while (next !== null) {
      const page = next ? `&before=${encodeURIComponent(next)}` : ""
      const fields = await this.#requests.send("GET", `/conversations?in=${place}${page}`)
      ids.push(...objects(fields.conversations).map(({ id }) => text(id)))
      next = textOrNull(fields.next)
    }
    return ids
  }

  /**
   * @param {string} path
   * @param {string} fallback
   */
  async #download(path, fallback) {
    const response = await this.#requests.fetch(base + path, {
      credentials: "same-origin",
      cache: "no-store",
    })
    if (!response.ok) throw problemFrom(response.status, await readFields(response))
    const name = fileNameIn(response.headers.get("Content-Disposition")) ?? fallback
    this.#save(await response.blob(), name)
  }
}

/**
 * The name that the server gives a file (RFC 6266); the one in Unicode wins.
 *
 * @param {string | null} disposition
 * @returns {string | null}
 */
export function fileNameIn(disposition) {
  const [, encoded] = /filename\*=UTF-8''([^;\s]+)/i.exec(disposition ?? "") ?? []
  const [, quoted] = /filename="((?:[^"\\]|\\.)*)"/i.exec(disposition ?? "") ?? []
  const name = (encoded && decoded(encoded)) ?? quoted?.replace(/\\(.)/g, "$1")
  // No folders, whatever the browser would make of them.
  return name?.replace(/[/\\]/g, "-") || null
}

/**
 * What was deleted meanwhile is not missed.
 *
 * @param {unknown} error
 * @returns {import("./fields.js").Fields}
 */
function nothingWhenGone(error) {
  if (asProblem(error).status === 404) return {}
  throw error
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    // The other name stands beside it.
    return undefined
  }
}

/**
 * @param {Blob} file
 * @param {string} name
 */
function saveInBrowser(file, name) {
  const address = URL.createObjectURL(file)
  const link = document.createElement("a")
  link.href = address
  link.download = name
  link.hidden = true
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(address), keptForMs)
}
