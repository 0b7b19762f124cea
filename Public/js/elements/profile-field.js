// One fact about the reader, and how to change it by hand.

import { element, report, setText } from "../dom.js"
import { imperialParts, isConverted, metricValue } from "../units.js"
import { language, say } from "../words.js"

/** @typedef {import("../api.js").ProfileField} Field */
/** @typedef {import("../units.js").Part} Part */
/** @typedef {import("../units.js").Units} Units */

/** @type {Readonly<Record<string, string>>} */
const units = {
  years: say("unit.years"),
  kilograms: say("unit.kilograms"),
  centimetres: say("unit.centimetres"),
  days_a_week: say("unit.daysAWeek"),
  minutes: say("unit.minutes"),
  pounds: say("unit.pounds"),
  feet: say("unit.feet"),
  inches: say("unit.inches"),
}

export class ProfileField extends HTMLElement {
  #label = element("span", { class: "fact-label" })
  #value = element("span", { class: "fact-value" })
  #why = element("p", { class: "fact-why" })
  #controls = element("div", { class: "fact-controls" })
  #skip = element(
    "button",
    { type: "button", class: "button", onclick: () => this.#report("profile-skip") },
    say("profile.skip"),
  )
  #clear = element(
    "button",
    { type: "button", class: "button", onclick: () => this.#set(null) },
    say("profile.forget"),
  )
  #form = element(
    "form",
    { class: "fact-form", onsubmit: (event) => this.#submitted(event) },
    this.#controls,
    element(
      "div",
      { class: "fact-actions" },
      element("button", { class: "button strong" }, say("profile.save")),
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
  /** @type {Units} */
  #units = "metric"

  connectedCallback() {
    this.append(this.#details)
  }

  /**
   * @param {Field} field
   * @param {{ isNext: boolean, units: Units }} around
   */
  show(field, { isNext, units: reader }) {
    const before = this.#units === reader ? this.#field : null
    this.#field = field
    this.#units = reader
    this.classList.toggle("is-next", isNext)
    this.classList.toggle("is-known", field.text !== null)
    setText(this.#label, field.label)
    setText(
      this.#value,
      textOf(field, reader) ?? (field.isSkipped ? say("profile.leftOut") : isNext ? "…" : "–"),
    )
    setText(this.#why, field.why)
    this.#clear.hidden = field.value === null
    this.#skip.hidden = field.isRequired || field.isSkipped || field.value !== null
    const isSame = JSON.stringify(before?.value) === JSON.stringify(field.value)
    // What the reader is changing stays as they have it.
    if (before && (isSame || this.#details.contains(document.activeElement))) return
    this.#controls.replaceChildren(...controlsFor(field, reader))
  }

  /** @param {Event} event */
  #submitted(event) {
    event.preventDefault()
    if (!this.#field) return
    const data = new FormData(this.#form)
    const { type } = this.#field
    const given = data.get("value")
    if (type === "choices") this.#set(data.getAll("value"))
    else if (type === "number") this.#set(this.#measured(this.#field, data))
    else this.#set(given)
    this.#details.open = false
    this.#details.querySelector("summary")?.focus()
  }

  /**
   * A number as the server keeps it. One that was not changed stays exactly as it is.
   *
   * @param {Field} field
   * @param {FormData} data
   */
  #measured(field, data) {
    const shown = partsOf(field, this.#units)
    if (!shown) return Number(data.get("value"))
    const parts = shown.map(({ unit }) => ({ unit, value: Number(data.get(unit)) }))
    const isSame = parts.every(({ value }, index) => value === shown[index]?.value)
    return isSame ? field.value : metricValue(parts)
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
 * A measure in the reader's units, where those are others than the server's.
 *
 * @param {Field} field
 * @param {Units} reader
 * @returns {readonly { unit: Part["unit"], value: number | null }[] | null}
 */
function partsOf({ unit, value }, reader) {
  if (!isConverted(unit, reader) || (unit !== "kilograms" && unit !== "centimetres")) return null
  const known = typeof value === "number"
  return imperialParts(unit, known ? value : 0).map((part) =>
    known ? part : { ...part, value: null }
  )
}

/**
 * What is known, in words.
 *
 * @param {Field} field
 * @param {Units} reader
 */
function textOf(field, reader) {
  const parts = field.value === null ? null : partsOf(field, reader)
  const own = parts ?? (isSaidHere(field) ? [field] : null)
  return own?.map(({ unit, value }) => `${value} ${units[unit] ?? ""}`).join(" ") ?? field.text
}

/**
 * Whether the page has better words for a measure than the server, which knows English ones only.
 *
 * @param {Field} field
 */
function isSaidHere({ unit, value }) {
  return language !== "en" && typeof value === "number" && unit in units
}

/**
 * @param {Field} field
 * @param {Units} reader
 * @returns {HTMLElement[]}
 */
function controlsFor(field, reader) {
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
  const parts = partsOf(field, reader)
  if (parts) {
    return parts.flatMap((part) => [
      numberBox(
        part.unit,
        `${label}, ${units[part.unit] ?? ""}`,
        part.value,
        mostOf[part.unit] ?? null,
      ),
      element("span", { class: "fact-unit" }, units[part.unit] ?? ""),
    ])
  }
  if (type === "number") {
    return [
      numberBox("value", label, typeof value === "number" ? value : null, field),
      element("span", { class: "fact-unit" }, units[field.unit] ?? ""),
    ]
  }
  return [
    element("input", {
      name: "value",
      type: "text",
      "aria-label": label,
      required: true,
      autocomplete: "off",
      value: value === null ? "" : String(value),
    }),
  ]
}

/** @type {Readonly<Record<string, { minimum: number, maximum: number }>>} The server knows better. */
const mostOf = {
  pounds: { minimum: 1, maximum: 1_000 },
  feet: { minimum: 1, maximum: 9 },
  inches: { minimum: 0, maximum: 11.9 },
}

/**
 * @param {string} name
 * @param {string} label
 * @param {number | null} value
 * @param {{ minimum: number, maximum: number } | null} limits
 */
function numberBox(name, label, value, limits) {
  const box = element("input", {
    name,
    type: "number",
    step: "any",
    "aria-label": label,
    required: true,
    autocomplete: "off",
    value: value === null ? "" : String(value),
  })
  if (limits) {
    box.min = String(limits.minimum)
    box.max = String(limits.maximum)
  }
  return box
}
