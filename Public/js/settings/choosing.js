// What the sections of the settings are made of: a card, one of several, yes or no.

import { element } from "../dom.js"
import { say } from "../words.js"

/** @typedef {import("../settings.js").Settings} Settings */

/** How long a section says that it has kept something. */
const keptForMs = 2_500

/**
 * A section of the page, which says that it has kept what was changed in it.
 *
 * @param {string} id
 * @param {string} title
 * @param {...import("../dom.js").Child} children
 */
export function card(id, title, ...children) {
  const kept = element("span", { class: "kept", hidden: true }, say("settings.kept"))
  const heading = element("h2", { id: `${id}-heading` }, title)
  const node = element(
    "section",
    { class: "settings-card", id, tabIndex: -1, "aria-labelledby": `${id}-heading` },
    element("div", { class: "settings-heading" }, heading, kept),
    ...children,
  )
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  node.addEventListener("kept", () => {
    kept.hidden = false
    clearTimeout(timer)
    timer = setTimeout(() => kept.hidden = true, keptForMs)
  })
  return node
}

/**
 * @typedef {object} Option
 * @property {string} value
 * @property {string} label
 * @property {string} [help]
 */

let made = 0

/**
 * One of several. What the reader picks is reported as `name` with the value.
 *
 * @template {string} Value
 * @param {object} what
 * @param {string} what.legend
 * @param {readonly (Option & { value: Value })[]} what.options
 * @param {(value: Value) => void} what.pick
 * @returns {{ node: HTMLElement, show: (value: Value | null) => void }}
 */
export function chooser({ legend, options, pick }) {
  made += 1
  const name = `choice-${made}`
  const inputs = options.map(({ value }, index) =>
    element("input", {
      type: "radio",
      name,
      value,
      ...(options[index]?.help && { "aria-describedby": `${name}-${index}` }),
      onchange: () => pick(value),
    })
  )
  const rows = options.map(({ label, help }, index) =>
    element(
      "div",
      { class: "choice" },
      element("label", {}, inputs[index] ?? null, element("span", {}, label)),
      help ? element("p", { class: "help", id: `${name}-${index}` }, help) : null,
    )
  )
  const node = element(
    "fieldset",
    { class: options.some(({ help }) => help) ? "choices" : "choices in-a-row" },
    element("legend", {}, legend),
    element("div", { class: "choice-list" }, ...rows),
  )
  return {
    node,
    show: (value) => {
      for (const input of inputs) input.checked = input.value === value
    },
  }
}

/**
 * Yes or no.
 *
 * @param {object} what
 * @param {string} what.label
 * @param {string} [what.help]
 * @param {(isOn: boolean) => void} what.turn
 */
export function switching({ label, help, turn }) {
  made += 1
  const id = `switch-${made}`
  const input = element("input", {
    type: "checkbox",
    role: "switch",
    ...(help && { "aria-describedby": id }),
    onchange: () => turn(input.checked),
  })
  const node = element(
    "div",
    { class: "choice" },
    element("label", {}, input, element("span", {}, label)),
    help ? element("p", { class: "help", id }, help) : null,
  )
  return { node, input, show: (/** @type {boolean} */ isOn) => input.checked = isOn }
}

/**
 * Tells the page which settings of this browser the reader has changed.
 *
 * @param {HTMLElement} from
 * @param {Partial<Settings>} changes
 */
export function reportChange(from, changes) {
  from.dispatchEvent(new CustomEvent("settings-choose", { bubbles: true, detail: changes }))
}
