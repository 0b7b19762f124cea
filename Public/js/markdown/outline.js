// Markdown's blocks: which lines belong together. Lines in, values out; no DOM.

import {
  closesFence,
  fenceIn,
  headingIn,
  isRule,
  listMarkerIn,
  trimmed,
  underlineLevel,
} from "./block-starts.js"
import { endsAtBlankLine, htmlIn } from "./html.js"
import { behind, indentOf, isBlank, lineOf, restOf, textOf, withoutIndent } from "./line.js"
import { closesMath, mathIn } from "./math.js"
import { definitionsIn } from "./references.js"
import { alignmentsOf } from "./tables.js"

/** @typedef {import("./line.js").Line} Line */
/** @typedef {import("./tables.js").Alignment} Alignment */

/** @typedef {{ start: number, end: number }} Extent The first line and the last, both within. */

/**
 * A paragraph as it was written. The head of a table is one until the row below it is seen.
 *
 * @typedef {Extent & { type: "paragraph", lines: string[] }} Paragraph
 */

/** @typedef {Extent & { type: "heading", level: number, text: string, lead: string }} Heading */
/** @typedef {Extent & { type: "rule" }} Rule */
/** @typedef {Extent & { type: "indented", lines: string[] }} IndentedCode */

/**
 * @typedef {Extent & { type: "fenced", mark: string, length: number, info: string, indent: number,
 *   lines: string[] }} FencedCode
 */

/** @typedef {Extent & { type: "html", closing: RegExp, lines: string[] }} HTMLBlock */

/**
 * @typedef {Extent & { type: "math", closing: string, isClosed: boolean,
 *   lines: string[] }} MathBlock
 */

/**
 * @typedef {Extent & { type: "table", lead: Paragraph | null, alignments: readonly Alignment[],
 *   head: string, rows: string[] }} Table
 */

/** @typedef {Extent & { type: "quote", children: Node[] }} Quote */

/**
 * @typedef {Extent & { type: "item", content: number, isOrdered: boolean,
 *   children: Node[] }} Item `content`: the column in which its text begins.
 */

/**
 * @typedef {Extent & { type: "list", kind: string, first: number | null, items: Item[] }} List
 */

/** @typedef {IndentedCode | FencedCode | HTMLBlock | MathBlock} Verbatim */
/** @typedef {Paragraph | Table | Verbatim} OpenLeaf */
/** @typedef {OpenLeaf | Heading | Rule | Quote | List} Node */
/** @typedef {{ type: "document", end: number, children: Node[] }} Root */
/** @typedef {Root | Quote | Item} Container */

/**
 * @typedef {object} Outline The blocks of a text before anything within their lines is read.
 * @property {readonly Node[]} nodes
 * @property {OpenLeaf | null} open What the next line would continue.
 */

/** Quotes and lists within each other beyond this are text: no text exhausts the stack. */
const deepestNesting = 100

/** What is indented as far as this is code. */
const codeIndent = 4

/** So far must a list's item be indented to be within a numbered one, as models write it. */
const leastItemIndent = 2

/**
 * @param {string} text
 * @returns {string[]} Without the empty one behind the last line's end.
 */
export function linesOf(text) {
  const lines = text.replaceAll("\0", "\ufffd").split(/\r\n|\r|\n/)
  return lines[lines.length - 1] === "" ? lines.slice(0, -1) : lines
}

/**
 * The blocks of `lines`. Reading again from any of their first lines on gives the same rest.
 *
 * @param {readonly string[]} lines
 * @returns {Outline}
 */
export function outlineOf(lines) {
  const reader = new BlockReader()
  for (const line of lines) reader.read(line)
  return reader.outline()
}

class BlockReader {
  /** @type {Root} */
  #root = { type: "document", end: -1, children: [] }
  /** @type {Container[]} The document and what is open in it, outermost first. */
  #containers = [this.#root]
  /** @type {OpenLeaf | null} Within the last of them. */
  #leaf = null
  /** The current line. */
  #number = -1

