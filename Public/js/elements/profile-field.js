// One fact about the reader, and how to change it by hand.

import { element, report, setText } from "../dom.js"

/** @typedef {import("../api.js").ProfileField} Field */

/** @type {Readonly<Record<string, string>>} */
const units = {
  years: "years",
  kilograms: "kg",
  centimetres: "cm",
  days_a_week: "days a week",
  minutes: "minutes",
}

export class ProfileField extends HTMLElement {
  #label = element("span", { class: "fact-label" })
  #value = element("span", { class: "fact-value" })
  #why = element("p", { class: "fact-why" })
  #controls = element("div", { class: "fact-controls" })
  #skip = element(
    "button",
    { type: "button", class: "button", onclick: () => this.#report("profile-skip") },
    "Leave out",
  )
  #clear = element(
    "button",
    { type: "button", class: "button", onclick: () => this.#set(null) },
    "Forget",
  )
  #form = element(
    "form",
    { class: "fact-form", onsubmit: (event) => this.#submitted(event) },
    this.#controls,
    element(
      "div",
      { class: "fact-actions" },
      element("button", { class: "button strong" }, "Save"),
      this.#clear,
      this.#skip,
    ),
  )
  #details = element(
    "details",
    { class: "fact" },
    element("summary", {}, this.#label, this.#value),
    this.#why,
    this.#form,
  )
  /** @type {Field | null} */
  #field = null

  connectedCallback() {
    this.append(this.#details)
  }

  /**
   * @param {Field} field
   * @param {{ isNext: boolean }} around
   */
  show(field, { isNext }) {
    const before = this.#field
    this.#field = field
    this.classList.toggle("is-next", isNext)
    this.classList.toggle("is-known", field.text !== null)
    setText(this.#label, field.label)
    setText(this.#value, field.text ?? (field.isSkipped ? "left out" : isNext ? "…" : "–"))
    setText(this.#why, field.why)
    this.#clear.hidden = field.value === null
    this.#skip.hidden = field.isRequired || field.isSkipped || field.value !== null
    const isSame = JSON.stringify(before?.value) === JSON.stringify(field.value)
    // What the reader is changing stays as they have it.
    if (before && (isSame || this.#details.contains(document.activeElement))) return
    this.#controls.replaceChildren(...controlsFor(field))
  }

  /** @param {Event} event */
  #submitted(event) {
    event.preventDefault()
    if (!this.#field) return
    const data = new FormData(this.#form)
    const { type } = this.#field
    const given = data.get("value")
    if (type === "choices") this.#set(data.getAll("value"))
    else if (type === "number") this.#set(Number(given))
    else this.#set(given)
    this.#details.open = false
    this.#details.querySelector("summary")?.focus()
  }

  /** @param {unknown} value */
  #set(value) {
    const detail = { field: this.#field?.id, value }
    this.dispatchEvent(new CustomEvent("profile-set", { bubbles: true, detail }))
  }

  /** @param {string} name */
  #report(name) {
    report(this, name, { field: this.#field?.id ?? "" })
  }
}

/**
 * @param {Field} field
 * @returns {HTMLElement[]}
 */
function controlsFor(field) {
  const { type, label, value } = field
  if (type === "choices" || type === "choice") {
    const kind = type === "choices" ? "checkbox" : "radio"
    const chosen = Array.isArray(value) ? value : [value]
    return field.choices.map((choice) =>
      element(
        "label",
        { class: "fact-choice" },
        element("input", {
          type: kind,
          name: "value",
          value: choice.id,
          checked: chosen.includes(choice.id),
          required: kind === "radio",
        }),
        choice.label,
      )
    )
  }
  const isNumber = type === "number"
  const input = element("input", {
    name: "value",
    type: isNumber ? "number" : "text",
    "aria-label": label,
    required: true,
    autocomplete: "off",
    value: value === null ? "" : String(value),
  })
  if (!isNumber) return [input]
  input.min = String(field.minimum)
  input.max = String(field.maximum)
  input.step = "any"
  return [input, element("span", { class: "fact-unit" }, units[field.unit] ?? "")]
}
