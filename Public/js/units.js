// Measures in the reader's units. The server keeps kilograms and centimetres.

/** @typedef {"metric" | "imperial"} Units */

const poundsPerKilogram = 1 / 0.45359237
const centimetresPerInch = 2.54
const inchesPerFoot = 12

/**
 * A measure as it is written into boxes, one for each unit: 70 kg are 154.3 lb, 180 cm are 5 ft 11 in.
 *
 * @typedef {object} Part
 * @property {"kilograms" | "centimetres" | "pounds" | "feet" | "inches"} unit
 * @property {number} value
 */

/**
 * @param {string} unit Of the server.
 * @param {Units} units
 * @returns {boolean} Whether it is another one for this reader.
 */
export function isConverted(unit, units) {
  return units === "imperial" && (unit === "kilograms" || unit === "centimetres")
}

/**
 * @param {"kilograms" | "centimetres"} unit
 * @param {number} value
 * @returns {Part[]}
 */
export function imperialParts(unit, value) {
  if (unit === "kilograms") {
    return [{ unit: "pounds", value: rounded(value * poundsPerKilogram) }]
  }
  const inches = Math.round(value / centimetresPerInch)
  return [
    { unit: "feet", value: Math.floor(inches / inchesPerFoot) },
    { unit: "inches", value: inches % inchesPerFoot },
  ]
}

/**
 * @param {readonly Part[]} parts
 * @returns {number} In the server's unit, to a tenth.
 */
export function metricValue(parts) {
  return rounded(parts.reduce((sum, part) => sum + part.value * metricOf[part.unit], 0))
}

/** @type {Readonly<Record<Part["unit"], number>>} */
const metricOf = {
  kilograms: 1,
  centimetres: 1,
  pounds: 1 / poundsPerKilogram,
  feet: inchesPerFoot * centimetresPerInch,
  inches: centimetresPerInch,
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 10) / 10
}
