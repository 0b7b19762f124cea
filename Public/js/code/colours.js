// Colours code with the highlights of the browser: ranges over the text, which stays one node.

import { tokensOf } from "./tokens.js"
import { kinds } from "./grammars.js"

/** @typedef {import("./tokens.js").Token} Token */
/** @typedef {{ from: number, to: number }} Part Of a code, in characters. */

/**
 * @typedef {object} Block
 * @property {Text} text
 * @property {Element} element The `code` in its `pre`.
 * @property {string} code What it held when it was handed over.
 * @property {Generator<Token, void>} coming
 * @property {Token[]} tokens
 * @property {boolean} isRead
 * @property {readonly number[]} lines Where its lines begin that are not empty.
 * @property {Part | null} part What is coloured.
 * @property {{ highlight: Highlight, range: StaticRange }[]} ranges
 */

/** Longer code stays without colours. */
const longestCode = 100_000

/** A browser looks at every range in every frame that changes something: so many at most a block. */
const mostRanges = 3_000

/** So much of the window's height is coloured beyond it on both sides, for the way until the next look. */
const margin = 0.5

/** A look must come even where nothing is ever idle. */
const longestWaitMs = 300

/** Reading a code stops after so many tokens to see whether there is still time. */
const tokensBetweenLooks = 200

export class Colours {
  /** @type {Map<Text, Block>} */
  #blocks = new Map()
  /** @type {ReadonlyMap<string, Highlight>} */
  #highlights
  #isWaiting = false
  /** @type {AbortController | null} */
  #listeners = null
  /** Tells of code that comes into view or leaves it, also when all is hidden. */
  #views = new IntersectionObserver(() => this.lookSoon())

  /** @param {HighlightRegistry} registry The browser's. */
  constructor(registry) {
    this.#highlights = new Map(kinds.map((kind) => [kind, new Highlight()]))
    for (const [kind, highlight] of this.#highlights) registry.set(`code-${kind}`, highlight)
  }

  /**
   * Colours a finished code, wherever the reader can see it.
   *
   * @param {Text} text
   * @param {string} language As it stands behind the fence.
   */
  add(text, language) {
    const element = text.parentElement
    if (!element || text.length > longestCode || this.#blocks.get(text)?.code === text.data) return
    this.remove(text)
    this.#blocks.set(text, {
      text,
      element,
      code: text.data,
      coming: tokensOf(text.data, language),
      tokens: [],
      isRead: false,
      lines: [...text.data.matchAll(/^./gm)].map(({ index }) => index ?? 0),
      part: null,
      ranges: [],
    })
    this.#views.observe(element)
    this.#watch()
    this.lookSoon()
  }

  /**
   * Lets go of a code that has left the page.
   *
   * @param {Text} text
   */
  remove(text) {
    const block = this.#blocks.get(text)
    if (!block) return
    release(block)
    this.#blocks.delete(text)
    this.#views.unobserve(block.element)
    if (this.#blocks.size > 0) return
    this.#listeners?.abort()
    this.#listeners = null
  }

  /** Something moved. */
  lookSoon = () => {
    if (this.#isWaiting) return
    this.#isWaiting = true
    whenIdle((deadline) => {
      this.#isWaiting = false
      for (const block of this.#blocks.values()) this.#look(block, deadline)
    })
  }

  #watch() {
    if (this.#listeners) return
    this.#listeners = new AbortController()
    const options = { capture: true, passive: true, signal: this.#listeners.signal }
    document.addEventListener("scroll", this.lookSoon, options)
    addEventListener("resize", this.lookSoon, options)
  }

  /**
   * @param {Block} block
   * @param {IdleDeadline} deadline
   */
  #look(block, deadline) {
    const around = innerHeight * margin
    const isNear = block.text.length === block.code.length &&
      isBetween(block, -around, innerHeight + around)
    if (!isNear) return release(block)
    if (!block.isRead && !read(block, deadline)) return this.lookSoon()
    if (block.part && isWithin(block.part, partBetween(block, 0, innerHeight))) return
    release(block)
    block.part = partBetween(block, -around, innerHeight + around)
    block.ranges = this.#rangesOf(block, block.part)
  }

  /**
   * @param {Block} block
   * @param {Part} part
   */
  #rangesOf({ text, tokens }, { from, to }) {
    const first = firstIndex(tokens.length, (index) => (tokens[index]?.end ?? 0) > from)
    const last = firstIndex(tokens.length, (index) => (tokens[index]?.start ?? 0) >= to)
    return tokens.slice(first, Math.min(last, first + mostRanges)).flatMap(
      ({ start, end, kind }) => {
        const highlight = this.#highlights.get(kind)
        if (!highlight) return []
        const range = new StaticRange({
          startContainer: text,
          startOffset: start,
          endContainer: text,
          endOffset: end,
        })
        highlight.add(range)
        return [{ highlight, range }]
      },
    )
  }
}

/** @param {Block} block */
function release(block) {
  for (const { highlight, range } of block.ranges) highlight.delete(range)
  block.ranges = []
  block.part = null
}

/**
 * Reads on as long as there is time.
 *
 * @param {Block} block
 * @param {IdleDeadline} deadline
 * @returns {boolean} Whether all is read.
 */
function read(block, deadline) {
  do {
    for (let count = 0; count < tokensBetweenLooks; count += 1) {
      const next = block.coming.next()
      if (next.done) return block.isRead = true
      block.tokens.push(next.value)
    }
  } while (deadline.timeRemaining() > 0)
  return false
}

/** @param {Block} block */
function frameOf({ element }) {
  const frame = element.parentElement?.getBoundingClientRect()
  return { top: frame?.top ?? 0, bottom: frame?.bottom ?? 0 }
}

/**
 * @param {Block} block
 * @param {number} highest
 * @param {number} lowest
 */
function isBetween(block, highest, lowest) {
  const { top, bottom } = frameOf(block)
  return top < bottom && bottom > highest && top < lowest
}

/**
 * @param {Part} outer
 * @param {Part} inner
 */
function isWithin(outer, inner) {
  return outer.from <= inner.from && inner.to <= outer.to
}

/**
 * The lines of a code that stand between two heights of the window.
 *
 * @param {Block} block
 * @param {number} top
 * @param {number} bottom
 * @returns {Part}
 */
function partBetween(block, top, bottom) {
  const { text, code, lines } = block
  const frame = frameOf(block)
  const range = document.createRange()
  /** @param {number} index */
  const topOf = (index) => {
    const start = lines[index] ?? 0
    range.setStart(text, start)
    range.setEnd(text, Math.min(start + 1, text.length))
    return range.getBoundingClientRect().top
  }
  const highest = Math.max(top, frame.top)
  const lowest = Math.min(bottom, frame.bottom)
  const first = firstIndex(lines.length, (index) => topOf(index) > highest)
  const last = firstIndex(lines.length, (index) => topOf(index) >= lowest)
  return { from: lines[Math.max(0, first - 1)] ?? 0, to: lines[last] ?? code.length }
}

/**
 * @param {number} count
 * @param {(index: number) => boolean} isBeyond False up to some index, true from there on.
 * @returns {number} That index.
 */
function firstIndex(count, isBeyond) {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBeyond(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** @param {(deadline: IdleDeadline) => void} run */
function whenIdle(run) {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(run, { timeout: longestWaitMs })
  else setTimeout(() => run({ didTimeout: true, timeRemaining: () => 0 }), longestWaitMs)
}
