// Settings that are changed here are kept, and those that another tab has changed are shown here.

import * as states from "./chat-state.js"
import { chooseLanguage, settingsKey } from "./language.js"
import { changesBetween } from "./settings.js"
import { language } from "./words.js"

/** Where a tab writes that the server sends this reader's replies another way now. */
export const streamingKey = "shuren.streaming"

/**
 * @param {import("./store.js").Store<import("./chat-state.js").ChatState>} store
 * @param {import("./settings.js").SettingsKeeper} keeper
 * @param {{ whenStreamingChanged?: () => void }} [how]
 */
export function followSettings(store, keeper, { whenStreamingChanged = () => {} } = {}) {
  let kept = store.get().settings
  store.subscribe(() => {
    const { settings } = store.get()
    if (settings === kept) return
    const changes = changesBetween(kept, settings)
    kept = settings
    if (Object.keys(changes).length === 0) return
    keeper.change(changes)
    // For what stands outside of the store: theme.js.
    document.dispatchEvent(new CustomEvent("settings-kept"))
  })
  const look = () => {
    kept = keeper.read()
    store.update((state) => states.set(state, kept))
    kept = store.get().settings
    // Drafts, places and running replies are there again afterwards.
    if (chooseLanguage(kept.language, navigator.languages) !== language) location.reload()
  }
  addEventListener("storage", ({ key }) => {
    if (key === null || key === settingsKey) look()
    if (key === streamingKey) whenStreamingChanged()
  })
  addEventListener("pageshow", ({ persisted }) => {
    // A page in the browser's memory hears of nothing.
    if (persisted) look()
  })
}
