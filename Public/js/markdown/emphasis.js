// Which marks begin and end emphasis: CommonMark's delimiter runs. Tokens in, values out.

/** @typedef {import("./inline.js").Inline} Inline */

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

/**
 * What is read to the end. `height`: how deep things are in each other in it.
 *
 * @typedef {{ type: "node", inline: Exclude<Inline, string>, height: number }} Node
 */

/** @typedef {{ type: "bracket", isImage: boolean }} Bracket */
/** @typedef {string | Delimiter | Bracket | Node} Token */

/** Emphasis within emphasis beyond this stays marks: no text exhausts the stack. */
export const greatestHeight = 100

const space = /\s/
const punctuation = /[\p{P}\p{S}]/u

/** @type {Readonly<Record<string, "em" | "strong" | "del">>} */
const types = { "*1": "em", "*2": "strong", "_1": "em", "_2": "strong", "~2": "del" }

/**
 * @param {string} mark
 * @param {number} count
 * @param {string} before The character in front of the run; a space if there is none.
 * @param {string} after
 * @returns {Delimiter}
 */
export function delimiterOf(mark, count, before, after) {
  const isLeft = !space.test(after) &&
    (!punctuation.test(after) || space.test(before) ||
      punctuation.test(before))
  const isRight = !space.test(before) &&
    (!punctuation.test(before) || space.test(after) || punctuation.test(after))
  const isUnderscore = mark === "_"
  return {
    type: "delimiter",
    mark,
    count,
    canOpen: isLeft && (!isUnderscore || !isRight || punctuation.test(before)),
    canClose: isRight && (!isUnderscore || !isLeft || punctuation.test(after)),
  }
}

/**
 * @param {readonly Token[]} tokens
 * @param {boolean} isOpen What was begun is then shown as if it ended here.
 * @returns {{ inlines: Inline[], height: number }}
 */
export function withEmphasis(tokens, isOpen) {
  /** @type {Token[]} */
  const done = []
  /** @type {number[]} Where the delimiters that can open something are in `done`. */
  const openers = []
  /** @type {Map<string, number>} How many openers were searched in vain, by kind of closer. */
  const inVain = new Map()

  for (const token of tokens) {
    if (typeof token === "string" || token.type !== "delimiter") {
      done.push(token)
      continue
    }
    const rest = closed(done, openers, inVain, token)
    if (rest.count === 0) continue
    done.push(rest)
    if (rest.canOpen) openers.push(done.length - 1)
  }

  if (isOpen) closeTheRest(done, openers)
  return { inlines: merged(done), height: heightOf(done, 0) }
}

/**
 * @param {Token[]} done
 * @param {number[]} openers
 * @param {Map<string, number>} inVain
 * @param {Delimiter} token
 * @returns {Delimiter} What is left of it when everything is closed that it closes.
 */
function closed(done, openers, inVain, token) {
  let closer = { ...token }
  while (closer.canClose && closer.count > 0) {
    const kind = `${closer.mark}${closer.canOpen}${closer.count % 3}`
    const place = findOpener(done, openers, closer, inVain.get(kind) ?? 0)
    if (place < 0) {
      inVain.set(kind, openers.length)
      break
    }
    openers.length = place + 1
    if (isTooHigh(done, openers)) {
      // None of those around can close either; looking for them again would take long.
      openers.length = 0
      inVain.clear()
      break
    }
    for (const [key, count] of inVain) inVain.set(key, Math.min(count, place))
    closer = wrap(done, openers, closer)
  }
  return closer
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
  const inside = done.splice(index + 1)
  const left = opener.count - count
  if (left > 0) {
    done[index] = { ...opener, count: left }
  } else {
    done.pop()
    openers.pop()
  }
  const type = types[`${closer.mark}${count}`] ?? "em"
  const height = heightOf(inside, 0) + 1
  done.push({ type: "node", inline: { type, children: merged(inside) }, height })
  return { ...closer, count: closer.count - count }
}

/**
 * @param {readonly Token[]} done
 * @param {readonly number[]} openers
 */
function isTooHigh(done, openers) {
  const last = openers[openers.length - 1] ?? 0
  return heightOf(done, last + 1) >= greatestHeight
}

/**
 * @param {readonly Token[]} tokens
 * @param {number} from
 * @returns {number}
 */
export function heightOf(tokens, from) {
  let height = 0
  for (let index = from; index < tokens.length; index += 1) {
    const token = tokens[index]
    if (typeof token === "object" && token.type === "node") height = Math.max(height, token.height)
  }
  return height
}

/**
 * @param {Token[]} done
 * @param {number[]} openers
 */
function closeTheRest(done, openers) {
  while (openers.length > 0) {
    const opener = delimiterAt(done, openers[openers.length - 1])
    if (!opener || isTooHigh(done, openers)) return
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
  return token.inline
}
