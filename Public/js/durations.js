// Times and amounts as people say them.

/**
 * @param {number} seconds
 * @returns {string} "0.4 s", "12 s", "2 min 5 s".
 */
export function secondsText(seconds) {
  if (seconds < 0.1) return "less than 0.1 s"
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const rest = whole % 60
  return rest === 0 ? `${Math.floor(whole / 60)} min` : `${Math.floor(whole / 60)} min ${rest} s`
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} many
 */
export function counted(count, one, many) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`
}
