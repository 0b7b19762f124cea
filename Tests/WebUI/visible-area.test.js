import assert from "node:assert/strict"
import { test } from "node:test"
import { areaLeft } from "../../Public/js/visible-area.js"
import { forAny } from "./property.js"

const phone = { windowHeight: 800, height: 800, top: 0, scale: 1 }

test("a keyboard leaves the part above it", () => {
  assert.deepEqual(areaLeft({ ...phone, height: 460 }), { top: 0, height: 460, below: 340 })
  assert.deepEqual(areaLeft({ ...phone, height: 460, top: 100 }), {
    top: 100,
    height: 460,
    below: 240,
  })
})

test("neither a browser's bar nor a closer look is a keyboard", () => {
  assert.equal(areaLeft(phone), null)
  assert.equal(areaLeft({ ...phone, height: 744 }), null)
  assert.equal(areaLeft({ ...phone, height: 400, scale: 2 }), null)
})

forAny("what is left lies within what can be seen", (any) => {
  const windowHeight = any.integer(300, 1500)
  const height = any.integer(100, windowHeight)
  const top = any.integer(0, windowHeight - height)
  const area = areaLeft({ windowHeight, height, top, scale: 1 })
  if (area === null) return assert.ok(windowHeight - height < 80)
  assert.equal(area.top + area.height + area.below, windowHeight)
  assert.equal(area.top, top)
})
