// Counts how many of CommonMark's published examples are read as the specification says:
// node published.js EXAMPLES.json [--failed]

import { readFileSync } from "node:fs"
import process from "node:process"
import {
  emptyDocument,
  grown,
  openBlocks,
  parseMarkdown,
} from "../../../Public/js/markdown/document.js"
import { htmlOf } from "./html.js"

const [path, option] = process.argv.slice(2)
const examples = JSON.parse(readFileSync(path, "utf8"))

/** Whether something is in a tree that the page shows in another way on purpose. */
function has(value, isSuch) {
  if (typeof value !== "object" || value === null) return false
  return isSuch(value) || Object.values(value).some((part) => has(part, isSuch))
}

/** The blocks as they stand when the last letter has come, each as it was frozen. */
function streamed(text) {
  const document = [...text].reduce(grown, emptyDocument)
  return [...document.frozen, ...openBlocks(document, { isOpen: false })]
}

/** What is counted, in the order of the columns. */
const empty = { passed: 0, total: 0, streamed: 0, html: 0, images: 0 }
/** @type {Map<string, typeof empty>} */
const sections = new Map()
for (const { section, markdown, html, example } of examples) {
  const count = sections.get(section) ?? { ...empty }
  sections.set(section, count)
  const blocks = parseMarkdown(markdown)
  const found = htmlOf(blocks)
  const isPassed = found === html
  count.total += 1
  count.passed += Number(isPassed)
  count.streamed += Number(htmlOf(streamed(markdown)) === html)
  if (isPassed && has(blocks, ({ type }) => type === "html")) count.html += 1
  else if (isPassed && has(blocks, ({ type }) => type === "image")) count.images += 1
  if (!isPassed && option === "--failed") {
    console.log(`${example} ${section}\n${markdown}\nexpected:\n${html}\nfound:\n${found}`)
  }
}

function row(name, { passed, total, streamed, html, images }) {
  const share = `${(100 * passed / total).toFixed(1)} %`
  const cells = [name, `${passed} / ${total}`, share, streamed, html || "", images || ""]
  console.log(`| ${cells.join(" | ")} |`)
}

console.log("| section | passed | share | already while it streams | HTML | images |")
console.log("| --- | --: | --: | --: | --: | --: |")
const sum = { ...empty }
for (const [name, count] of sections) {
  row(name, count)
  for (const key of Object.keys(sum)) sum[key] += count[key]
}
row("all", sum)
