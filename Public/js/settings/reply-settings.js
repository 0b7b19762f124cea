// How replies come: word by word or whole, and how fast the words flow.

import { element, report, setText } from "../dom.js"
import { say, together } from "../words.js"
import { card, chooser, reportChange } from "./choosing.js"

/** @typedef {import("./readers-state.js").Streaming} Streaming */

export class ReplySettings extends HTMLElement {
  #streaming = chooser({
    legend: say("streaming.legend"),
    options: [
      { value: "auto", label: say("streaming.auto"), help: say("streaming.auto.help") },
      { value: "on", label: say("streaming.on"), help: say("streaming.on.help") },
      { value: "off", label: say("streaming.off"), help: say("streaming.off.help") },
    ],
    pick: (streaming) => report(this, "streaming-choose", { streaming }),
  })
  #why = element("p", { class: "settings-why" })
  #pace = chooser({
    legend: say("pace.legend"),
    options: [
      { value: "fast", label: say("pace.fast"), help: say("pace.fast.help") },
      { value: "calm", label: say("pace.calm"), help: say("pace.calm.help") },
      { value: "instant", label: say("pace.instant"), help: say("pace.instant.help") },
    ],
    pick: (pace) => reportChange(this, { pace }),
  })

  connectedCallback() {
    this.append(
      card("replies", say("settings.replies"), this.#streaming.node, this.#why, this.#pace.node),
    )
  }

  /**
   * @param {import("../chat-state.js").ChatState} state
   * @param {import("./readers-state.js").ReadersState} own
   */
  show({ settings }, { streaming }) {
    this.#pace.show(settings.pace)
    this.#streaming.show(streaming?.preference ?? null)
    setText(this.#why, streaming ? whySentence(streaming) : say("streaming.unknown"))
  }
}

/**
 * Why it is as it is.
 *
 * @param {Streaming} streaming
 * @returns {string}
 */
export function whySentence({ isStreaming, reason, source, preference }) {
  const now = isStreaming ? say("streaming.now.on") : say("streaming.now.off")
  const why = [reasonSentence({ isStreaming, reason, preference }), sourceSentence(source, reason)]
  return together([now, ...why.filter((sentence) => sentence !== "")])
}

/** @param {Pick<Streaming, "isStreaming" | "reason" | "preference">} streaming */
function reasonSentence({ isStreaming, reason, preference }) {
  switch (reason) {
    case "preference":
      return say("streaming.why.preference")
    case "disabled":
      return preference === "on"
        ? say("streaming.why.disabledForAll")
        : say("streaming.why.disabled")
    case "rollout":
      return isStreaming ? say("streaming.why.among") : say("streaming.why.notAmong")
    case "enabled":
      return say("streaming.why.enabled")
    default:
      return ""
  }
}

/**
 * @param {string} source
 * @param {string} reason
 */
function sourceSentence(source, reason) {
  return source === "operator" && reason !== "preference" ? say("streaming.why.operator") : ""
}
