// Brings messages from elsewhere into the order that a conversation has here: a tree in which
// questions and replies take turns, every question has one reply, and whoever comes first is above.

/** @typedef {{ type: string } & Record<string, unknown>} Part As the API has them. */
/** @typedef {"user" | "assistant"} Role */

/**
 * A message as it was found.
 *
 * @typedef {object} Found
 * @property {string} id
 * @property {string | null} parent
 * @property {Role | null} role Nothing for what only holds a place in the tree.
 * @property {readonly Part[]} parts What has none only holds a place, too.
 * @property {number | null} at Milliseconds since 1970.
 * @property {string} [state]
 * @property {string | null} [agent]
 * @property {Record<string, unknown>} [more] What only messages from here have.
 */

/**
 * A message as it is sent.
 *
 * @typedef {object} Message
 * @property {string} id
 * @property {string | null} parent
 * @property {Role} role
 * @property {string} state
 * @property {string | null} agent
 * @property {number} created_at
 * @property {readonly Part[]} parts
 * @property {unknown} [error] Of a failed reply from here, the sentence that was shown.
 * @property {unknown} [shown] Of a stopped reply from here, how much of it the reader had seen.
 */

/** @typedef {{ messages: Message[], leaf: string | null, openings: number }} Tree */

/**
 * A message on its way into the tree.
 *
 * @typedef {object} Twig
 * @property {string} id
 * @property {Twig | null} parent
 * @property {Role} role
 * @property {readonly Part[]} parts
 * @property {string} state
 * @property {string | null} agent
 * @property {Record<string, unknown>} more
 * @property {number} at
 * @property {number} order
 * @property {Twig | null} longer The same message with what came after it.
 * @property {boolean} isAnswered Whether somebody else spoke after it, as it is.
 */

/** Says that a reply came without a question: the question is made of it. */
const openingText = "…"

/**
 * Messages of one role after another become one; a question with several replies becomes several
 * questions of the same words; a reply without a question gets one. What is found a second time,
 * and circles, do no harm.
 *
 * @param {readonly Found[]} found
 * @param {{ leaf: string | null, startedAt: number }} about The last message that was shown, and a
 *   time for messages without one.
 * @returns {Tree}
 */
export function grown(found, { leaf, startedAt }) {
  const walked = walk(found, startedAt)
  const whole = walked.twigs.filter((twig) => !twig.longer || twig.isAnswered)
  const openings = withQuestions(whole, walked.ids)
  withOneReplyEach(whole, walked.ids)
  const last = leaf === null ? null : walked.placed.get(leaf) ?? null
  return { messages: inOrder(whole), leaf: longest(last)?.id ?? null, openings }
}

/**
 * The same for messages from here, which stay as they are, in words and number.
 *
 * @param {readonly Found[]} found
 * @param {{ leaf: string | null, startedAt: number }} about
 * @returns {Tree}
 */
export function regrown(found, { leaf, startedAt }) {
  const walked = walk(found, startedAt, { isOurs: true })
  const last = leaf === null ? null : walked.placed.get(leaf) ?? null
  return { messages: inOrder(walked.twigs), leaf: last?.id ?? null, openings: 0 }
}

/**
 * Walks through the tree from its roots, and from within each circle.
 *
 * @param {readonly Found[]} found
 * @param {number} startedAt
 * @param {{ isOurs?: boolean }} [how]
 */
function walk(found, startedAt, { isOurs = false } = {}) {
  const { known, children, roots } = family(found)
  /** @type {Twig[]} */
  const twigs = []
  /** @type {Map<string, Twig | null>} Where each message that was found is now. */
  const placed = new Map()

  for (const root of [...roots, ...known.values()]) {
    if (placed.has(root.id)) continue
    /** @type {{ message: Found, above: Twig | null, at: number }[]} */
    const waiting = [{ message: root, above: null, at: startedAt }]
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { message, above } = next
      if (placed.has(message.id)) continue
      const at = Math.max(message.at ?? next.at, above ? above.at : 0)
      const twig = sprout(message, above, { at, order: twigs.length, isOurs })
      if (twig && twig !== above) twigs.push(twig)
      placed.set(message.id, twig)
      // The first child is walked through first.
      for (const child of (children.get(message.id) ?? []).slice().reverse()) {
        waiting.push({ message: child, above: twig, at: message.at ?? next.at })
      }
    }
  }
  return { twigs, placed, ids: new Set(known.keys()) }
}

