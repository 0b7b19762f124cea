// What a reader chose for this browser, and what the page learned here. Kept in the browser alone.

import { noHabits } from "./waiting.js"

/** @typedef {import("./waiting.js").Habits} Habits */

/**
 * @typedef {object} Settings
 * @property {boolean} keepsQuestionInView Whether a new question stays at the top while it is answered.
 * @property {Habits} habits
 */

/** @type {Settings} */
export const firstSettings = Object.freeze({ keepsQuestionInView: false, habits: noHabits })

const key = "shuren.settings"

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
      return settingsFrom(JSON.parse(this.#storage().getItem(key) ?? "null"))
    } catch (reason) {
      console.warn("Settings cannot be read:", reason)
      return firstSettings
    }
  }

  /** @param {Settings} settings */
  write(settings) {
    try {
      this.#storage().setItem(key, JSON.stringify(settings))
    } catch (reason) {
      console.warn("Settings cannot be kept:", reason)
    }
  }
}

/**
 * @param {unknown} value
 * @returns {Settings}
 */
function settingsFrom(value) {
  if (typeof value !== "object" || value === null) return firstSettings
  const habits = "habits" in value ? value.habits : null
  /** @param {"network" | "server" | "model"} leg */
  const times = (leg) => {
    const kept = typeof habits === "object" && habits !== null ? Reflect.get(habits, leg) : null
    return Array.isArray(kept) ? kept.filter((time) => Number.isFinite(time)) : []
  }
  return {
    keepsQuestionInView: "keepsQuestionInView" in value && value.keepsQuestionInView === true,
    habits: { network: times("network"), server: times("server"), model: times("model") },
  }
}
