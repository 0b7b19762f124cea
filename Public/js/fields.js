// Reading JSON that may hold anything.

/** @typedef {Record<string, unknown>} Fields */

/**
 * @param {unknown} value
 * @returns {value is Fields}
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

/**
 * @param {unknown} value
 * @returns {Fields[]}
 */
export function objects(value) {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** @param {unknown} value */
export function text(value) {
  return typeof value === "string" ? value : ""
}

/** @param {unknown} value */
export function textOrNull(value) {
  return typeof value === "string" ? value : null
}

/** @param {unknown} value */
export function number(value) {
  return typeof value === "number" ? value : 0
}

/** @param {unknown} value */
export function numberOrNull(value) {
  return typeof value === "number" ? value : null
}

/**
 * @param {unknown} value
 * @returns {string[]}
 */
export function texts(value) {
  return Array.isArray(value) ? value.filter((element) => typeof element === "string") : []
}
