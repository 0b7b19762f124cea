// The transcript and all that it shows: loaded when there is something to show.

import { ActivityView, ReplyActivities } from "./elements/reply-activities.js"
import { FactProposal } from "./elements/fact-proposal.js"
import { MessageEditor } from "./elements/message-editor.js"
import { MessageList } from "./elements/message-list.js"
import { MessageView } from "./elements/message-view.js"
import { ReplyDetails } from "./elements/reply-details.js"
import { ReplyWaiting } from "./elements/reply-waiting.js"
import { VariantSwitcher } from "./elements/variant-switcher.js"
import { WindowEdge } from "./elements/window-edge.js"
import { askBeforeLeaving } from "./leaving.js"

export { readMessages } from "./page-messages.js"

customElements.define("fact-proposal", FactProposal)
customElements.define("activity-view", ActivityView)
customElements.define("reply-activities", ReplyActivities)
customElements.define("reply-details", ReplyDetails)
customElements.define("reply-waiting", ReplyWaiting)
customElements.define("variant-switcher", VariantSwitcher)
customElements.define("message-editor", MessageEditor)
customElements.define("window-edge", WindowEdge)
customElements.define("message-view", MessageView)
customElements.define("message-list", MessageList)

// Links stand in replies alone.
askBeforeLeaving()
