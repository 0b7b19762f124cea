// Drawings for the admin page, in SVG of our own. Each only repeats what stands beside it as text.

const svgNamespace = "http://www.w3.org/2000/svg"

/** The width and height that the drawings are made in; the page stretches them. */
const width = 120
const height = 28

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function shape(tag, attributes) {
  const node = document.createElementNS(svgNamespace, tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value))
  return node
}

/** @param {string} kind */
function drawing(kind) {
  const svg = shape("svg", {
    class: kind,
    viewBox: `0 0 ${width} ${height}`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  })
  return svg
}

/**
 * The points of a line through values, the newest at the right; from 0 to the largest of them.
 *
 * @param {readonly number[]} values
 * @param {number} most How many values fill the width.
 * @returns {string}
 */
export function linePoints(values, most) {
  const largest = Math.max(1, ...values)
  const step = width / Math.max(1, most - 1)
  const start = width - step * (values.length - 1)
  return values.map((value, index) => {
    const y = height - 2 - (value / largest) * (height - 4)
    return `${(start + index * step).toFixed(1)},${y.toFixed(1)}`
  }).join(" ")
}

/**
 * How a figure went.
 *
 * @param {readonly number[]} values
 * @param {number} most
 */
export function trend(values, most) {
  const svg = drawing("trend")
  svg.append(shape("polyline", { points: linePoints(values, most), fill: "none" }))
  return svg
}

/**
 * When events were sent (above) and when they came (below), each pair joined: upright lines are
 * regular ticks, lines that run together are a lump.
 *
 * @param {readonly import("./arrivals.js").Arrival[]} arrivals
 * @param {number} expected
 */
export function timeline(arrivals, expected) {
  const svg = drawing("timeline")
  for (const { from, to } of timelinePoints(arrivals, expected)) {
    svg.append(shape("line", { x1: from, y1: 2, x2: to, y2: height - 2 }))
  }
  return svg
}

/**
 * Where each event's line begins and ends, from 0 to the width of the drawing.
 *
 * @param {readonly import("./arrivals.js").Arrival[]} arrivals
 * @param {number} expected
 */
export function timelinePoints(arrivals, expected) {
  // The quickest event came at once, whatever the clocks say.
  const offset = Math.min(...arrivals.map(({ sent, came }) => came - sent))
  const last = Math.max(1, ...arrivals.map(({ came }) => came - offset), (expected - 1) * 200)
  const place = (/** @type {number} */ time) => ((time / last) * (width - 4) + 2).toFixed(1)
  return arrivals.map(({ sent, came }) => ({ from: place(sent), to: place(came - offset) }))
}

/**
 * A part of a whole as a bar.
 *
 * @param {number} share From 0 to 1.
 * @param {boolean} [isBad]
 */
export function bar(share, isBad = false) {
  const svg = drawing("bar")
  if (isBad) svg.classList.add("bad")
  const filled = Math.min(1, Math.max(0, share)) * width
  svg.append(shape("rect", { class: "track", width, height, rx: 4 }))
  svg.append(shape("rect", { class: "fill", width: filled.toFixed(1), height, rx: 4 }))
  return svg
}
