// The onboarding page: the same conversation, with what is known about the reader beside it.

import { hinted } from "./chat-state.js"
import { find } from "./dom.js"
import { AnswerChips } from "./elements/answer-chips.js"
import { GrowthRings } from "./elements/growth-rings.js"
import { OnboardingProgress } from "./elements/onboarding-progress.js"
import { OnboardingWelcome } from "./elements/onboarding-welcome.js"
import { ProfileField } from "./elements/profile-field.js"
import { ProfilePanel } from "./elements/profile-panel.js"
import { LateModule } from "./late-module.js"
import { LateToasts } from "./late-toasts.js"
import { defineElements, makePage, on } from "./page.js"
import { Problem } from "./problem.js"

defineElements()
customElements.define("growth-rings", GrowthRings)
customElements.define("answer-chips", AnswerChips)
customElements.define("profile-field", ProfileField)
customElements.define("profile-panel", ProfilePanel)
customElements.define("onboarding-progress", OnboardingProgress)
customElements.define("onboarding-welcome", OnboardingWelcome)

const { store, chat, composer, profiles, api, undo } = makePage({
  kind: "onboarding",
  views: [
    find("profile-panel", ProfilePanel),
    find("onboarding-progress", OnboardingProgress),
    find("onboarding-welcome", OnboardingWelcome),
    find("answer-chips", AnswerChips),
    new LateToasts(),
  ],
  render: () => {},
  showAddress: () => {},
  overhear: ({ type }) => {
    // What a message says is noted before it is answered, and a model may note more.
    if (["accepted", "onboarded", "done", "error", "failedHere"].includes(type)) profiles.refresh()
  },
})

/** @type {LateModule<typeof import("./forgetting.js")>} */
const lateForgetting = new LateModule((again) => import(`./forgetting.js${again}`))
/** @type {import("./forgetting.js").Forgetting | null} */
let forgetting = null

/**
 * Changes what is known; what does so is fetched when somebody first wants it.
 *
 * @param {(forgetting: import("./forgetting.js").Forgetting) => Promise<void>} act
 */
async function change(act) {
  const module = await lateForgetting.get()
  if (module === null) {
    return store.update((state) => hinted(state, new Problem("offline").message))
  }
  forgetting ??= new module.Forgetting({ store, api, profiles, undo })
  await act(forgetting)
}

document.addEventListener("profile-set", (event) => {
  const { field, value } = /** @type {CustomEvent} */ (event).detail
  change((forgetting) => forgetting.setField(field, value))
})
on("profile-skip", ({ field }) => profiles.skip(field ?? ""))
document.addEventListener("fact-edit", (event) => {
  const { id, text } = /** @type {CustomEvent} */ (event).detail
  change((forgetting) => forgetting.editFact(id, text))
})
on("fact-forget", ({ id }) => change((forgetting) => forgetting.forgetFact(id ?? "")))
on("profile-forget", async () => {
  await change((forgetting) => forgetting.forgetEverything())
  await chat.choose(null)
  composer.focusBox()
})
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") profiles.refresh()
})

await profiles.refresh()
await chat.start(store.get().profile?.conversationId ?? null)
composer.focusBox()
