// Whether the transcript follows its end. Only the reader's own act changes that.

/**
 * @typedef {object} ScrollFollow
 * @property {boolean} isFollowing
 * @property {number} top Where the transcript was scrolled to.
 * @property {number} height How long it was.
 * @property {number} scrolledAtMs When the page scrolled last.
 * @property {number} leftHeight How long it was when the reader left the end.
 */

/** @typedef {{ top: number, height: number, viewport: number }} ScrollPosition */

/** This close counts as being at the end: about two lines. */
const nearPx = 48

/** Scrolling more often is felt as shaking and costs layout. */
export const scrollIntervalMs = 100

/** @type {ScrollFollow} */
export const followingFromTheStart = {
  isFollowing: true,
  top: 0,
  height: 0,
  scrolledAtMs: Number.NEGATIVE_INFINITY,
  leftHeight: 0,
}

/**
 * The transcript was scrolled, by the reader or by the page. Going up lets go, unless the text
 * became shorter and the browser moved it; arriving at the end takes hold again.
 *
 * @param {ScrollFollow} follow
 * @param {ScrollPosition} position
 * @returns {ScrollFollow}
 */
export function scrolled(follow, { top, height, viewport }) {
  const end = Math.max(0, height - viewport)
  // A rubber band reports places beyond the end on its way back.
  const place = Math.min(top, end)
  const wentUp = place < follow.top && height >= follow.height
  const arrives = place > follow.top && end - place <= nearPx
  const isFollowing = !wentUp && (follow.isFollowing || arrives)
  const leftHeight = follow.isFollowing || isFollowing ? height : follow.leftHeight
  return { ...follow, isFollowing, top: place, height, leftHeight }
}

/**
 * The reader asked for the end: by a button, or by sending a message.
 *
 * @param {ScrollFollow} follow
 * @returns {ScrollFollow}
 */
export function jumped(follow) {
  return { ...follow, isFollowing: true }
}

/**
 * The reader wants to read from a place on, with the text growing below.
 *
 * @param {ScrollFollow} follow
 * @param {ScrollPosition} position
 * @returns {ScrollFollow}
 */
export function settledAt(follow, { top, height }) {
  return { ...follow, isFollowing: false, top, height, leftHeight: height }
}

/**
 * Everything that the reader sees moved down, because something came above it; or up.
 *
 * @param {ScrollFollow} follow
 * @param {number} px
 * @returns {ScrollFollow}
 */
export function shifted(follow, px) {
  if (px === 0) return follow
  const { top, height, leftHeight } = follow
  return {
    ...follow,
    top: top + px,
    height: height + px,
    leftHeight: leftHeight + px,
  }
}

/**
 * How many lines came since the reader left the end.
 *
 * @param {ScrollFollow} follow
 * @param {{ height: number, lineHeight: number }} transcript
 */
export function newLines({ isFollowing, leftHeight }, { height, lineHeight }) {
  return isFollowing ? 0 : Math.max(0, Math.floor((height - leftHeight) / lineHeight))
}

/**
 * The text grew.
 *
 * @param {ScrollFollow} follow
 * @param {number} nowMs
 * @returns {number | null} In how many milliseconds to scroll to the end, if at all.
 */
export function scrollDelayMs(follow, nowMs) {
  if (!follow.isFollowing) return null
  return Math.max(0, follow.scrolledAtMs + scrollIntervalMs - nowMs)
}

/**
 * @param {ScrollFollow} follow
 * @param {number} nowMs
 * @returns {ScrollFollow}
 */
export function scrolledToEnd(follow, nowMs) {
  return { ...follow, scrolledAtMs: nowMs }
}
