// Which elements show a Markdown document: tags from a fixed list, links by scheme. No DOM.

import { say } from "../words.js"

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
  return branch(tag, { "data-level": String(heading.level) }, twigsOf(heading.children))
}

/**
 * @param {Block} block
 * @returns {Branch}
 */
export function branchOf(block) {
  switch (block.type) {
    case "paragraph":
      return branch("p", {}, twigsOf(block.children))
    case "heading":
      return headingBranch(block, levelAbove + 1)
    case "code":
      return codeBranch(block.language, block.text)
    case "html":
      return codeBranch("html", block.text)
    case "math":
      return branch("div", { class: "math-block", ...mathAttributes, tabindex: "0" }, [block.text])
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
  const button = { type: "button", class: "copy-code", "aria-label": say("code.copyLabel") }
  // Long lines scroll sideways: the keyboard must be able to.
  const scroller = {
    tabindex: "0",
    role: "group",
    "aria-label": language ? say("code.labelled", { language }) : say("code.label"),
  }
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
  return [...twigsOf(first.children), ...rest.map(branchOf)]
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
          twigsOf(cell),
        )
      }),
    )
  const scroller = {
    class: "table-block",
    tabindex: "0",
    role: "group",
    "aria-label": say("text.table"),
  }
  return branch("div", scroller, [
    branch("table", {}, [
      branch("thead", {}, [row("th", head)]),
      branch("tbody", {}, rows.map((cells) => row("td", cells))),
    ]),
  ])
}

/**
 * @param {readonly Inline[]} inlines
 * @param {boolean} [isWithinLink] A link holds no link: an image in it is only its description.
 * @returns {Twig[]} Neighbouring texts are one.
 */
function twigsOf(inlines, isWithinLink = false) {
  /** @type {Twig[]} */
  const twigs = []
  const parts = inlines.flatMap((inline) => twigsOfOne(inline, isWithinLink))
  for (const twig of parts) {
    const last = twigs[twigs.length - 1]
    if (typeof twig === "string" && typeof last === "string") twigs[twigs.length - 1] = last + twig
    else twigs.push(twig)
  }
  return twigs
}

/**
 * @param {Inline} inline
 * @param {boolean} isWithinLink
 * @returns {Twig[]}
 */
function twigsOfOne(inline, isWithinLink) {
  if (typeof inline === "string") return [inline]
  switch (inline.type) {
    case "strong":
    case "em":
    case "del":
      return [branch(inline.type, {}, twigsOf(inline.children, isWithinLink))]
    case "code":
      return [branch("code", {}, [inline.text])]
    case "html":
      return [inline.text]
    case "math":
      return [branch("span", { class: "math", ...mathAttributes }, [inline.text])]
    case "break":
      return [branch("br", {}, [])]
    case "link":
      return [linkBranch(inline.href, twigsOf(inline.children, true))]
    case "image":
      return imageTwigs(inline.href, twigsOf(inline.children, true), isWithinLink)
  }
}

/** Its source, read as it stands. */
const mathAttributes = { role: "group", "aria-label": say("text.formula") }

/**
 * An image is never fetched: whoever wants to see it follows the link.
 *
 * @param {string | null} href
 * @param {readonly Twig[]} description
 * @param {boolean} isWithinLink
 * @returns {Twig[]}
 */
function imageTwigs(href, description, isWithinLink) {
  const shown = description.length > 0 ? description : ["image"]
  return isWithinLink ? [...shown] : [linkBranch(href, shown)]
}

/**
 * A link says where it leads: its host stands behind a text that is not its address.
 *
 * @param {string | null} href
 * @param {readonly Twig[]} children
 * @returns {Branch} Without an address if that is not finished or not allowed.
 */
function linkBranch(href, children) {
  const place = href === null ? null : placeOf(href)
  if (href === null || place === null) return branch("a", {}, children)
  const attributes = { href, target: "_blank", rel: "noopener noreferrer nofollow" }
  if (saysPlace(children.map(textOf).join(""), place)) return branch("a", attributes, children)
  const host = branch("span", { class: "link-host" }, [` (${place})`])
  return branch("a", attributes, [...children, host])
}

/**
 * @param {string} href
 * @returns {string | null} A host or a mail address; nothing for addresses that are not allowed.
 */
function placeOf(href) {
  if (!allowedScheme.test(href)) return null
  try {
    const { protocol, host, pathname } = new URL(href)
    return (protocol === "mailto:" ? decoded(pathname) : host) || null
  } catch {
    // No address at all, such as "https://[".
    return null
  }
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    // A stray percent sign: shown as it is.
    return text
  }
}

/**
 * Whether a text names a place first, as addresses do: "https://bank.example@evil.example" does
 * not name evil.example.
 *
 * @param {string} text
 * @param {string} place
 */
function saysPlace(text, place) {
  const said = text.trim().toLowerCase().replace(/^https?:\/\//, "")
  const behind = said.charAt(place.length)
  return said.startsWith(place.toLowerCase()) &&
    (behind === "" || /[/?#]/.test(behind))
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
  if (twig.attributes.class === "link-host") return ""
  const isRow = twig.tag === "tr"
  const isColumn = ["ul", "ol", "blockquote", "thead", "tbody", "table"]
    .includes(twig.tag)
  const texts = twig.children.map((child, index) => {
    const isNested = typeof child !== "string" &&
      (child.tag === "ul" || child.tag === "ol")
    return (isNested && index > 0 ? "\n" : "") + textOf(child)
  })
  return texts.join(isColumn ? "\n" : isRow ? ", " : "")
}
