import assert from "node:assert/strict"
import { test } from "node:test"
import { imperialParts, isConverted, metricValue } from "../../Public/js/units.js"
import { forAny } from "./property.js"

test("what people know by heart", () => {
  assert.deepEqual(imperialParts("centimetres", 180), [
    { unit: "feet", value: 5 },
    { unit: "inches", value: 11 },
  ])
  // Never 5 ft 12 in.
  assert.deepEqual(imperialParts("centimetres", 182.5), [
    { unit: "feet", value: 6 },
    { unit: "inches", value: 0 },
  ])
  assert.deepEqual(imperialParts("kilograms", 70), [{ unit: "pounds", value: 154.3 }])
  assert.equal(metricValue([{ unit: "pounds", value: 154.3 }]), 70)
  assert.equal(metricValue([{ unit: "feet", value: 6 }, { unit: "inches", value: 2 }]), 188)
})

forAny("there and back is the same measure, as exactly as people give it", (any) => {
  const kilograms = any.integer(300, 3_000) / 10
  const centimetres = any.integer(120, 230)

  assert.ok(Math.abs(metricValue(imperialParts("kilograms", kilograms)) - kilograms) <= 0.1)
  assert.ok(Math.abs(metricValue(imperialParts("centimetres", centimetres)) - centimetres) <= 1.35)
  const [, inches] = imperialParts("centimetres", centimetres)
  assert.ok(inches.value >= 0 && inches.value < 12)
})

forAny("what a reader gives in feet and inches, or pounds, is shown as they gave it", (any) => {
  const height = [
    { unit: "feet", value: any.integer(4, 7) },
    { unit: "inches", value: any.integer(0, 11) },
  ]
  const weight = [{ unit: "pounds", value: any.integer(67, 660) }]

  assert.deepEqual(imperialParts("centimetres", metricValue(height)), height)
  const shown = imperialParts("kilograms", metricValue(weight))
  assert.ok(Math.abs(shown[0].value - weight[0].value) <= 0.11, JSON.stringify(shown))
})

test("only what has another unit is converted, and for nobody else", () => {
  assert.equal(isConverted("kilograms", "imperial"), true)
  assert.equal(isConverted("kilograms", "metric"), false)
  assert.equal(isConverted("years", "imperial"), false)
})
