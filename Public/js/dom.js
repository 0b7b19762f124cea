// Making and updating nodes. Text only ever arrives as text.

/** @typedef {Node | string | null} Child */
/** @typedef {string | number | boolean | null | ((event: Event) => void)} Property */

/**
 * Makes an element. `class` and names with a dash become attributes, `on…` a listener, `data` the
 * data attributes; everything else is set as a property.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, Property | Record<string, string>>} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) setProperty(node, name, value)
  for (const child of children) if (child !== null) node.append(child)
  return node
}

/**
 * @param {HTMLElement} node
 * @param {string} name
 * @param {Property | Record<string, string>} value
 */
function setProperty(node, name, value) {
  if (typeof value === "function") {
    node.addEventListener(name.slice("on".length), value)
  } else if (value !== null && typeof value === "object") {
    Object.assign(node.dataset, value)
  } else if (name === "class" || name === "role" || name.includes("-")) {
    if (value !== null) node.setAttribute(name, String(value))
  } else {
    Reflect.set(node, name, value)
  }
}

/**
 * Brings the children of `parent` into the order of `items`, keeping the node of every item that
 * was there before.
 *
 * @template Item
 * @template {HTMLElement} View
 * @param {HTMLElement} parent
 * @param {Map<string, View>} views The node of each key; kept by the caller between calls.
 * @param {readonly Item[]} items
 * @param {{ key: (item: Item) => string, make: (item: Item) => View,
 *   update: (view: View, item: Item) => void }} how
 */
export function keepInOrder(parent, views, items, how) {
  const wanted = new Set(items.map(how.key))
  for (const [key, view] of views) {
    if (wanted.has(key)) continue
    view.remove()
    views.delete(key)
  }
  items.forEach((item, index) => {
    const key = how.key(item)
    const view = views.get(key) ?? how.make(item)
    views.set(key, view)
    if (parent.children[index] !== view) parent.insertBefore(view, parent.children[index] ?? null)
    how.update(view, item)
  })
}

/**
 * The element that the page cannot do without.
 *
 * @template {Element} Wanted
 * @param {string} selector
 * @param {new () => Wanted} type
 * @param {ParentNode} [root]
 * @returns {Wanted}
 */
export function find(selector, type, root = document) {
  const node = root.querySelector(selector)
  if (!(node instanceof type)) throw new Error(`The page has no ${selector}.`)
  return node
}

/**
 * Sets a text only if it differs, so that an unchanged region is not announced again.
 *
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text
}

/**
 * Tells those above an element what the reader wants.
 *
 * @param {EventTarget} target
 * @param {string} name
 * @param {Record<string, string | null>} [detail]
 */
export function report(target, name, detail = {}) {
  target.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }))
}

/**
 * Hears what is told, wherever on the page.
 *
 * @param {string} name
 * @param {(detail: Record<string, string>) => void} act
 */
export function on(name, act) {
  document.addEventListener(
    name,
    (event) => act(/** @type {CustomEvent} */ (event).detail),
  )
}
