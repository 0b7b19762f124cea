// Markdown within a line: emphasis, code, links. Text in, values out; no DOM.

/**
 * @typedef {string
 *   | { type: "strong" | "em" | "del", children: readonly Inline[] }
 *   | { type: "code", text: string }
 *   | { type: "link", href: string | null, children: readonly Inline[] }
 *   | { type: "break" }} Inline
 */

/**
 * A run of `*`, `_` or `~` that may begin or end emphasis.
 *
 * @typedef {object} Delimiter
 * @property {"delimiter"} type
 * @property {string} mark
 * @property {number} count
 * @property {boolean} canOpen
 * @property {boolean} canClose
 */

/** @typedef {{ type: "bracket", isImage: boolean, after: number }} Bracket */
/** @typedef {Inline | Delimiter | Bracket} Token */

/** Brackets within brackets beyond this stay text. */
const deepestBracket = 32

const escapable = /[!-/:-@[-`{-~]/
const space = /\s/
const punctuation = /[\p{P}\p{S}]/u
const bareAddress = /https?:\/\/[^\s<>"`|\\]+/y
const angleAddress = /<((?:https?:\/\/|mailto:)[^\s<>]*)>/iy
const lineBreakTag = /<br\s*\/?>/iy
const entity = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos|nbsp));/y
const destination =
  /\(\s*(?:<([^<>\n]*)>|([^\s<>()]*(?:\([^\s()]*\)[^\s()]*)*))(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*\)/y

/** @type {Readonly<Record<string, string>>} */
const entities = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" }

/**
 * @param {string} source
 * @param {{ isOpen?: boolean }} [options] `isOpen`: more may follow. What has been begun is then
 *   shown as it will most likely end, so that text only grows.
 * @returns {Inline[]}
 */
export function parseInline(source, { isOpen = false } = {}) {
  const scanner = new InlineScanner(isOpen ? withoutLooseEnd(source) : source, isOpen)
  return withEmphasis(scanner.tokens(), isOpen)
}

/**
 * Marks at the very end mean nothing yet.
 *
 * @param {string} source
 */
function withoutLooseEnd(source) {
  return source.replace(/(?:[*_~`]{1,3}|\\|!?\[|<b?r?)$/, "")
}

class InlineScanner {
  #source
  #isOpen
  /** Behind this, an address that has begun is not finished. */
  #lastEnd
  #position = 0
  #text = ""
  /** @type {Token[]} */
  #tokens = []
  /** @type {number[]} Where the open brackets are in `#tokens`. */
  #brackets = []
  /** @type {Map<number, number[]> | null} Where runs of backticks are, by their length. */
  #runs = null

  /**
   * @param {string} source
   * @param {boolean} isOpen
   */
  constructor(source, isOpen) {
    this.#source = source
    this.#isOpen = isOpen
    this.#lastEnd = Math.max(source.lastIndexOf(")"), source.lastIndexOf("\n"))
  }

  /** @returns {Token[]} */
  tokens() {
    while (this.#position < this.#source.length) this.#step()
    this.#flush()
    return this.#tokens
  }

  #step() {
    const character = this.#source.charAt(this.#position)
    switch (character) {
      case "\\":
        return this.#escape()
      case "`":
        return this.#code()
      case "*":
      case "_":
      case "~":
        return this.#delimiter(character)
      case "[":
        return this.#openBracket(false)
      case "!":
        return this.#source[this.#position + 1] === "[" ? this.#openBracket(true) : this.#plain(1)
      case "]":
        return this.#closeBracket()
      case "<":
        return this.#angle()
      case "&":
        return this.#entity()
      case "\n":
        return this.#newline()
      case "h":
        return this.#bareAddress()
      default:
        return this.#plain(1)
    }
  }

  /** @param {number} length */
  #plain(length) {
    this.#text += this.#source.substr(this.#position, length)
    this.#position += length
  }

  /** @param {Token} token */
  #push(token) {
    this.#flush()
    this.#tokens.push(token)
  }

  #flush() {
    if (this.#text) this.#tokens.push(this.#text)
    this.#text = ""
  }

  #escape() {
    const next = this.#source[this.#position + 1] ?? ""
    if (next === "\n") {
      this.#position += 2
      return this.#push({ type: "break" })
    }
    if (!escapable.test(next)) return this.#plain(1)
    this.#text += next
    this.#position += 2
  }

  #code() {
    const run = runLength(this.#source, this.#position)
    const start = this.#position + run
    const end = this.#closingRun(start, run)
    if (end < 0 && !this.#isOpen) return this.#plain(run)
    const inside = this.#source.slice(start, end < 0 ? undefined : end).replaceAll("\n", " ")
    const isPadded = inside.startsWith(" ") && inside.endsWith(" ") && inside.trim() !== ""
    this.#push({ type: "code", text: isPadded ? inside.slice(1, -1) : inside })
    this.#position = end < 0 ? this.#source.length : end + run
  }

  /**
   * @param {number} from
   * @param {number} length
   * @returns {number} -1 if there is none.
   */
  #closingRun(from, length) {
    this.#runs ??= backtickRuns(this.#source)
    const places = this.#runs.get(length) ?? []
    // The text is read forwards: what lies behind is not asked for again.
    while ((places[0] ?? from) < from) places.shift()
    return places[0] ?? -1
  }

  /** @param {string} mark */
  #delimiter(mark) {
    const count = runLength(this.#source, this.#position)
    if (mark === "~" && count !== 2) return this.#plain(count)
    const before = characterBefore(this.#source, this.#position)
    const after = characterAt(this.#source, this.#position + count)
    const isLeft = !space.test(after) &&
      (!punctuation.test(after) || space.test(before) || punctuation.test(before))
    const isRight = !space.test(before) &&
      (!punctuation.test(before) || space.test(after) || punctuation.test(after))
    const isUnderscore = mark === "_"
    this.#position += count
    this.#push({
      type: "delimiter",
      mark,
      count,
      canOpen: isLeft && (!isUnderscore || !isRight || punctuation.test(before)),
      canClose: isRight && (!isUnderscore || !isLeft || punctuation.test(after)),
    })
  }

  /** @param {boolean} isImage */
  #openBracket(isImage) {
    const length = isImage ? 2 : 1
    if (this.#brackets.length >= deepestBracket) return this.#plain(length)
    this.#position += length
    this.#push({ type: "bracket", isImage, after: this.#position })
    this.#brackets.push(this.#tokens.length - 1)
  }

  #closeBracket() {
    const opener = this.#brackets.pop()
    if (opener === undefined) return this.#plain(1)
    const href = this.#destination(this.#position + 1)
    if (href === undefined) return this.#plain(1)
    this.#flush()
    const children = withEmphasis(this.#tokens.splice(opener).slice(1), false)
    this.#tokens.push({ type: "link", href, children })
    // A link holds no link: what was open around it stays text.
    this.#brackets = []
  }

  /**
   * Reads `(address "title")` and moves behind it.
   *
   * @param {number} from
   * @returns {string | null | undefined} Null if it has only begun; nothing if it is none.
   */
  #destination(from) {
    destination.lastIndex = from
    const match = destination.exec(this.#source)
    if (match) {
      this.#position = destination.lastIndex
      return unescaped(match[1] ?? match[2] ?? "")
    }
    const isBegun = this.#isOpen && this.#source[from] === "(" && from > this.#lastEnd
    if (!isBegun) return undefined
    this.#position = this.#source.length
    return null
  }

  #angle() {
    angleAddress.lastIndex = lineBreakTag.lastIndex = this.#position
    const address = angleAddress.exec(this.#source)
    if (address?.[1]) {
      this.#push({
        type: "link",
        href: address[1],
        children: [address[1].replace(/^mailto:/i, "")],
      })
      this.#position = angleAddress.lastIndex
    } else if (lineBreakTag.test(this.#source)) {
      this.#push({ type: "break" })
      this.#position = lineBreakTag.lastIndex
    } else {
      this.#plain(1)
    }
  }

  #entity() {
    entity.lastIndex = this.#position
    const match = entity.exec(this.#source)
    if (!match) return this.#plain(1)
    this.#text += entityText(match)
    this.#position = entity.lastIndex
  }

  #newline() {
    const isHard = this.#text.endsWith("  ")
    while (/[ \t]/.test(this.#text.charAt(this.#text.length - 1))) {
      this.#text = this.#text.slice(0, -1)
    }
    this.#position += 1
    if (isHard) this.#push({ type: "break" })
    else this.#text += "\n"
  }

  #bareAddress() {
    bareAddress.lastIndex = this.#position
    const isWithinWord = /[\p{L}\p{N}]/u.test(characterBefore(this.#source, this.#position))
    const match = isWithinWord || this.#brackets.length > 0 ? null : bareAddress.exec(this.#source)
    if (!match) return this.#plain(1)
    const address = withoutTrailingMarks(match[0])
    this.#push({ type: "link", href: address, children: [address] })
    this.#position += address.length
  }
}

/**
 * A sentence's full stop and brackets do not belong to the address in it.
 *
 * @param {string} address
 */
function withoutTrailingMarks(address) {
  const opening = address.indexOf("(")
  let end = address.length
  while (end > 0) {
    const last = address.charAt(end - 1)
    const isSurplusBracket = last === ")" && opening < 0
    if (!isSurplusBracket && !/[.,:;!?'*_~\]}]/.test(last)) break
    end -= 1
  }
  return address.slice(0, end)
}

/**
 * @param {string} source
 * @returns {Map<number, number[]>}
 */
function backtickRuns(source) {
  /** @type {Map<number, number[]>} */
  const runs = new Map()
  for (const match of source.matchAll(/`+/g)) {
    const places = runs.get(match[0].length) ?? []
    places.push(match.index ?? 0)
    runs.set(match[0].length, places)
  }
  return runs
}

/**
 * @param {string} source
 * @param {number} position
 */
function runLength(source, position) {
  const mark = source[position]
  let end = position
  while (source[end] === mark) end += 1
  return end - position
}

/**
 * @param {string} source
 * @param {number} position
 * @returns {string} A space at the end of the text.
 */
function characterAt(source, position) {
  const code = source.codePointAt(position)
  return code === undefined ? " " : String.fromCodePoint(code)
}

/**
 * @param {string} source
 * @param {number} position
 * @returns {string} A space at the beginning of the text.
 */
function characterBefore(source, position) {
  const last = source[position - 1] ?? " "
  return /[\udc00-\udfff]/.test(last) ? characterAt(source, position - 2) : last
}

/** @param {RegExpExecArray} match */
function entityText([whole, decimal, hexadecimal, name]) {
  if (name) return entities[name] ?? whole
  const code = decimal ? Number(decimal) : Number.parseInt(hexadecimal ?? "", 16)
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
  return isCharacter ? String.fromCodePoint(code) : "\ufffd"
}

/** @param {string} text */
function unescaped(text) {
  return text.replaceAll(/\\([!-/:-@[-`{-~])/g, "$1")
}

// Emphasis, by the rules of CommonMark's delimiter stack.

/** @type {Readonly<Record<string, "em" | "strong" | "del">>} */
const emphasisTypes = { "*1": "em", "_1": "em", "*2": "strong", "_2": "strong", "~2": "del" }

/**
 * @param {readonly Token[]} tokens
 * @param {boolean} isOpen
 * @returns {Inline[]}
 */
function withEmphasis(tokens, isOpen) {
  /** @type {Token[]} */
  const done = []
  /** @type {number[]} Where delimiters that may still open something are in `done`. */
  let openers = []
  /** @type {Map<string, number>} How many openers were searched in vain, by kind of closer. */
  const inVain = new Map()

  for (const token of tokens) {
    if (typeof token === "string" || token.type !== "delimiter") {
      done.push(token)
      continue
    }
    let closer = { ...token }
    while (closer.canClose && closer.count > 0) {
      const kind = `${closer.mark}${closer.canOpen}${closer.count % 3}`
      const place = findOpener(done, openers, closer, inVain.get(kind) ?? 0)
      if (place < 0) {
        inVain.set(kind, openers.length)
        break
      }
      openers = openers.slice(0, place + 1)
      for (const [key, count] of inVain) inVain.set(key, Math.min(count, place))
      closer = wrap(done, openers, closer)
    }
    if (closer.count === 0) continue
    done.push(closer)
    if (closer.canOpen) openers.push(done.length - 1)
  }

  if (isOpen) closeTheRest(done, openers)
  return merged(done)
}

/**
 * @param {readonly Token[]} done
 * @param {readonly number[]} openers
 * @param {Delimiter} closer
 * @param {number} bottom
 * @returns {number} Which of the openers, or -1.
 */
function findOpener(done, openers, closer, bottom) {
  for (let place = openers.length - 1; place >= bottom; place -= 1) {
    const opener = delimiterAt(done, openers[place])
    if (!opener || opener.mark !== closer.mark) continue
    const isBoth = opener.canClose || closer.canOpen
    const isOddSum = isBoth && (opener.count + closer.count) % 3 === 0 &&
      (opener.count % 3 !== 0 || closer.count % 3 !== 0)
    if (!isOddSum) return place
  }
  return -1
}

/**
 * Puts what stands behind the last opener into emphasis.
 *
 * @param {Token[]} done
 * @param {number[]} openers
 * @param {Delimiter} closer
 * @returns {Delimiter} What is left of the closer.
 */
function wrap(done, openers, closer) {
  const index = openers[openers.length - 1] ?? 0
  const opener = delimiterAt(done, index)
  if (!opener) return closer
  const count = Math.min(2, opener.count, closer.count)
  const type = emphasisTypes[`${closer.mark}${count}`] ?? "em"
  const children = merged(done.splice(index + 1))
  const left = opener.count - count
  if (left > 0) {
    done[index] = { ...opener, count: left }
  } else {
    done.pop()
    openers.pop()
  }
  done.push({ type, children })
  return { ...closer, count: closer.count - count }
}

/**
 * @param {Token[]} done
 * @param {number[]} openers
 */
function closeTheRest(done, openers) {
  while (openers.length > 0) {
    const opener = delimiterAt(done, openers[openers.length - 1])
    if (!opener) return
    wrap(done, openers, { ...opener, canOpen: false, canClose: true })
  }
}

/**
 * @param {readonly Token[]} tokens
 * @param {number | undefined} index
 * @returns {Delimiter | null}
 */
function delimiterAt(tokens, index) {
  const token = tokens[index ?? -1]
  return token && typeof token !== "string" && token.type === "delimiter" ? token : null
}

/**
 * What remained a mark is text; neighbouring texts are one.
 *
 * @param {readonly Token[]} tokens
 * @returns {Inline[]}
 */
function merged(tokens) {
  /** @type {Inline[]} */
  const result = []
  for (const token of tokens) {
    const inline = asInline(token)
    const last = result[result.length - 1]
    if (typeof inline === "string" && typeof last === "string") {
      result[result.length - 1] = last + inline
    } else {
      result.push(inline)
    }
  }
  return result
}

/**
 * @param {Token} token
 * @returns {Inline}
 */
function asInline(token) {
  if (typeof token === "string") return token
  if (token.type === "delimiter") return token.mark.repeat(token.count)
  if (token.type === "bracket") return token.isImage ? "![" : "["
  return token
}
