// The part of the admin page that is about people: one store, and what shows and changes it.

import { find, setText } from "../dom.js"
import { UndoToasts } from "../elements/undo-toasts.js"
import { renderEachFrame, Store } from "../store.js"
import { listenForUndo, Undo } from "../undo.js"
import { fetchInLanguage } from "../words.js"
import { browserWorld } from "../world.js"
import { InvitationsView } from "./invitations-view.js"
import { PeopleAPI } from "./people-api.js"
import { PeopleDesk } from "./people-desk.js"
import { CodeDialog, QuestionDialog } from "./people-dialogs.js"
import { firstPeopleState } from "./people-state.js"
import { PeopleView } from "./people-view.js"

/** @returns {PeopleDesk} */
export function makePeoplePage() {
  customElements.define("undo-toasts", UndoToasts)
  /** @type {Store<import("./people-state.js").PeopleState>} */
  const store = new Store(firstPeopleState)
  const world = browserWorld()
  const undo = new Undo({ store, world })
  const desk = new PeopleDesk({ store, api: new PeopleAPI(fetchInLanguage), undo, world })
  const status = find("#people-status", HTMLElement)
  /** @type {{ show: (state: import("./people-state.js").PeopleState) => void }[]} */
  const views = [
    new PeopleView(desk),
    new InvitationsView(desk),
    new QuestionDialog(desk),
    new CodeDialog(desk),
    find("undo-toasts", UndoToasts),
    { show: ({ status: said }) => setText(status, said.text) },
  ]
  listenForUndo(undo)
  document.addEventListener("chat-focus-lost", () => find("#people", HTMLElement).focus())
  renderEachFrame(
    store,
    (state) => views.forEach((view) => view.show(state)),
    requestAnimationFrame,
  )
  return desk
}
