// Markdown within a line: emphasis, code, links. Text in, values out; no DOM.

import { angleAddressAt, bareAddressAt, begunAddressAt } from "./addresses.js"
import { delimiterOf, greatestHeight, heightOf, withEmphasis } from "./emphasis.js"
import { characterReferenceAt } from "./entities.js"
import { htmlEndAt } from "./html.js"
import { dollarMathAt, isFormula } from "./math.js"
import { inlineTargetAt, labelAt, longestLabel, normalizedLabel } from "./references.js"

/** @typedef {import("./emphasis.js").Token} Token */
/** @typedef {import("./references.js").Definitions} Definitions */
/** @typedef {import("./references.js").Target} Target */

/**
 * `href` is null while a link is not finished. A bare link is an address that stands in the text
 * without any marks. HTML is what looks like a tag: text, but nothing else is read within it.
 *
 * @typedef {string
 *   | { type: "strong" | "em" | "del", children: readonly Inline[] }
 *   | { type: "code", text: string }
 *   | { type: "math", text: string, isDisplay: boolean }
 *   | { type: "link", href: string | null, title?: string, isBare?: true,
 *       children: readonly Inline[] }
 *   | { type: "image", href: string | null, title?: string, children: readonly Inline[] }
 *   | { type: "html", text: string }
 *   | { type: "break" }} Inline
 */

/**
 * @typedef {object} Opening A bracket that is open.
 * @property {number} place Where it is in the tokens.
 * @property {boolean} isImage
 * @property {number} after Where the text behind it begins.
 * @property {boolean} hasBracket Whether there is another in it: then it is no reference's name.
 */

/** So much of a link's text may be shown before its address is there. */
const longestBegunLink = 300

/** Brackets that are further apart hold no formula. */
const longestFormula = 2_000

/** An address that is longer is shown with its brackets until it ends. */
const longestBegunTarget = 2_000

