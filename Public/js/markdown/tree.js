// Which elements show a Markdown document: tags from a fixed list, links by scheme. No DOM.

/** @typedef {import("./blocks.js").Block} Block */
/** @typedef {import("./inline.js").Inline} Inline */

/**
 * @typedef {"p" | "h3" | "h4" | "h5" | "h6" | "pre" | "code" | "em" | "strong" | "del" | "ul"
 *   | "ol" | "li" | "a" | "blockquote" | "br" | "hr" | "div" | "span" | "table" | "thead" | "tbody"
 *   | "tr" | "th" | "td" | "button"} Tag
 */

/** @typedef {Readonly<Record<string, string>>} Attributes */
/** @typedef {{ tag: Tag, attributes: Attributes, children: readonly Twig[] }} Branch */
/** @typedef {string | Branch} Twig */

const allowedScheme = /^(?:https?|mailto):/i

/** The page's heading is the first, each message's the second: a reply's own begin below. */
export const levelAbove = 2

/** @type {readonly Tag[]} */
const headings = ["h3", "h4", "h5", "h6"]

/**
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {readonly Twig[]} children
 * @returns {Branch}
 */
function branch(tag, attributes, children) {
  return { tag, attributes, children }
}

/**
 * Blocks that follow each other. A heading is at most one level below the one before, however many
 * marks a model gave it; how large it looks is left to the marks.
 *
 * @param {readonly Block[]} blocks
 * @param {number} above The level of the heading before them.
 * @returns {{ branches: Branch[], level: number }} `level`: of the last heading.
 */
export function branchesOf(blocks, above) {
  let level = above
  const branches = blocks.map((block) => {
    if (block.type !== "heading") return branchOf(block)
    level = Math.min(block.level + levelAbove, level + 1, levelAbove + headings.length)
    return headingBranch(block, level)
  })
  return { branches, level }
}

/**
 * @param {Extract<Block, { type: "heading" }>} heading
 * @param {number} level
 * @returns {Branch}
 */
function headingBranch(heading, level) {
  const tag = headings[level - levelAbove - 1] ?? "h6"
  return branch(tag, { "data-level": String(heading.level) }, heading.children.map(twigOf))
}

/**
 * @param {Block} block
 * @returns {Branch}
 */
export function branchOf(block) {
  switch (block.type) {
    case "paragraph":
      return branch("p", {}, block.children.map(twigOf))
    case "heading":
      return headingBranch(block, levelAbove + 1)
    case "code":
      return codeBranch(block.language, block.text)
    case "quote":
      return branch("blockquote", {}, block.blocks.map(branchOf))
    case "list":
      return listBranch(block)
    case "table":
      return tableBranch(block)
    case "rule":
      return branch("hr", {}, [])
  }
}

/**
 * @param {string} language
 * @param {string} text
 * @returns {Branch}
 */
function codeBranch(language, text) {
  /** @type {Attributes} */
  const label = language ? { "data-language": language } : {}
  const button = { type: "button", class: "copy-code", "aria-label": "Copy code" }
  // Long lines scroll sideways: the keyboard must be able to.
  const scroller = { tabindex: "0", role: "group", "aria-label": `Code ${language}`.trim() }
  return branch("div", { class: "code-block", ...label }, [
    branch("pre", scroller, [branch("code", {}, text ? [text] : [])]),
    branch("button", button, []),
  ])
}

/**
 * @param {Extract<Block, { type: "list" }>} list
 * @returns {Branch}
 */
function listBranch({ isOrdered, start, items }) {
  /** @type {Attributes} */
  const attributes = isOrdered && start !== 1 ? { start: String(start) } : {}
  return branch(
    isOrdered ? "ol" : "ul",
    attributes,
    items.map(({ isChecked, blocks }) => {
      const box = isChecked === null ? [] : [taskBox(isChecked)]
      /** @type {Attributes} */
      const task = isChecked === null ? {} : { class: "task" }
      return branch("li", task, [...box, ...itemTwigs(blocks)])
    }),
  )
}

/**
 * An item's first paragraph stands in the item itself: whether further ones follow is not known
 * while it is written, and must not change it.
 *
 * @param {readonly Block[]} blocks
 * @returns {Twig[]}
 */
function itemTwigs(blocks) {
  const [first, ...rest] = blocks
  if (first?.type !== "paragraph") return blocks.map(branchOf)
  return [...first.children.map(twigOf), ...rest.map(branchOf)]
}

/**
 * @param {boolean} isChecked
 * @returns {Branch}
 */
function taskBox(isChecked) {
  const state = isChecked ? "done" : "open"
  const attributes = { class: "task-box", "data-state": state, role: "img", "aria-label": state }
  return branch("span", attributes, [])
}

/**
 * @param {Extract<Block, { type: "table" }>} table
 * @returns {Branch}
 */
function tableBranch({ alignments, head, rows }) {
  /**
   * @param {Tag} tag
   * @param {readonly (readonly Inline[])[]} cells
   */
  const row = (tag, cells) =>
    branch(
      "tr",
      {},
      cells.map((cell, index) => {
        const alignment = alignments[index]
        const align = alignment ? { "data-align": alignment } : {}
        const scope = tag === "th" ? { scope: "col" } : {}
        return branch(
          tag,
          /** @type {Attributes} */ ({ ...scope, ...align }),
          cell.map(twigOf),
        )
      }),
    )
  const scroller = { class: "table-block", tabindex: "0", role: "group", "aria-label": "Table" }
  return branch("div", scroller, [
    branch("table", {}, [
      branch("thead", {}, [row("th", head)]),
      branch("tbody", {}, rows.map((cells) => row("td", cells))),
    ]),
  ])
}

/**
 * @param {Inline} inline
 * @returns {Twig}
 */
function twigOf(inline) {
  if (typeof inline === "string") return inline
  switch (inline.type) {
    case "strong":
    case "em":
    case "del":
      return branch(inline.type, {}, inline.children.map(twigOf))
    case "code":
      return branch("code", {}, [inline.text])
    case "break":
      return branch("br", {}, [])
    case "link":
      return branch("a", linkAttributes(inline.href), inline.children.map(twigOf))
  }
}

/**
 * @param {string | null} href
 * @returns {Attributes} None for an address that is not finished or not allowed.
 */
function linkAttributes(href) {
  if (href === null || !allowedScheme.test(href)) return {}
  return { href, target: "_blank", rel: "noopener noreferrer nofollow" }
}

/**
 * What a text says without its marks, for ears and for the clipboard.
 *
 * @param {readonly Block[]} blocks
 * @returns {string}
 */
export function plainText(blocks) {
  return blocks.map((block) => textOf(branchOf(block))).filter((text) => text !== "").join("\n")
}

/**
 * @param {Twig} twig
 * @returns {string}
 */
function textOf(twig) {
  if (typeof twig === "string") return twig
  if (twig.tag === "br") return "\n"
  const isRow = twig.tag === "tr"
  const isColumn = ["ul", "ol", "blockquote", "thead", "tbody", "table"].includes(twig.tag)
  const texts = twig.children.map((child, index) => {
    const isNested = typeof child !== "string" && (child.tag === "ul" || child.tag === "ol")
    return (isNested && index > 0 ? "\n" : "") + textOf(child)
  })
  return texts.join(isColumn ? "\n" : isRow ? ", " : "")
}
