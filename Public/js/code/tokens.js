// Which parts of a code get a colour. One scanner for all languages, driven by grammars.js; no DOM.

import { grammars } from "./grammars.js"
import { languageCalled } from "./languages.js"

/** @typedef {import("./grammars.js").Kind} Kind */
/** @typedef {import("./grammars.js").Rule} Rule */
/** @typedef {import("./grammars.js").Grammar} Grammar */

/** @typedef {{ start: number, end: number, kind: Kind }} Token */

/** @typedef {{ pattern: RegExp, rules: readonly Rule[], groups: readonly number[] }} Mode */
/**
 * @typedef {{ modes: ReadonlyMap<string, Mode>, words: ReadonlyMap<string, Kind>,
 *   definers: ReadonlySet<string>, grammar: Grammar }} Compiled
 */

/** @type {Map<string, Compiled>} */
const compiledBefore = new Map()

/**
 * The coloured parts, in order and apart from each other. Takes time in proportion to the length
 * of the code, whatever it holds.
 *
 * @param {string} code
 * @param {string} language As it stands behind the fence.
 * @returns {Token[]} None for a language that is not known.
 */
export function tokens(code, language) {
  return [...tokensOf(code, language)]
}

/**
 * The same, one after the other, for those who have to stop in between.
 *
 * @param {string} code
 * @param {string} language
 * @returns {Generator<Token, void>}
 */
export function* tokensOf(code, language) {
  /** @type {Token[]} */
  const held = []
  for (const token of scan(code, 0, languageCalled(language).grammar)) {
    const last = held.pop()
    const isSame = last?.kind === token.kind && last.end === token.start
    if (last && !isSame) yield last
    held.push(last && isSame ? { ...last, end: token.end } : token)
  }
  yield* held
}

/**
 * @param {string} code
 * @param {number} offset Where the code stands in the whole.
 * @param {string} name A grammar's.
 * @returns {Generator<Token, void>}
 */
function* scan(code, offset, name) {
  const compiled = compile(name)
  if (!compiled) return
  const modes = ["main"]
  let wordEnd = -1
  let isDefined = false
  for (let position = 0;;) {
    const mode = compiled.modes.get(modes.at(-1) ?? "main")
    if (!mode) return
    mode.pattern.lastIndex = position
    const match = mode.pattern.exec(code)
    if (!match) return
    const [kind, , next] = mode.rules[
      mode.groups.findIndex((group) => match[group] !== undefined)
    ] ?? []
    const start = match.index
    const end = start + match[0].length
    position = Math.max(end, start + 1)
    switchMode(modes, next)
    if (!kind) continue
    if (kind.startsWith("@")) {
      yield* scan(match[0], offset + start, kind.slice(1))
    } else if (kind.startsWith("word")) {
      const word = { code, start, end, isDefined: isDefined && start === wordEnd + 1 }
      const found = kindOfWord(compiled, word, kind.slice("word/".length))
      wordEnd = end
      isDefined = compiled.definers.has(match[0])
      if (found) yield { start: offset + start, end: offset + end, kind: found }
    } else if (end > start) {
      yield { start: offset + start, end: offset + end, kind: /** @type {Kind} */ (kind) }
    }
  }
}

/**
 * @param {string[]} modes
 * @param {string | undefined} next
 */
function switchMode(modes, next) {
  if (!next) return
  if (!next.startsWith("+")) modes.length = Math.max(1, modes.length - 1)
  if (next !== "pop") modes.push(next.slice(1))
}

/**
 * @param {Compiled} compiled
 * @param {{ code: string, start: number, end: number, isDefined: boolean }} place
 * @param {string} otherwise The kind of a word that nothing else is known of.
 * @returns {Kind | ""}
 */
function kindOfWord({ words, grammar }, { code, start, end, isDefined }, otherwise) {
  const text = code.slice(start, end)
  const isMember = code[start - 1] === "." && code[start - 2] !== "."
  const listed = words.get(grammar.ignoresCase ? text.toLowerCase() : text)
  if (listed && !isMember) return listed
  if (isDefined) return "name"
  const isType = grammar.hasTypes && /^[A-Z]/.test(text)
  const isCall = code[end] === "("
  if (isCall && (!isType || grammar.hasTypes === "but calls")) return "name"
  return isType ? "type" : /** @type {Kind | ""} */ (otherwise)
}

/**
 * @param {string} name
 * @returns {Compiled | null}
 */
function compile(name) {
  const before = compiledBefore.get(name)
  const grammar = grammars.get(name)
  if (before || !grammar) return before ?? null
  const flags = grammar.ignoresCase ? "gmi" : "gm"
  const modes = Object.entries({ main: grammar.rules, ...grammar.modes })
  const compiled = {
    grammar,
    modes: new Map(modes.map(([mode, rules]) => [mode, modeOf(rules, flags)])),
    words: new Map(
      Object.entries(grammar.words ?? {}).flatMap(([kind, words]) =>
        words.split(" ").map((word) => [word, /** @type {Kind} */ (kind)])
      ),
    ),
    definers: new Set((grammar.definers ?? "").split(" ")),
  }
  compiledBefore.set(name, compiled)
  return compiled
}

/**
 * One pattern of all rules, a group each; rules have groups of their own.
 *
 * @param {readonly Rule[]} rules
 * @param {string} flags
 * @returns {Mode}
 */
function modeOf(rules, flags) {
  const sources = rules.map(([, pattern]) => pattern.source)
  let next = 1
  const groups = sources.map((source) => {
    const group = next
    next += RegExp(`${source}|`).exec("")?.length ?? 1
    return group
  })
  const pattern = new RegExp(sources.map((source) => `(${source})`).join("|"), flags)
  return { pattern, rules, groups }
}