  /** @param {string} source */
  read(source) {
    this.#number += 1
    const { line, depth } = this.#enter(lineOf(source))
    const isWithinAll = depth === this.#containers.length
    if (isWithinAll && this.#leaf && this.#continueVerbatim(this.#leaf, line)) return
    this.#readStarts(line, depth)
  }

  /** @returns {Outline} */
  outline() {
    const open = this.#leaf
    this.#closeTo(1)
    return { nodes: this.#root.children, open }
  }

  /**
   * Reads the marks of the open containers off a line.
   *
   * @param {Line} line
   * @returns {{ line: Line, depth: number }} The rest, and how many containers it is within.
   */
  #enter(line) {
    let depth = 1
    let rest = line
    for (; depth < this.#containers.length; depth += 1) {
      const inside = this.#insideOf(this.#containers[depth], rest)
      if (!inside) break
      rest = inside
    }
    return { line: rest, depth }
  }

  /**
   * @param {Container | undefined} container
   * @param {Line} line
   * @returns {Line | null}
   */
  #insideOf(container, line) {
    if (container?.type === "quote") {
      const inside = insideQuote(line)
      if (inside) container.end = this.#number
      return inside
    }
    return container?.type === "item" ? insideItem(line, container) : null
  }

  /**
   * @param {OpenLeaf} leaf
   * @param {Line} line
   * @returns {boolean} Whether the line belongs to it; a line that ends it does.
   */
  #continueVerbatim(leaf, line) {
    switch (leaf.type) {
      case "fenced":
        return this.#continueFence(leaf, line)
      case "indented":
        return this.#continueIndented(leaf, line)
      case "html":
        return this.#continueHTML(leaf, line)
      case "math":
        return this.#continueMath(leaf, line)
      default:
        return false
    }
  }

  /**
   * @param {FencedCode} leaf
   * @param {Line} line
   */
  #continueFence(leaf, line) {
    leaf.end = this.#number
    if (indentOf(line) < codeIndent && closesFence(textOf(line), leaf)) {
      this.#closeLeaf()
    } else leaf.lines.push(restOf(withoutIndent(line, leaf.indent)))
    return true
  }

  /**
   * @param {IndentedCode} leaf
   * @param {Line} line
   */
  #continueIndented(leaf, line) {
    if (!isBlank(line) && indentOf(line) < codeIndent) return false
    leaf.lines.push(restOf(withoutIndent(line, codeIndent)))
    if (!isBlank(line)) leaf.end = this.#number
    return true
  }

  /**
   * @param {HTMLBlock} leaf
   * @param {Line} line
   */
  #continueHTML(leaf, line) {
    if (isBlank(line) && endsAtBlankLine(leaf.closing)) return false
    leaf.lines.push(restOf(line))
    leaf.end = this.#number
    if (leaf.closing.test(textOf(line))) this.#closeLeaf()
    return true
  }

  /**
   * @param {MathBlock} leaf
   * @param {Line} line
   */
  #continueMath(leaf, line) {
    if (isBlank(line)) return false
    leaf.lines.push(textOf(line))
    leaf.end = this.#number
    leaf.isClosed = closesMath(textOf(line), leaf.closing)
    if (leaf.isClosed) this.#closeLeaf()
    return true
  }

  /**
   * Opens what begins on a line, container by container, and then puts the rest of it where it
   * belongs.
   *
   * @param {Line} line
   * @param {number} depth How many of the open containers the line is within.
   */
  #readStarts(line, depth) {
    let rest = line
    let within = depth
    for (;;) {
      const inside = this.#openContainer(rest, within)
      if (!inside) break
      rest = inside
      within = this.#containers.length
    }
    if (!this.#openLeaf(rest, within)) this.#readText(rest, within)
  }

  /**
   * @param {Line} line
   * @param {number} depth
   * @returns {Line | null} What is inside, if a quote or an item begins.
   */
  #openContainer(line, depth) {
    if (indentOf(line) >= codeIndent || depth > deepestNesting) return null
    const inside = insideQuote(line)
    if (!inside) return this.#openItem(line, depth)
    this.#push({ type: "quote", children: [], ...this.#here() }, depth)
    return inside
  }

  /**
   * @param {Line} line
   * @param {number} depth
   * @returns {Line | null}
   */
  #openItem(line, depth) {
    const text = textOf(line)
    const marker = listMarkerIn(text)
    if (!marker || isRule(text)) return null
    const inside = behind(line, marker.length)
    const isEmpty = isBlank(inside)
    if (this.#isParagraphAt(depth)) {
      // "In\n1999. A year" is no list, and "text\n-" is a heading.
      if (isEmpty || (marker.number ?? 1) !== 1) return null
    }
    const gap = isEmpty || indentOf(inside) > codeIndent ? 1 : indentOf(inside)
    this.#closeTo(depth)
    const item = {
      type: /** @type {const} */ ("item"),
      content: indentOf(line) + marker.length + gap,
      isOrdered: marker.number !== null,
      children: [],
      ...this.#here(),
    }
    this.#listFor(marker).items.push(item)
    this.#containers.push(item)
    return withoutIndent(inside, gap)
  }

  /**
   * @param {import("./block-starts.js").ListMarker} marker
   * @returns {List} The one that stands last in the container, if its items have that marker.
   */
  #listFor({ kind, number }) {
    const { children } = this.#container()
    const last = children[children.length - 1]
    if (last?.type === "list" && last.kind === kind) return last
    const list = {
      type: /** @type {const} */ ("list"),
      kind,
      first: number,
      items: [],
      ...this.#here(),
    }
    children.push(list)
    return list
  }

  /**
   * @param {Line} line
   * @param {number} depth
   * @returns {boolean}
   */
  #openLeaf(line, depth) {
    if (isBlank(line)) return false
    const text = textOf(line)
    if (indentOf(line) >= codeIndent) return this.#openIndented(line, depth)
    return this.#openHeading(text, depth) || this.#openFence(line, depth) ||
      this.#openHTML(line, depth) || this.#openMath(text, depth) ||
      this.#underline(text, depth) || this.#openRule(text, depth) ||
      this.#openTable(text, depth)
  }

  /**
   * @param {Line} line
   * @param {number} depth
   */
  #openIndented(line, depth) {
    if (this.#leaf?.type === "paragraph") return false
    if (this.#leaf?.type === "table" && this.#isWithinAll(depth)) return false
    const lines = [restOf(withoutIndent(line, codeIndent))]
    this.#pushLeaf({ type: "indented", lines, ...this.#here() }, depth)
    return true
  }

  /**
   * @param {string} text
   * @param {number} depth
   */
  #openHeading(text, depth) {
    const found = headingIn(text)
    if (!found) return false
    const { level, title } = found
    this.#push({ type: "heading", level, text: title, lead: "", ...this.#here() }, depth)
    return true
  }

  /**
   * @param {Line} line
   * @param {number} depth
   */
  #openFence(line, depth) {
    const fence = fenceIn(textOf(line))
    if (!fence) return false
    const indent = indentOf(line)
    this.#pushLeaf({ type: "fenced", ...fence, indent, lines: [], ...this.#here() }, depth)
    return true
  }

  /**
   * @param {Line} line
   * @param {number} depth
   */
  #openHTML(line, depth) {
    const text = textOf(line)
    const found = htmlIn(text)
    if (!found || (!found.canInterrupt && this.#leaf?.type === "paragraph")) return false
    const { closing } = found
    this.#pushLeaf({ type: "html", closing, lines: [restOf(line)], ...this.#here() }, depth)
    if (closing.test(text)) this.#closeLeaf()
    return true
  }

  /**
   * @param {string} text
   * @param {number} depth
   */
  #openMath(text, depth) {
    const found = mathIn(text)
    if (!found || (!found.canInterrupt && this.#leaf?.type === "paragraph")) return false
    const { closing, isClosed } = found
    this.#pushLeaf({ type: "math", closing, isClosed, lines: [text], ...this.#here() }, depth)
    if (isClosed) this.#closeLeaf()
    return true
  }

  /**
   * Makes the paragraph above a heading, if there is more in it than definitions.
   *
   * @param {string} text
   * @param {number} depth
   */
  #underline(text, depth) {
    const leaf = this.#leaf
    const level = underlineLevel(text)
    if (!level || leaf?.type !== "paragraph" || !this.#isWithinAll(depth)) return false
    const whole = leaf.lines.join("\n")
    const { rest } = definitionsIn(whole)
    if (rest.trim() === "") return false
    this.#replaceLeaf({
      type: "heading",
      level,
      text: trimmed(rest),
      lead: whole.slice(0, whole.length - rest.length),
      start: leaf.start,
      end: this.#number,
    })
    this.#leaf = null
    return true
  }

  /**
   * @param {string} text
   * @param {number} depth
   */
  #openRule(text, depth) {
    if (!isRule(text)) return false
    this.#push({ type: "rule", ...this.#here() }, depth)
    return true
  }

  /**
   * Makes the last line of the paragraph above a table's head.
   *
   * @param {string} text
   * @param {number} depth
   */
  #openTable(text, depth) {
    const leaf = this.#leaf
    if (leaf?.type !== "paragraph" || !this.#isWithinAll(depth)) return false
    const head = leaf.lines[leaf.lines.length - 1] ?? ""
    const alignments = alignmentsOf(head, text)
    if (!alignments) return false
    const lines = leaf.lines.slice(0, -1)
    const lead = lines.length > 0 ? { ...leaf, lines } : null
    const table = { type: /** @type {const} */ ("table"), lead, alignments, head, rows: [] }
    this.#leaf = this.#replaceLeaf({ ...table, start: leaf.start, end: this.#number })
    return true
  }

  /**
   * @param {Line} line
   * @param {number} depth
   */
  #readText(line, depth) {
    const isLazy = !this.#isWithinAll(depth) && !isBlank(line) &&
      this.#leaf?.type === "paragraph"
    if (!isLazy && !this.#isWithinAll(depth)) this.#closeTo(depth)
    if (isBlank(line)) return this.#closeLeaf()
    const leaf = this.#leaf
    if (leaf?.type === "paragraph") leaf.lines.push(textOf(line))
    else if (leaf?.type === "table") leaf.rows.push(textOf(line))
    else return this.#pushLeaf(this.#paragraph(line), depth)
    leaf.end = this.#number
  }

  /**
   * @param {Line} line
   * @returns {Paragraph}
   */
  #paragraph(line) {
    return { type: "paragraph", lines: [textOf(line)], ...this.#here() }
  }

  #here() {
    return { start: this.#number, end: this.#number }
  }

  /** @returns {Container} The innermost that is open. */
  #container() {
    return this.#containers[this.#containers.length - 1] ?? this.#root
  }

  /** @param {number} depth */
  #isWithinAll(depth) {
    return depth === this.#containers.length
  }

  /** @param {number} depth */
  #isParagraphAt(depth) {
    return this.#leaf?.type === "paragraph" && this.#isWithinAll(depth)
  }

  /**
   * @param {Exclude<Node, List>} node
   * @param {number} depth
   */
  #push(node, depth) {
    this.#closeTo(depth)
    this.#container().children.push(node)
    if (node.type === "quote") this.#containers.push(node)
    else this.#extend(node.end)
  }

  /**
   * @param {OpenLeaf} leaf
   * @param {number} depth
   */
  #pushLeaf(leaf, depth) {
    this.#push(leaf, depth)
    this.#leaf = leaf
  }

  /**
   * @template {Node} Replacement
   * @param {Replacement} node
   * @returns {Replacement}
   */
  #replaceLeaf(node) {
    const { children } = this.#container()
    children[children.length - 1] = node
    this.#extend(node.end)
    return node
  }

  /**
   * Closes the open leaf, and the containers behind the first `depth`.
   *
   * @param {number} depth
   */
  #closeTo(depth) {
    this.#closeLeaf()
    while (this.#containers.length > depth) {
      const end = this.#containers.pop()?.end ?? 0
      const parent = this.#container()
      const last = parent.children[parent.children.length - 1]
      if (last) last.end = Math.max(last.end, end)
      this.#extend(end)
    }
  }

  #closeLeaf() {
    if (this.#leaf) this.#extend(this.#leaf.end)
    this.#leaf = null
  }

  /**
   * What is open reaches as far as what is in it.
   *
   * @param {number} end
   */
  #extend(end) {
    const container = this.#container()
    container.end = Math.max(container.end, end)
  }
}

/**
 * @param {Line} line
 * @returns {Line | null}
 */
function insideQuote(line) {
  if (indentOf(line) >= codeIndent || line.source[line.textStart] !== ">") return null
  return withoutIndent(behind(line, 1), 1)
}

/**
 * @param {Line} line
 * @param {Item} item
 * @returns {Line | null}
 */
function insideItem(line, item) {
  const indent = indentOf(line)
  // An item may begin with one empty line, not with two.
  if (isBlank(line)) return item.children.length === 0 ? null : withoutIndent(line, item.content)
  if (indent < item.content && isLooselyWithin(line, item)) item.content = indent
  return indent < item.content ? null : withoutIndent(line, item.content)
}

/**
 * Whether a bulleted item begins that is meant to be within a numbered one.
 *
 * @param {Line} line
 * @param {Item} item
 */
function isLooselyWithin(line, item) {
  if (!item.isOrdered || indentOf(line) < leastItemIndent) return false
  const text = textOf(line)
  return listMarkerIn(text)?.number === null && !isRule(text)
}