/**
 * @param {readonly Found[]} found
 */
function family(found) {
  /** @type {Map<string, Found>} */
  const known = new Map()
  for (const message of found) if (!known.has(message.id)) known.set(message.id, message)
  /** @type {Map<string, Found[]>} */
  const children = new Map()
  /** @type {Found[]} */
  const roots = []
  for (const message of known.values()) {
    const { parent } = message
    if (parent === null || !known.has(parent)) {
      roots.push(message)
    } else {
      const siblings = children.get(parent)
      if (siblings) siblings.push(message)
      else children.set(parent, [message])
    }
  }
  return { known, children, roots }
}

/**
 * @param {Found} message
 * @param {Twig | null} above
 * @param {{ at: number, order: number, isOurs: boolean }} how
 * @returns {Twig | null} The one above for what only holds a place.
 */
function sprout(message, above, { at, order, isOurs }) {
  const { role } = message
  if (role === null || (message.parts.length === 0 && !isOurs)) return above
  const own = {
    id: message.id,
    role,
    state: message.state ?? "complete",
    agent: message.agent ?? null,
    more: message.more ?? {},
    order,
    longer: null,
    isAnswered: false,
  }
  if (above && above.role === role && !isOurs) {
    const parts = joined(above.parts, message.parts)
    const twig = { ...own, parent: above.parent, parts, at }
    above.longer = twig
    return twig
  }
  if (above) above.isAnswered = true
  return { ...own, parent: above, parts: message.parts, at }
}

/**
 * @param {readonly Part[]} before
 * @param {readonly Part[]} after
 * @returns {readonly Part[]}
 */
function joined(before, after) {
  const last = before.at(-1)
  const first = after[0]
  const areTexts = last?.type === "text" && first?.type === "text"
  if (!areTexts) return [...before, ...after]
  const between = { type: "text", text: `${last.text}\n\n${first.text}` }
  return [...before.slice(0, -1), between, ...after.slice(1)]
}

/**
 * Puts a question above every reply that has none.
 *
 * @param {Twig[]} twigs
 * @param {Set<string>} ids
 * @returns {number} How many.
 */
function withQuestions(twigs, ids) {
  const openings = twigs.filter((twig) => twig.role === "assistant" && twig.parent === null)
  for (const reply of openings) {
    const parts = [{ type: "text", text: openingText }]
    reply.parent = {
      ...reply,
      id: unused(`${reply.id}~question`, ids),
      role: "user",
      parts,
      state: "complete",
      agent: null,
      order: reply.order - 0.5,
    }
    twigs.push(reply.parent)
  }
  return openings.length
}

/**
 * Gives every reply but the first of a question a question of its own with the same words.
 *
 * @param {Twig[]} twigs
 * @param {Set<string>} ids
 */
function withOneReplyEach(twigs, ids) {
  /** @type {Map<Twig, number>} */
  const replies = new Map()
  const inTime = twigs.filter((twig) => twig.role === "assistant").sort(byTime)
  for (const reply of inTime) {
    const question = reply.parent
    if (!question) continue
    const count = (replies.get(question) ?? 0) + 1
    replies.set(question, count)
    if (count === 1) continue
    // Just before its reply, so that the order of the replies is that of the questions.
    reply.parent = {
      ...question,
      id: unused(`${question.id}~${count}`, ids),
      at: Math.max(question.at, reply.at),
      order: reply.order - 0.5,
    }
    twigs.push(reply.parent)
  }
}

/**
 * @param {string} wanted
 * @param {Set<string>} ids
 */
function unused(wanted, ids) {
  let id = wanted
  while (ids.has(id)) id += "~"
  ids.add(id)
  return id
}

/** @param {Twig | null} twig */
function longest(twig) {
  let last = twig
  while (last?.longer && !last.isAnswered) last = last.longer
  return last
}

/**
 * @param {Twig[]} twigs
 * @returns {Message[]} Whoever comes first is above, and older.
 */
function inOrder(twigs) {
  return twigs.sort(byTime).map((twig) => ({
    id: twig.id,
    parent: twig.parent?.id ?? null,
    role: twig.role,
    state: twig.state,
    agent: twig.agent,
    created_at: twig.at,
    parts: twig.parts,
    ...twig.more,
  }))
}

/**
 * @param {Twig} one
 * @param {Twig} other
 */
function byTime(one, other) {
  return one.at - other.at || one.order - other.order
}
