// The page of the reader's settings: every change acts at once and is kept at once.

import { AccountAPI } from "./account-api.js"
import { API } from "./api.js"
import * as states from "./chat-state.js"
import { find, setText } from "./dom.js"
import { LiveRegions } from "./elements/live-regions.js"
import { ProfileField } from "./elements/profile-field.js"
import { ProfilePanel } from "./elements/profile-panel.js"
import { SecondFactor } from "./elements/second-factor.js"
import { UndoToasts } from "./elements/undo-toasts.js"
import { Forgetting } from "./forgetting.js"
import { placePanels } from "./imports/place.js"
import { Profiles } from "./profiles.js"
import { SettingsKeeper } from "./settings.js"
import { followSettings, streamingKey } from "./settings-following.js"
import { AccountKeys } from "./settings/account-keys.js"
import { AccountSettings } from "./settings/account-settings.js"
import { DataSettings } from "./settings/data-settings.js"
import { DeviceSettings } from "./settings/device-settings.js"
import { LanguageSettings } from "./settings/language-settings.js"
import { LookSettings } from "./settings/look-settings.js"
import { MemorySettings } from "./settings/memory-settings.js"
import { NotificationSettings } from "./settings/notification-settings.js"
import { ReadersAPI } from "./settings/readers-api.js"
import { ReadersOwn } from "./settings/readers-own.js"
import { firstReadersState } from "./settings/readers-state.js"
import { ReplySettings } from "./settings/reply-settings.js"
import { WritingSettings } from "./settings/writing-settings.js"
import { renderEachFrame, Store } from "./store.js"
import { listenForUndo, Undo } from "./undo.js"
import { fetchInLanguage, say } from "./words.js"
import { browserWorld } from "./world.js"

customElements.define("live-regions", LiveRegions)
customElements.define("undo-toasts", UndoToasts)
customElements.define("profile-field", ProfileField)
customElements.define("profile-panel", ProfilePanel)
customElements.define("reply-settings", ReplySettings)
customElements.define("look-settings", LookSettings)
customElements.define("language-settings", LanguageSettings)
customElements.define("writing-settings", WritingSettings)
customElements.define("notification-settings", NotificationSettings)
customElements.define("memory-settings", MemorySettings)
customElements.define("second-factor", SecondFactor)
customElements.define("account-keys", AccountKeys)
customElements.define("account-settings", AccountSettings)
customElements.define("data-settings", DataSettings)
customElements.define("device-settings", DeviceSettings)

const world = browserWorld()
const keeper = new SettingsKeeper(() => localStorage)
/** @type {Store<states.ChatState>} */
const store = new Store({ ...states.firstState, settings: keeper.read() })
const own = new Store(firstReadersState)
/** @type {import("./requests.js").Fetch} */
const fetchHere = (url, options) => fetch(url, options)
const api = new API(fetchHere)
const undo = new Undo({ store, world })
const profiles = new Profiles({ store, api })
const forgetting = new Forgetting({ store, api, profiles, undo })
const readersOwn = new ReadersOwn({
  own,
  store,
  memory: api,
  profiles,
  undo,
  api: new ReadersAPI(fetchHere),
  tellOthers: () => localStorage.setItem(streamingKey, String(world.now())),
})

const accounts = new AccountAPI(fetchInLanguage)
const accountSettings = find("account-settings", AccountSettings)

const problem = find(".settings-problem", HTMLElement)
const toasts = find("undo-toasts", UndoToasts)
const common = [toasts, find("live-regions", LiveRegions)]
const sections = [
  find("reply-settings", ReplySettings),
  find("look-settings", LookSettings),
  find("language-settings", LanguageSettings),
  find("writing-settings", WritingSettings),
  find("notification-settings", NotificationSettings),
  find("memory-settings", MemorySettings),
  find("data-settings", DataSettings),
  find("device-settings", DeviceSettings),
]

