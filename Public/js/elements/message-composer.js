// Where the reader writes.

import { element, find, report, setText } from "../dom.js"
import { icon } from "../icons.js"
import { dictationButton } from "./dictation-button.js"
import { canAsk, canQueue, isResponding } from "../chat-state.js"
import { isSendKey } from "../send-key.js"
import { say } from "../words.js"

/** @typedef {import("../chat-state.js").ChatState} ChatState */
/** @typedef {import("../drafts.js").Drafts} Drafts */

export class MessageComposer extends HTMLElement {
  /** @type {Drafts | null} */
  drafts = null
  /** Stands in the page from the beginning, so that writing waits for no script. */
  #box = find("textarea", HTMLTextAreaElement, this)
  #send = element(
    "button",
    {
      type: "submit",
      class: "icon-button primary",
      "aria-label": say("composer.send"),
      title: say("composer.send"),
    },
    icon("send"),
  )
  #stop = element(
    "button",
    {
      type: "button",
      class: "icon-button primary",
      "aria-label": say("composer.stop"),
      title: say("composer.stop"),
      hidden: true,
    },
    icon("stop"),
  )
  #agents = element("select", {
    class: "agent-picker",
    "aria-label": say("composer.agents"),
    hidden: true,
    onchange: () => report(this, "chat-pick", { agent: this.#agents.value }),
  })
  #form = find("form", HTMLFormElement, this)
  #actions = element(
    "div",
    { class: "composer-actions" },
    this.#agents,
    dictationButton(this.#box),
    this.#send,
    this.#stop,
  )
  /** Its room is kept, so that nothing moves when it says something. */
  #notice = find(".composer-notice", HTMLElement, this)
  /** @type {AbortController} */
  #listeners = new AbortController()
  /** @type {ChatState | null} */
  #state = null
  /** @type {string | null | undefined} */
  #conversationId = undefined
  /** What was written before the scripts were there; no draft yet. */
  #early = ""

  connectedCallback() {
    this.#early = this.#box.value
    this.#form.append(this.#actions)
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.#form.addEventListener("submit", (event) => this.#submitted(event), { signal })
    this.#box.addEventListener("keydown", (event) => this.#pressed(event), { signal })
    this.#box.addEventListener("input", () => this.#typed(), { signal })
    this.#stop.addEventListener("click", () => this.#stopped(), { signal })
  }

  disconnectedCallback() {
    this.#listeners.abort()
  }

  focusBox() {
    this.#box.focus({ preventScroll: true })
  }

  /**
   * Asks a suggested question; behind what the reader has begun to write, it only waits.
   *
   * @param {string} text
   */
  suggest(text) {
    if (this.#box.value.trim() === "") return report(this, "chat-ask", { text })
    this.#box.value = `${this.#box.value.trimEnd()}\n${text}`
    this.#typed()
    this.focusBox()
  }

  /**
   * What could not be sent is in the box again, before what was written since.
   *
   * @param {string} text
   */
  giveBack(text) {
    this.#box.value = [text, this.#box.value].filter((part) => part.trim() !== "").join("\n")
    this.#typed()
  }

  /** @param {ChatState} state */
  show(state) {
    this.#state = state
    this.hidden = state.conversationPhase === "missing"
    this.#showDraft(state)
    const isOffline = canQueue(state)
    const responding = isResponding(state) && !isOffline
    this.#box.readOnly = responding
    const idle = say(state.profile ? "composer.introduce" : "composer.placeholder")
    this.#box.enterKeyHint = state.settings.sendsWith === "enter" ? "send" : "enter"
    this.#box.placeholder = responding ? say("composer.responding") : idle
    this.#send.disabled = !this.#canSend()
    this.#swapButtons({
      canStop: state.running !== null,
      canSend: !isResponding(state) || isOffline,
    })
    this.#showAgents(state)
    const notice = state.hint ??
      (isOffline ? say("composer.offline") : state.configuration?.notice ?? "")
    this.#notice.dataset.kind = state.hint ? "hint" : "notice"
    setText(this.#notice, notice)
  }

  /**
   * Where one agent answers alone, or the onboarding asks, there is nothing to pick.
   *
   * @param {ChatState} state
   */
  #showAgents({ configuration, profile, pickedAgent }) {
    const agents = configuration?.agents ?? []
    this.#agents.hidden = agents.length < 2 || profile !== null
    if (this.#agents.options.length !== agents.length + 1) {
      const options = [{ id: "", name: say("composer.automatic") }, ...agents]
      this.#agents.replaceChildren(
        ...options.map(({ id, name }) => element("option", { value: id }, name)),
      )
    }
    this.#agents.value = pickedAgent ?? ""
  }

  /**
   * Each conversation has its own draft; one that has just got its name keeps what is in the box.
   *
   * @param {ChatState} state
   */
  #showDraft({ chosenId, running, conversationPhase }) {
    if (chosenId === this.#conversationId && conversationPhase !== "new") return
    const isSame = chosenId === this.#conversationId
    this.#conversationId = chosenId
    if (isSame) return
    const draft = running ? "" : this.drafts?.read(chosenId) ?? ""
    this.#box.value = withEarly(draft, this.#early)
    this.#fit()
  }

  /**
   * Shows one of the two buttons without losing the focus with the other.
   *
   * @param {{ canStop: boolean, canSend: boolean }} what
   */
  #swapButtons({ canStop, canSend }) {
    const focused = document.activeElement
    this.#send.hidden = !canSend
    this.#stop.hidden = !canStop
    if (focused instanceof HTMLElement && this.contains(focused) && focused.hidden) this.focusBox()
  }

  #canSend() {
    const state = this.#state
    return this.#box.value.trim() !== "" && state !== null && (canAsk(state) || canQueue(state))
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    event.preventDefault()
    if (!this.#canSend()) return
    const text = this.#box.value
    this.#early = ""
    this.#box.value = ""
    this.#fit()
    this.focusBox()
    report(this, "chat-ask", { text })
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (!isSendKey(event, this.#state?.settings.sendsWith)) return
    event.preventDefault()
    this.#form.requestSubmit()
  }

  #typed() {
    this.#early = ""
    this.drafts?.write(this.#conversationId ?? null, this.#box.value)
    this.#send.disabled = !this.#canSend()
    this.#fit()
  }

  #stopped() {
    this.focusBox()
    report(this, "chat-stop")
  }

  /** For browsers that cannot size a box by its text. */
  #fit() {
    if (CSS.supports("field-sizing", "content")) return
    this.#box.style.height = "auto"
    this.#box.style.height = `${this.#box.scrollHeight}px`
  }
}

/**
 * A draft, and below it what was written while the page still loaded.
 *
 * @param {string} draft
 * @param {string} early
 */
function withEarly(draft, early) {
  if (draft === "" || draft === early) return early || draft
  return early === "" ? draft : `${draft}\n${early}`
}
