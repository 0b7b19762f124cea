// The onboarding page: the same conversation, with what is known about the reader beside it.

import { find } from "./dom.js"
import { OnboardingProgress } from "./elements/onboarding-progress.js"
import { OnboardingWelcome } from "./elements/onboarding-welcome.js"
import { ProfileField } from "./elements/profile-field.js"
import { ProfilePanel } from "./elements/profile-panel.js"
import { defineElements, makePage, on } from "./page.js"

defineElements()
customElements.define("profile-field", ProfileField)
customElements.define("profile-panel", ProfilePanel)
customElements.define("onboarding-progress", OnboardingProgress)
customElements.define("onboarding-welcome", OnboardingWelcome)

const { store, chat, composer, profiles } = makePage({
  kind: "onboarding",
  views: [
    find("profile-panel", ProfilePanel),
    find("onboarding-progress", OnboardingProgress),
    find("onboarding-welcome", OnboardingWelcome),
  ],
  render: () => {},
  showAddress: () => {},
  overhear: ({ type }) => {
    // What a message says is noted before it is answered, and a model may note more.
    if (["accepted", "onboarded", "done", "error", "failedHere"].includes(type)) profiles.refresh()
  },
})

document.addEventListener("profile-set", (event) => {
  const { field, value } = /** @type {CustomEvent} */ (event).detail
  profiles.set(field, value)
})
on("profile-skip", ({ field }) => profiles.skip(field ?? ""))
document.addEventListener("fact-edit", (event) => {
  const { id, text } = /** @type {CustomEvent} */ (event).detail
  profiles.editFact(id, text)
})
on("fact-forget", ({ id }) => profiles.forgetFact(id ?? ""))
on("profile-forget", async () => {
  await profiles.forget()
  await chat.choose(null)
  composer.focusBox()
})
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") profiles.refresh()
})

await profiles.refresh()
await chat.start(store.get().profile?.conversationId ?? null)
composer.focusBox()
