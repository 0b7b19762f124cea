// Takes long JSON apart while it arrives, so that no page stands still over a file of many
// megabytes: the elements of a list come out one by one, each small enough to be parsed at once.

import { ImportProblem } from "./import-problem.js"

/** More characters than any conversation has. */
const longestElement = 128 * 2 ** 20

const quote = 0x22
const comma = 0x2c
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/**
 * Finds the elements of a list: of the outermost one, or of the one that the outermost object has
 * under `key`. It only looks for where elements end; whether they, and the frame around them, are
 * JSON is for JSON.parse to say.
 */
export class JSONSlices {
  #key
  /** The brackets that are open, the outermost first. */
  #open = /** @type {number[]} */ ([])
  #outermost = 0
  #isInString = false
  #isEscaped = false
  /** How many brackets are open within the list; 0 outside of it. */
  #listDepth = 0
  #hasElements = false
  /** What came before of the current element, or outside of the list of the frame. */
  #before = /** @type {string[]} */ ([])
  #length = 0
  #frame = /** @type {string[]} */ ([])
  /** Of the outermost object: the last string, which is the key of a list that opens next. */
  #lastString = ""
  #stringStart = -1
  #stringBefore = ""
  /** @type {string[]} The elements that the last piece of text completed. */
  #elements = []

  /** @param {string} key */
  constructor(key) {
    this.#key = JSON.stringify(key)
  }

  /** Whether the outermost is an object; nothing is known before it has begun. */
  get isObject() {
    return this.#outermost === openBrace
  }

  /**
   * @param {string} text The next piece, cut anywhere.
   * @returns {string[]} The elements that are whole now.
   */
  feed(text) {
    this.#elements = []
    if (this.#stringStart >= 0) this.#stringStart = 0
    let start = 0
    for (let index = 0; index < text.length; index += 1) {
      if (this.#isInString) {
        index = this.#findStringEnd(text, index)
        continue
      }
      const code = text.charCodeAt(index)
      if (code === quote) {
        this.#isInString = true
        if (this.#open.length === 1 && this.isObject) this.#stringStart = index
      } else if (code === openBracket || code === openBrace) {
        if (this.#opened(code)) start = this.#beginList(text, start, index)
      } else if (code === closeBracket || code === closeBrace) {
        if (this.#isAtList) start = this.#endList(text, start, index)
        this.#closed(code)
      } else if (code === comma && this.#isAtList) {
        this.#endElement(text, start, index, true)
        start = index + 1
      }
    }
    this.#keep(text, start)
    return this.#elements
  }

  /**
   * The text is over.
   *
   * @returns {string} The frame: the same JSON with an empty list.
   */
  end() {
    if (this.#open.length > 0 || this.#isInString) throw notJSON()
    return [...this.#frame, ...this.#before].join("")
  }

  /** Whether what comes now stands between the elements of the list. */
  get #isAtList() {
    return this.#listDepth > 0 && this.#open.length === this.#listDepth
  }

  /**
   * @param {string} text
   * @param {number} from
   * @returns {number} The place of the closing quote, or the end of the text.
   */
  #findStringEnd(text, from) {
    for (let index = from; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      if (this.#isEscaped) {
        this.#isEscaped = false
      } else if (code === backslash) {
        this.#isEscaped = true
      } else if (code === quote) {
        this.#isInString = false
        this.#rememberString(text, index + 1)
        return index
      }
    }
    return text.length
  }

  /**
   * @param {string} text
   * @param {number} end
   */
  #rememberString(text, end) {
    if (this.#stringStart < 0) return
    this.#lastString = this.#stringBefore + text.slice(this.#stringStart, end)
    this.#stringStart = -1
    this.#stringBefore = ""
  }

  /**
   * @param {number} code
   * @returns {boolean} Whether this is the list.
   */
  #opened(code) {
    const depth = this.#open.push(code)
    if (depth === 1) {
      // Something opens after everything was closed.
      if (this.#outermost !== 0) throw notJSON()
      this.#outermost = code
    }
    if (code !== openBracket || this.#listDepth > 0) return false
    return depth === 1 || (depth === 2 && this.isObject && this.#lastString === this.#key)
  }

  /** @param {number} code */
  #closed(code) {
    const opened = this.#open.pop()
    if (opened !== (code === closeBracket ? openBracket : openBrace)) throw notJSON()
  }

  /**
   * @param {string} text
   * @param {number} start
   * @param {number} index
   */
  #beginList(text, start, index) {
    this.#listDepth = this.#open.length
    this.#frame.push(this.#taken(text, start, index + 1))
    return index + 1
  }

  /**
   * @param {string} text
   * @param {number} start
   * @param {number} index
   */
  #endList(text, start, index) {
    this.#endElement(text, start, index, false)
    this.#listDepth = 0
    // A second list under the same key belongs to the frame.
    this.#lastString = ""
    this.#key = ""
    return index
  }

  /**
   * @param {string} text
   * @param {number} start
   * @param {number} end
   * @param {boolean} isFollowed Whether another element has to come.
   */
  #endElement(text, start, end, isFollowed) {
    const element = this.#taken(text, start, end)
    const isEmpty = element.trim() === ""
    // Nothing between brackets is an empty list; nothing before or after a comma is a mistake.
    if (isEmpty && (isFollowed || this.#hasElements)) throw notJSON()
    if (!isEmpty) this.#elements.push(element)
    this.#hasElements = true
  }

  /**
   * @param {string} text
   * @param {number} start
   * @param {number} end
   */
  #taken(text, start, end) {
    const whole = this.#before.join("") + text.slice(start, end)
    this.#before = []
    this.#length = 0
    return whole
  }

  /**
   * @param {string} text
   * @param {number} start
   */
  #keep(text, start) {
    if (this.#stringStart >= 0) this.#stringBefore += text.slice(this.#stringStart)
    this.#before.push(text.slice(start))
    this.#length += text.length - start
    if (this.#length > longestElement) throw new ImportProblem("tooLarge")
  }
}

function notJSON() {
  return new ImportProblem("notJSON")
}
