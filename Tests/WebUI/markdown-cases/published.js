// Counts how many of CommonMark's published examples are read as the specification says:
// node published.js EXAMPLES.json [--failed]

import { readFileSync } from "node:fs"
import process from "node:process"
import { parseMarkdown } from "../../../Public/js/markdown/document.js"
import { htmlOf } from "./html.js"

const [path, option] = process.argv.slice(2)
const examples = JSON.parse(readFileSync(path, "utf8"))

/** Whether something is in a tree that the page shows in another way on purpose. */
function has(value, isSuch) {
  if (typeof value !== "object" || value === null) return false
  return isSuch(value) || Object.values(value).some((part) => has(part, isSuch))
}

/** @type {Map<string, { passed: number, total: number, html: number, images: number }>} */
const sections = new Map()
for (const { section, markdown, html, example } of examples) {
  const count = sections.get(section) ?? { passed: 0, total: 0, html: 0, images: 0 }
  sections.set(section, count)
  const blocks = parseMarkdown(markdown)
  const found = htmlOf(blocks)
  const isPassed = found === html
  count.total += 1
  count.passed += Number(isPassed)
  if (isPassed && has(blocks, ({ type }) => type === "html")) count.html += 1
  else if (isPassed && has(blocks, ({ type }) => type === "image")) count.images += 1
  if (!isPassed && option === "--failed") {
    console.log(`${example} ${section}\n${markdown}\nexpected:\n${html}\nfound:\n${found}`)
  }
}

const row = (name, { passed, total, html, images }) => {
  const share = (100 * passed / total).toFixed(1)
  console.log(`| ${name} | ${passed} / ${total} | ${share} % | ${html || ""} | ${images || ""} |`)
}
console.log(
  "| section | passed | | of these HTML, shown as text | of these images, shown as links |",
)
console.log("| --- | --: | --: | --: | --: |")
const sum = { passed: 0, total: 0, html: 0, images: 0 }
for (const [name, count] of sections) {
  row(name, count)
  for (const key of Object.keys(sum)) sum[key] += count[key]
}
row("all", sum)
