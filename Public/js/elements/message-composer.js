// Where the reader writes.

import { element, report, setText } from "../dom.js"
import { icon } from "../icons.js"
import { canAsk, canQueue, isResponding } from "../chat-state.js"

/** @typedef {import("../chat-state.js").ChatState} ChatState */
/** @typedef {import("../drafts.js").Drafts} Drafts */

/** What a key event's code is while an input method composes, where `isComposing` comes too late. */
const composingKeyCode = 229

const offlineNotice = "No network: what you write waits here and is sent in order."

export class MessageComposer extends HTMLElement {
  /** @type {Drafts | null} */
  drafts = null
  #box = element("textarea", {
    id: "message-box",
    rows: 1,
    name: "message",
    autocomplete: "off",
    placeholder: "Type a message...",
    "aria-label": "Message",
    "enterkeyhint": "send",
  })
  #send = element(
    "button",
    { type: "submit", class: "icon-button primary", "aria-label": "Send", title: "Send" },
    icon("send"),
  )
  #stop = element(
    "button",
    {
      type: "button",
      class: "icon-button primary",
      "aria-label": "Stop",
      title: "Stop",
      hidden: true,
    },
    icon("stop"),
  )
  #agents = element("select", {
    class: "agent-picker",
    "aria-label": "Who answers",
    hidden: true,
    onchange: () => report(this, "chat-pick", { agent: this.#agents.value }),
  })
  #form = element(
    "form",
    { class: "composer" },
    this.#box,
    element("div", { class: "composer-actions" }, this.#agents, this.#send, this.#stop),
  )
  #notice = element("p", { class: "composer-notice", hidden: true })
  /** @type {AbortController} */
  #listeners = new AbortController()
  /** @type {ChatState | null} */
  #state = null
  /** @type {string | null | undefined} */
  #conversationId = undefined

  connectedCallback() {
    this.append(this.#form, this.#notice)
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

  /** @param {ChatState} state */
  show(state) {
    this.#state = state
    this.hidden = state.conversationPhase === "missing"
    this.#showDraft(state)
    const isOffline = canQueue(state)
    const responding = isResponding(state) && !isOffline
    this.#box.readOnly = responding
    const idle = state.profile ? "Tell me about yourself..." : "Type a message..."
    this.#box.placeholder = responding ? "Waiting for response..." : idle
    this.#send.disabled = !this.#canSend()
    this.#swapButtons({
      canStop: state.running !== null,
      canSend: !isResponding(state) || isOffline,
    })
    this.#showAgents(state)
    const notice = state.hint ?? (isOffline ? offlineNotice : state.configuration?.notice ?? "")
    this.#notice.hidden = notice === ""
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
      const options = [{ id: "", name: "Automatic" }, ...agents]
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
    this.#box.value = running ? "" : this.drafts?.read(chosenId) ?? ""
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
    this.#box.value = ""
    this.#fit()
    this.focusBox()
    report(this, "chat-ask", { text })
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const isComposing = event.isComposing || event.keyCode === composingKeyCode
    if (event.key !== "Enter" || event.shiftKey || isComposing) return
    event.preventDefault()
    this.#form.requestSubmit()
  }

  #typed() {
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
