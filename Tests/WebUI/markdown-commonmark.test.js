import assert from "node:assert/strict"
import { test } from "node:test"
import { parseMarkdown } from "../../Public/js/markdown/document.js"
import { containerBlocks } from "./markdown-cases/container-blocks.js"
import { extensions } from "./markdown-cases/extensions.js"
import { htmlOf } from "./markdown-cases/html.js"
import { inlines } from "./markdown-cases/inlines.js"
import { leafBlocks } from "./markdown-cases/leaf-blocks.js"

const sections = { ...leafBlocks, ...containerBlocks, ...inlines, ...extensions }

for (const [section, cases] of Object.entries(sections)) {
  test(`${section}: ${cases.length} cases are read as they should be`, () => {
    for (const [markdown, html] of cases) {
      const expected = html === "" ? "" : html + "\n"
      assert.equal(htmlOf(parseMarkdown(markdown)), expected, JSON.stringify(markdown))
    }
  })
}
