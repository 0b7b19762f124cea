import assert from "node:assert/strict"
import { test } from "node:test"
import { linePoints } from "../../Public/js/admin/charts.js"
import { forAny } from "./property.js"

forAny("a line ends at the right, stays in its box, and is highest where the value is", (any) => {
  const most = any.integer(2, 80)
  const values = any.many(1, most, () => any.integer(0, 1_000_000))
  const points = linePoints(values, most).split(" ").map((point) => point.split(",").map(Number))

  assert.equal(points.length, values.length)
  assert.equal(points.at(-1)[0], 120)
  assert.ok(points.every(([x, y]) => x >= -0.1 && x <= 120 && y >= 2 && y <= 26))
  const top = values.indexOf(Math.max(...values))
  assert.ok(points.every(([, y]) => y >= points[top][1]))
})

test("values that are all nothing make a line along the ground", () => {
  assert.equal(linePoints([0, 0], 2), "0.0,26.0 120.0,26.0")
})
