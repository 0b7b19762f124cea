// Follows replies with a module that comes with the first of them, or before.

import { LateModule } from "./late-module.js"

/** @typedef {import("./reply.js").Follower} Follower */

/** Until the module is asked for again when it could not be had. */
const againMs = 1_000

/** @type {LateModule<typeof import("./reply.js")>} */
const late = new LateModule((again) => import(`./reply.js${again}`))

/** @type {import("./chat.js").Following} */
export const lateFollowing = {
  followReply: (following) => beginLate(following, ({ followReply }) => followReply(following)),
  awaitReply: (waiting) => beginLate(waiting, ({ awaitReply }) => awaitReply(waiting)),
}

/**
 * @param {{ world: import("./world.js").World, signal: AbortSignal }} surroundings
 * @param {(module: typeof import("./reply.js")) => Follower} begin
 * @returns {Follower}
 */
function beginLate({ world, signal }, begin) {
  /** @type {Follower | null} */
  let follower = null
  const attempt = async () => {
    const module = await late.get()
    if (signal.aborted) return
    if (module) follower = begin(module)
    else world.after(againMs, attempt)
  }
  attempt()
  return {
    seen: () => follower?.seen() ?? 0,
    retryNow: () => follower?.retryNow(),
  }
}
