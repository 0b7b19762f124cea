// Properties over seeded chance: the same cases everywhere, and a failure that prints its recipe.

import process from "node:process"
import { test } from "node:test"

const casesEach = 120
const mask = (1n << 64n) - 1n

/** How long this process has computed, in ms: what else the machine does is no delay of ours. */
export function computedMs() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** SplitMix64. */
export class SeededGenerator {
  #state

  constructor(seed) {
    this.#state = BigInt(seed) & mask
  }

  next() {
    this.#state = (this.#state + 0x9e3779b97f4a7c15n) & mask
    let mixed = this.#state
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) & mask
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & mask
    return mixed ^ (mixed >> 31n)
  }

  /** At least 0, below 1. */
  fraction() {
    return Number(this.next() >> 11n) / 2 ** 53
  }

  /** From `least` to `most`, both included. */
  integer(least, most) {
    return least + Math.floor(this.fraction() * (most - least + 1))
  }

  chance(probability) {
    return this.fraction() < probability
  }

  pick(values) {
    return values[this.integer(0, values.length - 1)]
  }

  many(least, most, make) {
    return Array.from({ length: this.integer(least, most) }, () => make())
  }

  /** Text as people and models write it, with what breaks careless code. */
  text(most = 12) {
    return this.many(0, most, () => this.pick(fragments)).join("")
  }

  /** The pieces of a text, cut anywhere, also within a character. */
  cut(text) {
    const pieces = []
    for (let start = 0; start < text.length;) {
      const end = start + this.integer(1, this.pick([1, 3, 20]))
      pieces.push(text.slice(start, end))
      start = end
    }
    return pieces
  }
}

const fragments = [
  ..."aZ09 .,-_*`~#>|[]()!\\\"'{}<&\n\t\r\0\u2028",
  "word ",
  "another ",
  "データ",
  "👩‍🌾",
  "é",
  "\r\n",
  "\n\n",
  "__proto__",
  "data: {}\n\n",
  "<img onerror=alert(1)>",
]

/**
 * A claim about any case. `PROPERTY_SEED=41` tries only that one.
 *
 * @param {string} claim
 * @param {(generator: SeededGenerator) => void | Promise<void>} check
 */
export function forAny(claim, check) {
  test(claim, async () => {
    const only = process.env.PROPERTY_SEED
    const seeds = only ? [Number(only)] : Array.from({ length: casesEach }, (_, index) => index + 1)
    for (const seed of seeds) {
      try {
        await check(new SeededGenerator(seed))
      } catch (error) {
        error.message = `PROPERTY_SEED=${seed}: ${error.message}`
        throw error
      }
    }
  })
}
