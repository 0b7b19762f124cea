// What stands before the page: the question before something that cannot be taken back, and a code
// that is shown once.

import { copy } from "../clipboard.js"
import { element, find, setText } from "../dom.js"
import { LateModule } from "../late-module.js"
import { say } from "./admin-words.js"
import { actNames } from "./people-view.js"

/** @typedef {import("./people-state.js").PeopleState} PeopleState */
/** @typedef {import("./people-state.js").Handed} Handed */

const questions = /** @type {const} */ ({
  "end-sessions": "people.askEndSessions",
  "reset-second-factor": "people.askResetFactor",
  disable: "people.askDisable",
  withdraw: "invitations.askWithdraw",
})

export class QuestionDialog {
  #dialog = find("#people-question", HTMLDialogElement)
  #text = find("#people-question p", HTMLElement)
  #yes = find("#people-question [value=yes]", HTMLButtonElement)

  /** @param {import("./people-desk.js").PeopleDesk} desk */
  constructor(desk) {
    this.#dialog.addEventListener("close", () => {
      desk.answer(this.#dialog.returnValue === "yes")
      this.#dialog.returnValue = ""
    })
  }

  /** @param {PeopleState} state */
  show({ question }) {
    if (question === null || this.#dialog.open) return
    const key = questions[/** @type {keyof typeof questions} */ (question.act)]
    setText(this.#text, say(key, { name: question.name }))
    setText(this.#yes, say(actNames[question.act]))
    this.#dialog.showModal()
  }
}

export class CodeDialog {
  #dialog = find("#handed", HTMLDialogElement)
  #heading = find("#handed-heading", HTMLElement)
  #text = find("#handed-text", HTMLElement)
  #link = find("#handed-link", HTMLInputElement)
  #code = find("#handed-code", HTMLElement)
  #picture = find("#handed-picture", HTMLElement)
  #outcome = find("#handed-outcome", HTMLElement)
  /** @type {LateModule<typeof import("../qr/qr-drawing.js")>} */
  #drawing = new LateModule((again) => import(`../qr/qr-drawing.js${again}`))

  /** @param {import("./people-desk.js").PeopleDesk} desk */
  constructor(desk) {
    this.#dialog.addEventListener("close", () => {
      this.#forget()
      desk.putAway()
    })
    this.#link.addEventListener("focus", () => this.#link.select())
    find("#handed-copy", HTMLButtonElement).addEventListener("click", () => this.#copy())
  }

  /** @param {PeopleState} state */
  show({ handed }) {
    if (handed === null || this.#dialog.open) return
    const isInvitation = handed.kind === "invitation"
    const address = location.origin + handed.path
    setText(this.#heading, say(isInvitation ? "handed.invitation" : "handed.reset"))
    setText(
      this.#text,
      isInvitation ? say("handed.invitationText") : say("handed.resetText", { name: handed.name }),
    )
    this.#link.value = address
    setText(this.#code, handed.code)
    this.#dialog.showModal()
    this.#draw(address)
  }

  /** @param {string} address */
  async #draw(address) {
    const module = await this.#drawing.get()
    // Without the drawing there is the address; and another code may be shown by now.
    if (module === null || this.#link.value !== address) return
    this.#picture.replaceChildren(module.qrDrawing(address, say("handed.picture")))
  }

  async #copy() {
    const isCopied = await copy(this.#link.value)
    if (!isCopied) this.#link.select()
    setText(this.#outcome, isCopied ? say("handed.copied") : say("handed.notCopied"))
  }

  /** What was shown once is nowhere on the page any more. */
  #forget() {
    this.#link.value = ""
    setText(this.#code, "")
    setText(this.#outcome, "")
    this.#picture.replaceChildren(element("span"))
  }
}
