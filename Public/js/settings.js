// What a reader chose for this browser, and what the page learned here. Kept in the browser alone.

import { settingsKey } from "./language.js"
import { noHabits } from "./waiting.js"

/** @typedef {import("./waiting.js").Habits} Habits */

/**
 * @typedef {object} Settings
 * @property {boolean} keepsQuestionInView Whether a new question stays at the top while it is answered.
 * @property {import("./language.js").LanguageChoice} language Takes effect when a page is loaded.
 * @property {"auto" | "light" | "dark" | "contrast"} theme Shown by theme.js.
 * @property {"small" | "usual" | "large" | "largest"} textSize Shown by theme.js.
 * @property {boolean} showsSidebar Whether the list stands beside the messages where there is room.
 * @property {import("./pace.js").PaceName} pace How fast text flows.
 * @property {"metric" | "imperial"} units
 * @property {"enter" | "control-enter"} sendsWith Which key sends a message; the other breaks the line.
 * @property {boolean} notifies Whether a reply that is finished while nobody looks is reported.
 * @property {boolean} hasShortcuts Whether single keys do something.
 * @property {Habits} habits
 */

/** @type {Settings} */
export const firstSettings = Object.freeze({
  keepsQuestionInView: false,
  language: "auto",
  theme: "auto",
  textSize: "usual",
  showsSidebar: true,
  pace: "fast",
  units: "metric",
  sendsWith: "enter",
  notifies: false,
  hasShortcuts: true,
  habits: noHabits,
})

/** @typedef {"language" | "theme" | "textSize" | "pace" | "units" | "sendsWith"} ChoiceName */

/**
 * What can be chosen where it is neither yes nor no.
 *
 * @type {{ readonly [Name in ChoiceName]: readonly Settings[Name][] }}
 */
export const choices = Object.freeze({
  language: ["auto", "en", "zh"],
  theme: ["auto", "light", "dark", "contrast"],
  textSize: ["small", "usual", "large", "largest"],
  pace: ["instant", "fast", "calm"],
  units: ["metric", "imperial"],
  sendsWith: ["enter", "control-enter"],
})

/** @typedef {Pick<Storage, "getItem" | "setItem">} SettingStorage */

export class SettingsKeeper {
  #storage

  /** @param {() => SettingStorage} storage Asked each time: even naming localStorage may throw. */
  constructor(storage) {
    this.#storage = storage
  }

  /** @returns {Settings} What cannot be read is as it was at first. */
  read() {
    try {
      return settingsFrom(JSON.parse(this.#storage().getItem(settingsKey) ?? "null"))
    } catch (reason) {
      console.warn("Settings cannot be read:", reason)
      return firstSettings
    }
  }

  /**
   * Keeps what has changed, and leaves alone what another tab may have changed meanwhile.
   *
   * @param {Partial<Settings>} changes
   * @returns {boolean} Whether they are kept.
   */
  change(changes) {
    const kept = { ...this.read(), ...changes }
    try {
      this.#storage().setItem(settingsKey, JSON.stringify(kept))
      return true
    } catch (reason) {
      console.warn("Settings cannot be kept:", reason)
      return false
    }
  }
}

/**
 * What is different in the second.
 *
 * @param {Settings} before
 * @param {Settings} after
 * @returns {Partial<Settings>}
 */
export function changesBetween(before, after) {
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => Reflect.get(before, name) !== value),
  )
}

/**
 * @param {unknown} value
 * @returns {Settings}
 */
function settingsFrom(value) {
  if (typeof value !== "object" || value === null) return firstSettings
  return {
    keepsQuestionInView: flag(value, "keepsQuestionInView"),
    language: choice(value, "language"),
    theme: choice(value, "theme"),
    textSize: choice(value, "textSize"),
    showsSidebar: flag(value, "showsSidebar"),
    pace: choice(value, "pace"),
    units: choice(value, "units"),
    sendsWith: choice(value, "sendsWith"),
    notifies: flag(value, "notifies"),
    hasShortcuts: flag(value, "hasShortcuts"),
    habits: habitsFrom(Reflect.get(value, "habits")),
  }
}

/**
 * @param {object} kept
 * @param {"keepsQuestionInView" | "showsSidebar" | "notifies" | "hasShortcuts"} name
 * @returns {boolean}
 */
function flag(kept, name) {
  const value = Reflect.get(kept, name)
  return typeof value === "boolean" ? value : firstSettings[name]
}

/**
 * @template {ChoiceName} Name
 * @param {object} kept
 * @param {Name} name
 * @returns {Settings[Name]}
 */
function choice(kept, name) {
  const value = Reflect.get(kept, name)
  return choices[name].find((one) => one === value) ?? firstSettings[name]
}

/**
 * @param {unknown} kept
 * @returns {Habits}
 */
function habitsFrom(kept) {
  /** @param {"network" | "server" | "model"} leg */
  const times = (leg) => {
    const some = typeof kept === "object" && kept !== null ? Reflect.get(kept, leg) : null
    return Array.isArray(some) ? some.filter((time) => Number.isFinite(time)) : []
  }
  return { network: times("network"), server: times("server"), model: times("model") }
}
