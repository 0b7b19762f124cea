// Just enough of a document for the Markdown renderer.

class FakeNode {
  childNodes = []
  parent = null

  get lastChild() {
    return this.childNodes[this.childNodes.length - 1] ?? null
  }

  get textContent() {
    return this.childNodes.map((child) => child.textContent).join("")
  }

  appendChild(child) {
    child.parent = this
    this.childNodes.push(child)
    return child
  }

  replaceChild(child, old) {
    child.parent = this
    this.childNodes[this.childNodes.indexOf(old)] = child
  }

  replaceChildren() {
    this.childNodes = []
  }

  remove() {
    const siblings = this.parent.childNodes
    siblings.splice(siblings.indexOf(this), 1)
  }
}

class FakeElement extends FakeNode {
  attributes = {}

  constructor(tag) {
    super()
    this.tag = tag
  }

  setAttribute(name, value) {
    this.attributes[name] = value
  }

  removeAttribute(name) {
    delete this.attributes[name]
  }

  /** The element and all below, as plain values. */
  shape() {
    return [
      this.tag,
      { ...this.attributes },
      ...this.childNodes.map((child) => child instanceof FakeElement ? child.shape() : child.data),
    ]
  }

  /** All nodes below. */
  all() {
    return this.childNodes.flatMap((child) =>
      child instanceof FakeElement ? [child, ...child.all()] : [child]
    )
  }
}

class FakeText extends FakeNode {
  /** Whether the text was replaced, which would take a reader's selection along. */
  wasReplaced = false
  #data

  constructor(data) {
    super()
    this.#data = data
  }

  get data() {
    return this.#data
  }

  set data(data) {
    this.wasReplaced = true
    this.#data = data
  }

  get textContent() {
    return this.#data
  }

  appendData(data) {
    this.#data += data
  }
}

/** @returns {FakeElement} An element to render below. */
export function fakeRoot() {
  globalThis.document = {
    createElement: (tag) => new FakeElement(tag),
    createTextNode: (data) => new FakeText(data),
  }
  return new FakeElement("div")
}
