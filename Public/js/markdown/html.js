// Where HTML is in a text. It is never markup here: it is shown as the text that it is.

const blockNames = "address article aside base basefont blockquote body caption center col " +
  "colgroup dd details dialog dir div dl dt fieldset figcaption figure footer form frame " +
  "frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link main menu menuitem nav " +
  "noframes ol optgroup option p param search section summary table tbody td tfoot th thead " +
  "title tr track ul"

const blankLine = /^[ \t]*$/

const attribute = /\s+[a-z_:][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?/i.source
const anyTag = `<(?:[a-z][a-z0-9-]*(?:${attribute})*\\s*/?|/[a-z][a-z0-9-]*\\s*)>`
const lineOfOneTag = new RegExp(`^${anyTag}[ \\t]*$`, "i")
const lineBreak = /^<br\s*\/?>/i

/**
 * How HTML blocks begin and end, CommonMark 4.6, but for the seventh kind: any tag alone on a line.
 *
 * @type {readonly { start: RegExp, end: RegExp }[]}
 */
const kinds = [
  {
    start: /^<(?:pre|script|style|textarea)(?=[ \t>]|$)/i,
    end: /<\/(?:pre|script|style|textarea)>/i,
  },
  { start: /^<!--/, end: /-->/ },
  { start: /^<\?/, end: /\?>/ },
  { start: /^<![a-z]/i, end: />/ },
  { start: /^<!\[CDATA\[/, end: /\]\]>/ },
  {
    start: new RegExp(`^</?(?:${blockNames.replaceAll(" ", "|")})(?=[ \\t>]|/>|$)`, "i"),
    end: blankLine,
  },
]

/**
 * @param {string} text
 * @returns {{ closing: RegExp, canInterrupt: boolean } | null} `closing`: what the block's last
 *   line holds. `canInterrupt`: it may begin in the middle of a paragraph.
 */
export function htmlIn(text) {
  if (!text.startsWith("<")) return null
  const kind = kinds.find(({ start }) => start.test(text))
  if (kind) return { closing: kind.end, canInterrupt: true }
  // A line break is one also when it has its line to itself.
  const isTag = lineOfOneTag.test(text) && !lineBreak.test(text)
  return isTag ? { closing: blankLine, canInterrupt: false } : null
}

/**
 * Whether the block ends in front of a line and not with it.
 *
 * @param {RegExp} end
 */
export function endsAtBlankLine(end) {
  return end === blankLine
}

const tag = new RegExp(anyTag, "iy")

/** What is read up to a mark: how it begins, and the mark. */
const spans = [
  { start: /<!--(?:-?>)?/y, end: "-->" },
  { start: /<\?/y, end: "?>" },
  { start: /<!\[CDATA\[/y, end: "]]>" },
  { start: /<![a-z]/iy, end: ">" },
]

/**
 * @param {string} source
 * @param {number} position Of a `<`.
 * @param {(mark: string, from: number) => number} find Where a mark is next, or -1.
 * @returns {number} Where the tag, comment or declaration there ends; -1 if there is none.
 */
export function htmlEndAt(source, position, find) {
  tag.lastIndex = position
  if (tag.test(source)) return tag.lastIndex
  for (const { start, end } of spans) {
    start.lastIndex = position
    const opening = start.exec(source)?.[0]
    if (opening === undefined) continue
    const from = position + opening.length
    if (opening.startsWith("<!--") && opening.endsWith(">")) return from
    const found = find(end, from)
    return found < 0 ? -1 : found + end.length
  }
  return -1
}
