// Writes blocks the way CommonMark's examples are written, so that the two can be compared.
// The page itself never makes HTML text: it makes nodes.

/** @param {readonly import("../../../Public/js/markdown/blocks.js").Block[]} blocks */
export function htmlOf(blocks) {
  return blocks.map((block) => blockHTML(block) + "\n").join("")
}

function blockHTML(block) {
  switch (block.type) {
    case "paragraph":
      return `<p>${inlineHTML(block.children)}</p>`
    case "heading":
      return `<h${block.level}>${inlineHTML(block.children)}</h${block.level}>`
    case "code":
      return codeHTML(block)
    case "html":
      return block.text
    case "math":
      return `<math>${escaped(block.text)}</math>`
    case "quote":
      return `<blockquote>\n${htmlOf(block.blocks)}</blockquote>`
    case "list":
      return listHTML(block)
    case "table":
      return tableHTML(block)
    case "rule":
      return "<hr />"
  }
}

function codeHTML({ language, text }) {
  const label = language ? ` class="language-${escaped(language)}"` : ""
  return `<pre><code${label}>${escaped(text)}${text === "" ? "" : "\n"}</code></pre>`
}

function listHTML({ isOrdered, start, isLoose, items }) {
  const name = isOrdered ? "ol" : "ul"
  const first = isOrdered && start !== 1 ? ` start="${start}"` : ""
  const inside = items.map((item) => `<li>${itemHTML(item, isLoose)}</li>\n`).join("")
  return `<${name}${first}>\n${inside}</${name}>`
}

/** A tight list's paragraphs have no element of their own. */
function itemHTML({ isChecked, blocks }, isLoose) {
  const box = isChecked === null ? "" : `[${isChecked ? "x" : " "}] `
  let html = ""
  blocks.forEach((block, index) => {
    const isBare = !isLoose && block.type === "paragraph"
    if (!isBare && !html.endsWith("\n")) html += "\n"
    html += isBare ? inlineHTML(block.children) : blockHTML(block)
    if (!isBare || index < blocks.length - 1) html += "\n"
  })
  return box + html
}

function tableHTML({ alignments, head, rows }) {
  const row = (tag, cells) =>
    `<tr>${
      cells.map((cell, column) => {
        const alignment = alignments[column] ? ` align="${alignments[column]}"` : ""
        return `<${tag}${alignment}>${inlineHTML(cell)}</${tag}>`
      }).join("")
    }</tr>`
  return `<table>\n${
    [row("th", head), ...rows.map((cells) => row("td", cells))].join("\n")
  }\n</table>`
}

function inlineHTML(inlines) {
  return inlines.map((inline) => {
    if (typeof inline === "string") return escaped(inline)
    switch (inline.type) {
      case "code":
        return `<code>${escaped(inline.text)}</code>`
      case "math":
        return `<math>${escaped(inline.text)}</math>`
      case "break":
        return "<br />\n"
      case "html":
        return inline.text
      case "link":
        return linkHTML(inline)
      case "image":
        return `<img src="${address(inline.href)}" alt="${escaped(plain(inline.children))}"${
          titleOf(inline)
        } />`
      default:
        return `<${inline.type}>${inlineHTML(inline.children)}</${inline.type}>`
    }
  }).join("")
}

/** An address without marks around it is a link by GitHub's extension only. */
function linkHTML(link) {
  const inside = inlineHTML(link.children)
  return link.isBare ? inside : `<a href="${address(link.href)}"${titleOf(link)}>${inside}</a>`
}

function titleOf({ title }) {
  return title === undefined ? "" : ` title="${escaped(title)}"`
}

/** Browsers do this by themselves. */
function address(href) {
  return escaped(encodeURI(href.toWellFormed?.() ?? href).replaceAll("%25", "%"))
}

function plain(inlines) {
  return inlines.map((inline) => {
    if (typeof inline === "string") return inline
    if (inline.type === "break") return "\n"
    return inline.text ?? plain(inline.children)
  }).join("")
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
}
