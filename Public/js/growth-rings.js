// The profile as the rings of a tree: one ring a step, one arc a question. No DOM.

/** @typedef {import("./api.js").Profile} Profile */

/** @typedef {"known" | "skipped" | "next" | "open"} ArcState */

/**
 * @typedef {object} Arc
 * @property {string} id The question's.
 * @property {ArcState} state
 * @property {string} path The `d` of an SVG path on a square of 100.
 */

const centre = 50

/** The innermost ring, and how far each next one is from it: three steps fill the square. */
const firstRadius = 15
const outermost = 45

/** Between two arcs, in degrees of the innermost ring; the same length on every ring. */
const gapDegrees = 16

/** Each ring begins a little further on, as a tree grows. */
const turnDegrees = 40

/**
 * @param {Profile} profile
 * @returns {Arc[]} From the innermost ring outwards, each ring clockwise.
 */
export function growthRings({ steps, nextId }) {
  const between = steps.length > 1 ? (outermost - firstRadius) / (steps.length - 1) : 0
  return steps.flatMap(({ fields }, ring) => {
    const radius = steps.length > 1 ? firstRadius + ring * between : outermost
    const share = 360 / Math.max(1, fields.length)
    const gap = Math.min(share / 2, gapDegrees * firstRadius / radius)
    return fields.map((field, index) => {
      const start = ring * turnDegrees + index * share + gap / 2
      const state = stateOf(field, nextId)
      return { id: field.id, state, path: arcPath(radius, start, start + share - gap) }
    })
  })
}

/**
 * @param {import("./api.js").ProfileField} field
 * @param {string | null} nextId
 * @returns {ArcState}
 */
function stateOf({ id, text, isSkipped }, nextId) {
  if (text !== null) return "known"
  if (isSkipped) return "skipped"
  return id === nextId ? "next" : "open"
}

/**
 * @param {number} radius
 * @param {number} from In degrees, clockwise from the top.
 * @param {number} to
 */
function arcPath(radius, from, to) {
  const isLong = to - from > 180 ? 1 : 0
  return `M${pointAt(radius, from)}A${radius} ${radius} 0 ${isLong} 1 ${pointAt(radius, to)}`
}

/**
 * @param {number} radius
 * @param {number} degrees
 */
function pointAt(radius, degrees) {
  const angle = (degrees - 90) * Math.PI / 180
  const x = centre + radius * Math.cos(angle)
  const y = centre + radius * Math.sin(angle)
  return `${x.toFixed(2)} ${y.toFixed(2)}`
}

/**
 * How many questions have an answer, or were left out on purpose.
 *
 * @param {Profile} profile
 * @returns {{ answered: number, count: number }}
 */
export function answers({ steps }) {
  const fields = steps.flatMap((step) => step.fields)
  const answered = fields.filter(({ text, isSkipped }) => text !== null || isSkipped).length
  return { answered, count: fields.length }
}
