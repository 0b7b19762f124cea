// Copying, also where there is no navigator.clipboard: on plain http off loopback.

/**
 * @param {string} text
 * @returns {Promise<boolean>} Whether it worked.
 */
export async function copy(text) {
  if (!navigator.clipboard) return copyBySelection(text)
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch (reason) {
    console.warn("The clipboard is closed:", reason)
    return copyBySelection(text)
  }
}

/**
 * @param {string} text
 * @returns {boolean}
 */
function copyBySelection(text) {
  const focused = document.activeElement
  const box = document.createElement("textarea")
  box.value = text
  box.className = "visually-hidden"
  document.body.append(box)
  box.select()
  const hasCopied = document.execCommand("copy")
  box.remove()
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true })
  return hasCopied
}