const escapable = /[!-/:-@[-`{-~]/
const ordinary = /[^\\`*_~[\]!<&\nhHwW$]+/y
const lineBreakTag = /<br\s*\/?>/iy

/** @type {Definitions} */
const noDefinitions = new Map()

/**
 * @param {string} source
 * @param {{ isOpen?: boolean, definitions?: Definitions, missing?: Set<string> }} [options]
 *   `isOpen`: more may follow. What has been begun is then shown as it will most likely end, so
 *   that text only grows. `missing` gets the labels that have no definition.
 * @returns {Inline[]}
 */
export function parseInline(source, options = {}) {
  const { isOpen = false, definitions = noDefinitions, missing = new Set() } = options
  const shown = isOpen ? withoutLooseEnd(source) : source
  const scanner = new InlineScanner(shown, isOpen, { definitions, missing })
  return withEmphasis(scanner.tokens(), isOpen).inlines
}

/**
 * Marks at the very end mean nothing yet.
 *
 * @param {string} source
 */
function withoutLooseEnd(source) {
  const end = source.slice(-looseLength).search(looseEnd)
  return end < 0 ? source : source.slice(0, Math.max(0, source.length - looseLength) + end)
}

const looseLength = 40
const looseAddress =
  "(?:<|\\b)(?:h(?:t(?:t(?:p(?:s?:?/{0,2})?)?)?)?|w(?:w(?:w(?:\\.[\\w-]*\\.?)?)?)?)"
const looseEnd = new RegExp(
  `(?:[*_~\`$]{1,3}|\\\\|!?\\[|\\B!|<(?:br?)?|&#?\\w{0,8}|${looseAddress})$`,
  "i",
)

class InlineScanner {
  #source
  #isOpen
  #references
  #position = 0
  /** @type {string[]} Text that no token holds yet. */
  #texts = []
  /** @type {Token[]} */
  #tokens = []
  /** @type {Opening[]} */
  #openings = []
  /** The openings below this stand around a link already, and a link holds no link. */
  #inactive = 0
  /** @type {Map<number, Places> | null} Where runs of backticks are, by their length. */
  #runs = null
  /** @type {Map<string, number>} Where a mark was found last; the end if there is no further. */
  #found = new Map()

  /**
   * @param {string} source
   * @param {boolean} isOpen
   * @param {{ definitions: Definitions, missing: Set<string> }} references
   */
  constructor(source, isOpen, references) {
    this.#source = source
    this.#isOpen = isOpen
    this.#references = references
  }

  /** @returns {Token[]} */
  tokens() {
    while (this.#position < this.#source.length) this.#step()
    this.#flush()
    if (this.#isOpen) this.#closeBegunLink()
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
        return this.#characterReference()
      case "\n":
        return this.#newline()
      case "$":
        return this.#dollar()
      case "h":
      case "H":
      case "w":
      case "W":
        return this.#bareAddress()
      default:
        return this.#ordinary()
    }
  }

  #ordinary() {
    ordinary.lastIndex = this.#position
    ordinary.test(this.#source)
    this.#plain(ordinary.lastIndex - this.#position)
  }

  /** @param {number} length */
  #plain(length) {
    const end = this.#position + length
    this.#texts.push(this.#source.slice(this.#position, end))
    this.#position = end
  }

  /**
   * @param {Exclude<import("./emphasis.js").Node["inline"], string>} inline
   * @param {number} end Where the text goes on.
   */
  #push(inline, end) {
    this.#flush()
    this.#tokens.push({ type: "node", inline, height: 1 })
    this.#position = end
  }

  #flush() {
    const text = this.#texts.join("")
    if (text) this.#tokens.push(text)
    this.#texts = []
  }

  /**
   * Where `mark` is next. Asked for ever later places, it looks at no character twice.
   *
   * @param {string} mark
   * @param {number} from
   * @returns {number} -1 if there is none.
   */
  #find(mark, from) {
    let place = this.#found.get(mark) ?? -1
    if (place < from) {
      const found = this.#source.indexOf(mark, from)
      place = found < 0 ? this.#source.length : found
      this.#found.set(mark, place)
    }
    return place < this.#source.length ? place : -1
  }

  #escape() {
    const next = this.#source[this.#position + 1] ?? ""
    if (next === "\n") return this.#push({ type: "break" }, this.#position + 2)
    if (next === "(" && this.#math("\\)", false)) return
    if (next === "[" && this.#math("\\]", true)) return
    if (!escapable.test(next)) return this.#plain(1)
    this.#texts.push(next)
    this.#position += 2
  }

  #dollar() {
    const position = this.#position
    if (this.#source[position + 1] === "$") {
      if (!this.#math("$$", true)) this.#plain(2)
      return
    }
    const isWithinWord = /[\p{L}\p{N}$]/u.test(characterBefore(this.#source, position))
    const formula = isWithinWord ? null : dollarMathAt(this.#source, position)
    if (!formula) return this.#plain(1)
    this.#push({ type: "math", text: formula.text, isDisplay: false }, formula.end)
  }

  /**
   * @param {string} closing
   * @param {boolean} isDisplay
   * @returns {boolean} False if there is no formula here.
   */
  #math(closing, isDisplay) {
    const start = this.#position + 2
    const end = this.#find(closing, start)
    const text = this.#source.slice(start, end < 0 ? undefined : end)
    const isShown = end < 0 ? this.#isOpen : text.length <= longestFormula && isFormula(text)
    if (!isShown) return false
    this.#push(
      { type: "math", text: text.trim(), isDisplay },
      end < 0 ? this.#source.length : end + 2,
    )
    return true
  }

  #code() {
    const run = runLength(this.#source, this.#position)
    const start = this.#position + run
    const end = this.#closingRun(start, run)
    if (end < 0 && !this.#isOpen) return this.#plain(run)
    const inside = this.#source.slice(start, end < 0 ? undefined : end)
      .replaceAll("\n", " ")
    const isPadded = inside.startsWith(" ") && inside.endsWith(" ") &&
      !/^ *$/.test(inside)
    const text = isPadded ? inside.slice(1, -1) : inside
    this.#push({ type: "code", text }, end < 0 ? this.#source.length : end + run)
  }

  /**
   * @param {number} from
   * @param {number} length
   * @returns {number} -1 if there is none.
   */
  #closingRun(from, length) {
    this.#runs ??= backtickRuns(this.#source)
    const places = this.#runs.get(length)
    if (!places) return -1
    // The text is read forwards: what lies behind is not asked for again.
    while ((places.all[places.next] ?? from) < from) places.next += 1
    return places.all[places.next] ?? -1
  }

  /** @param {string} mark */
  #delimiter(mark) {
    const position = this.#position
    const count = runLength(this.#source, position)
    if (mark === "~" && count !== 2) return this.#plain(count)
    const before = characterBefore(this.#source, position)
    const after = characterAt(this.#source, position + count)
    this.#flush()
    this.#tokens.push(delimiterOf(mark, count, before, after))
    this.#position += count
  }

  /** @param {boolean} isImage */
  #openBracket(isImage) {
    const around = this.#openings[this.#openings.length - 1]
    if (around) around.hasBracket = true
    this.#flush()
    this.#tokens.push({ type: "bracket", isImage })
    this.#position += isImage ? 2 : 1
    const place = this.#tokens.length - 1
    this.#openings.push({ place, isImage, after: this.#position, hasBracket: false })
  }

  #closeBracket() {
    const opening = this.#openings.pop()
    const isInactive = this.#openings.length < this.#inactive &&
      !opening?.isImage
    this.#inactive = Math.min(this.#inactive, this.#openings.length)
    const found = opening && !isInactive ? this.#target(opening) : null
    if (!opening || !found) return this.#plain(1)
    this.#flush()
    if (heightOf(this.#tokens, opening.place) >= greatestHeight) {
      // Nor can those around become links; counting again would take long.
      this.#openings = []
      return this.#plain(1)
    }
    this.#makeLink(opening, found.target, false)
    this.#position = found.end
  }

  /**
   * @param {Opening} opening
   * @returns {{ target: Target | null, end: number } | null} No target if it has only begun.
   */
  #target(opening) {
    const after = this.#position + 1
    const inline = inlineTargetAt(this.#source, after)
    if (inline) return inline
    const reference = this.#reference(opening, after)
    if (reference) return reference
    const isBegun = this.#isOpen && (isBegunTarget(this.#source, after) || this.#mayBegin(opening))
    return isBegun ? { target: null, end: this.#source.length } : null
  }

  /**
   * Whether the text ends with this bracket, so that an address may follow.
   *
   * @param {Opening} opening
   */
  #mayBegin({ after }) {
    const isAtEnd = this.#position + 1 === this.#source.length
    return isAtEnd && !isNote(this.#source.slice(after, this.#position))
  }

  /**
   * `[text][name]`, `[name][]` or `[name]`.
   *
   * @param {Opening} opening
   * @param {number} after Behind the closing bracket.
   * @returns {{ target: Target, end: number } | null}
   */
  #reference(opening, after) {
    const named = labelAt(this.#source, after)
    const hasName = named !== null && named.text.trim() !== ""
    if (!hasName && opening.hasBracket) return null
    const end = named && (hasName || named.text === "") ? named.end : after
    const text = hasName ? named.text : this.#source.slice(opening.after, this.#position)
    const target = this.#defined(text)
    return target ? { target, end } : null
  }

  /** @param {string} text */
  #defined(text) {
    if (text.length > longestLabel || text.trim() === "") return null
    const label = normalizedLabel(text)
    const target = this.#references.definitions.get(label)
    if (!target) this.#references.missing.add(label)
    return target ?? null
  }

  /**
   * Puts what stands behind a bracket into a link.
   *
   * @param {Opening} opening
   * @param {Target | null} target
   * @param {boolean} isOpen
   */
  #makeLink({ place, isImage }, target, isOpen) {
    const tokens = this.#tokens.splice(place).slice(1)
    const { inlines, height } = withEmphasis(tokens.map(withoutBareLink), isOpen)
    const type = isImage ? "image" : "link"
    const inline = { type, href: null, ...target, children: inlines }
    this.#tokens.push({
      type: "node",
      inline: /** @type {import("./emphasis.js").Node["inline"]} */ (inline),
      height: height + 1,
    })
    if (!isImage) this.#inactive = this.#openings.length
  }

  /** A bracket that is open at the end of a text that grows is most likely a link. */
  #closeBegunLink() {
    const opening = this.#openings.pop()
    if (!opening || (!opening.isImage && this.#openings.length < this.#inactive)) return
    const text = this.#source.slice(opening.after)
    if (text.length > longestBegunLink || text.includes("\n") || isNote(text)) return
    if (heightOf(this.#tokens, opening.place) < greatestHeight) this.#makeLink(opening, null, true)
  }

  #angle() {
    const address = angleAddressAt(this.#source, this.#position)
    if (address) {
      const { href, text, end } = address
      return this.#push({ type: "link", href, children: [text] }, end)
    }
    lineBreakTag.lastIndex = this.#position
    if (lineBreakTag.test(this.#source)) {
      return this.#push({ type: "break" }, lineBreakTag.lastIndex)
    }
    const end = htmlEndAt(this.#source, this.#position, (mark, from) => this.#find(mark, from))
    if (end < 0) return this.#begunAddress()
    this.#push({ type: "html", text: this.#source.slice(this.#position, end) }, end)
  }

  #begunAddress() {
    const text = this.#isOpen ? begunAddressAt(this.#source, this.#position) : null
    if (text === null) return this.#plain(1)
    this.#push({ type: "link", href: null, children: [text] }, this.#source.length)
  }

  #characterReference() {
    const found = characterReferenceAt(this.#source, this.#position)
    if (!found) return this.#plain(1)
    this.#texts.push(found.text)
    this.#position = found.end
  }

  #newline() {
    const last = this.#texts.pop() ?? ""
    this.#texts.push(withoutSpaceAtEnd(last))
    this.#position += 1
    if (last.endsWith("  ")) this.#push({ type: "break" }, this.#position)
    else this.#texts.push("\n")
  }

  #bareAddress() {
    const isWithinBrackets = this.#openings.length > 0
    const address = bareAddressAt(this.#source, this.#position, isWithinBrackets)
    if (!address) return this.#plain(1)
    const { href, text, end, behind } = address
    // A mark at the very end may still belong to the address.
    const next = this.#isOpen && behind === this.#source.length ? behind : end
    this.#push({ type: "link", href, isBare: true, children: [text] }, next)
  }
}

/**
 * Whether a text in brackets is a note's number or a mark rather than a link.
 *
 * @param {string} text
 */
function isNote(text) {
  return /^[\dxX ,]{0,20}$/.test(text)
}

/**
 * Whether `(address "title")` has begun and the text ends before it does.
 *
 * @param {string} source
 * @param {number} position Of the parenthesis.
 */
function isBegunTarget(source, position) {
  if (source.length - position > longestBegunTarget) return false
  begunTarget.lastIndex = position
  return begunTarget.test(source)
}

const begunTarget =
  /\(\s*(?!\s)(?:<[^<>\n]*>?|[^\s<]*)(?:\s+(?:"[^"]*(?:"\s*)?|'[^']*(?:'\s*)?|\([^()]*(?:\)\s*)?)?)?$/y

/**
 * A link holds no link: an address in its text is text.
 *
 * @param {Token} token
 * @returns {Token}
 */
function withoutBareLink(token) {
  if (
    typeof token === "string" || token.type !== "node" ||
    token.inline.type !== "link"
  ) {
    return token
  }
  const [text] = token.inline.isBare ? token.inline.children : []
  return typeof text === "string" ? text : token
}

/** @param {string} text */
function withoutSpaceAtEnd(text) {
  let end = text.length
  while (text[end - 1] === " " || text[end - 1] === "\t") end -= 1
  return text.slice(0, end)
}

/** @typedef {{ all: number[], next: number }} Places */

/**
 * @param {string} source
 * @returns {Map<number, Places>}
 */
function backtickRuns(source) {
  /** @type {Map<number, Places>} */
  const runs = new Map()
  for (const match of source.matchAll(/`+/g)) {
    const places = runs.get(match[0].length) ?? { all: [], next: 0 }
    places.all.push(match.index ?? 0)
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
  if (position === 0) return " "
  const last = source[position - 1] ?? " "
  return /[\udc00-\udfff]/.test(last) ? characterAt(source, position - 2) : last
}
