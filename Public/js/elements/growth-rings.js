// The profile drawn as the rings of a tree: what is known has grown.

import { say } from "../words.js"
import { answers, growthRings } from "../growth-rings.js"

const namespace = "http://www.w3.org/2000/svg"

export class GrowthRings extends HTMLElement {
  #drawing = document.createElementNS(namespace, "svg")
  /** @type {Map<string, SVGPathElement>} */
  #arcs = new Map()

  connectedCallback() {
    if (this.childElementCount > 0) return
    this.#drawing.setAttribute("viewBox", "0 0 100 100")
    this.#drawing.setAttribute("aria-hidden", "true")
    const heart = document.createElementNS(namespace, "circle")
    heart.setAttribute("class", "heart")
    heart.setAttribute("cx", "50")
    heart.setAttribute("cy", "50")
    heart.setAttribute("r", "4")
    this.#drawing.append(heart)
    this.setAttribute("role", "img")
    this.append(this.#drawing)
  }

  /** @param {import("../api.js").Profile} profile */
  show(profile) {
    this.setAttribute("aria-label", say("onboarding.known", answers(profile)))
    const arcs = growthRings(profile)
    for (const [id, path] of this.#arcs) {
      if (arcs.some((arc) => arc.id === id)) continue
      path.remove()
      this.#arcs.delete(id)
    }
    for (const { id, state, path: shape } of arcs) {
      const path = this.#arcs.get(id) ?? this.#grow(id)
      if (path.getAttribute("d") !== shape) path.setAttribute("d", shape)
      if (path.dataset.state !== state) path.dataset.state = state
    }
  }

  /** @param {string} id */
  #grow(id) {
    const path = document.createElementNS(namespace, "path")
    this.#arcs.set(id, path)
    this.#drawing.append(path)
    return path
  }
}
