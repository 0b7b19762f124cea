// Puts words where the HTML of a page has their keys.

/** The attribute that holds a key, and the attribute that gets the words; none is the text. */
const holders = Object.freeze({
  "data-say": null,
  "data-say-label": "aria-label",
  "data-say-title": "title",
  "data-say-placeholder": "placeholder",
  "data-say-content": "content",
})

/**
 * The HTML has the English words too, for a page without scripts.
 *
 * @param {ParentNode} root
 * @param {(key: string) => string} say
 */
export function fillIn(root, say) {
  for (const [holder, attribute] of Object.entries(holders)) {
    for (const node of root.querySelectorAll(`[${holder}]`)) {
      const words = say(node.getAttribute(holder) ?? "")
      if (attribute !== null) node.setAttribute(attribute, words)
      else if (node.textContent !== words) node.textContent = words
    }
  }
}