function show() {
  const state = store.get()
  problem.hidden = state.hint === null
  setText(problem, state.hint ?? "")
  for (const view of common) view.show(state)
  for (const section of sections) section.show(state, own.get())
}

/**
 * What the sections report: each event has those that it needs.
 *
 * @typedef {{ id: string, text: string, field: string, value: unknown,
 *   streaming: import("./settings/readers-state.js").Preference }} Detail
 */

/**
 * @param {string} name
 * @param {(detail: Detail, from: EventTarget | null) => void} act
 */
function on(name, act) {
  document.addEventListener(name, (event) => {
    act(/** @type {CustomEvent} */ (event).detail, event.target)
  })
}

/**
 * Says, in the section and to a screen reader, that something is kept.
 *
 * @param {EventTarget | null} from
 */
function sayKept(from) {
  const card = from instanceof Element ? from.querySelector("section") : null
  card?.dispatchEvent(new CustomEvent("kept"))
  store.update((state) => states.announced(state, say("settings.kept")))
}

document.addEventListener("settings-choose", (event) => {
  /** @type {{ detail: Partial<import("./settings.js").Settings>, target: EventTarget | null }} */
  const { detail: changes, target: from } = /** @type {CustomEvent} */ (event)
  store.update((state) => states.set(state, changes))
  if (!isKept(changes)) {
    store.update((state) => states.hinted(state, say("settings.notKept")))
    return
  }
  sayKept(from)
  if ("language" in changes) speakAnew()
})
on("streaming-choose", async ({ streaming }, from) => {
  if (await readersOwn.preferStreaming(streaming)) sayKept(from)
})
on("units-remember", async (_, from) => {
  if (await readersOwn.rememberUnits(store.get().settings.units)) sayKept(from)
})
on("profile-set", async ({ field, value }) => {
  if (await readersOwn.becomeGuest()) await forgetting.setField(field, value)
})
on("profile-skip", async ({ field }) => {
  if (await readersOwn.becomeGuest()) await profiles.skip(field)
})
on("fact-edit", ({ id, text }) => forgetting.editFact(id, text))
on("fact-forget", ({ id }) => forgetting.forgetFact(id))
on("profile-forget", () => forgetting.forgetEverything())
on("data-erase", () => readersOwn.eraseAll())
on("data-restore", async (_, from) => {
  if (await readersOwn.restoreAll()) sayKept(from)
})
on("device-end", async ({ id }) => {
  const isHere = own.get().devices?.some((device) => device.id === id && device.isCurrent)
  if (await readersOwn.endDevice(id) && isHere) location.assign("/login")
})
on("chat-focus-lost", () => find("#settings", HTMLElement).focus())

/**
 * Whether the browser has kept it.
 *
 * @param {Partial<import("./settings.js").Settings>} changes
 */
function isKept(changes) {
  const kept = keeper.read()
  return Object.entries(changes).every(([name, value]) => Reflect.get(kept, name) === value)
}

/** The page in another language: it begins anew, at the place where the reader is. */
function speakAnew() {
  history.replaceState(null, "", "#language")
  location.reload()
}

/** Whoever follows an address to a section is there with the keyboard, too. */
function goToSection() {
  const section = document.getElementById(location.hash.slice(1))
  if (section?.matches("section")) section.focus()
}

renderEachFrame(store, show, requestAnimationFrame)
renderEachFrame(own, show, requestAnimationFrame)
followSettings(store, keeper)
listenForUndo(undo)
placePanels({
  fetch: fetchInLanguage,
  world,
  undo,
  announce: (sentence) => store.update((state) => states.announced(state, sentence)),
})
show()
goToSection()
addEventListener("hashchange", goToSection)
document.addEventListener("visibilitychange", () => {
  if (world.isVisible()) look()
})

function look() {
  return Promise.all([
    readersOwn.refresh(),
    profiles.refresh(),
    profiles.recall(),
    accountSettings.use(accounts),
  ])
}

await look()
