// A QR code as a drawing. Dark on white in every theme: many readers know no other way round.

import { qrCode } from "./qr-code.js"

const svgNamespace = "http://www.w3.org/2000/svg"

/** Light modules around it (ISO/IEC 18004, 5.3.8). */
const quietZone = 4

/**
 * Where the dark modules are: one piece of path for each run of them in a row.
 *
 * @param {{ size: number, isDark: (row: number, column: number) => boolean }} code
 */
export function darkPath(code) {
  let path = ""
  for (let row = 0; row < code.size; row += 1) {
    for (let column = 0; column < code.size;) {
      let end = column
      while (end < code.size && code.isDark(row, end)) end += 1
      if (end > column) {
        path += `M${column + quietZone} ${row + quietZone}h${end - column}v1H${column + quietZone}z`
      }
      column = Math.max(end, column + 1)
    }
  }
  return path
}

/**
 * @param {string} text
 * @param {string} name What it is called for whoever does not see it.
 */
export function qrDrawing(text, name) {
  const code = qrCode(text)
  const side = code.size + 2 * quietZone
  const svg = shape("svg", {
    class: "qr-code",
    viewBox: `0 0 ${side} ${side}`,
    role: "img",
    "aria-label": name,
    "shape-rendering": "crispEdges",
  })
  svg.append(
    shape("rect", { width: side, height: side, fill: "#fff" }),
    shape("path", { d: darkPath(code), fill: "#000" }),
  )
  return svg
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function shape(tag, attributes) {
  const node = document.createElementNS(svgNamespace, tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value))
  return node
}
