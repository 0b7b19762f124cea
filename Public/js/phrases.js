// Makes sentences of a catalogue's phrases. No DOM, no choice of a language.

/**
 * What a catalogue has for a key: a text, or one for each kind of number that its language tells
 * apart, chosen by the value `count`. `{name}` is the place of a value.
 *
 * @typedef {string | { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>} Phrase
 */

/** @typedef {Readonly<Record<string, string | number>>} Values Numbers are written as the language writes them. */

const places = /\{(\w+)\}/g

export class Phrases {
  #phrases
  #plurals
  #numbers

  /**
   * @param {string} tag Of the language.
   * @param {Readonly<Record<string, Phrase>>} phrases
   */
  constructor(tag, phrases) {
    this.#phrases = phrases
    this.#plurals = new Intl.PluralRules(tag)
    this.#numbers = new Intl.NumberFormat(tag)
  }

  /** @param {Readonly<Record<string, Phrase>>} more */
  add(more) {
    this.#phrases = { ...this.#phrases, ...more }
  }

  /**
   * @param {string} key
   * @param {Values} [values]
   * @returns {string}
   */
  say(key, values = {}) {
    return this.#text(key, values).replace(places, (place, name) => {
      const value = values[name]
      if (value === undefined) throw new Error(`“${key}” needs ${place}.`)
      return typeof value === "number" ? this.#numbers.format(value) : value
    })
  }

  /**
   * A sentence with nodes, or anything else, in its places.
   *
   * @template Part
   * @param {string} key
   * @param {Readonly<Record<string, Part>>} parts
   * @returns {(string | Part)[]} In the order of the language.
   */
  sayWith(key, parts) {
    // What is split at its places has their names at the odd indexes.
    return this.#text(key, {}).split(places).map((piece, index) => {
      if (index % 2 === 0) return piece
      const part = parts[piece]
      if (part === undefined) throw new Error(`“${key}” needs {${piece}}.`)
      return part
    }).filter((piece) => piece !== "")
  }

  /**
   * @param {string} key
   * @param {Values} values
   */
  #text(key, { count }) {
    const phrase = this.#phrases[key]
    if (phrase === undefined) throw new Error(`There are no words for “${key}”.`)
    if (typeof phrase === "string") return phrase
    return phrase[this.#plurals.select(Number(count))] ?? phrase.other
  }
}

/**
 * The places of a phrase, in all its forms.
 *
 * @param {Phrase} phrase
 * @returns {string[]} Sorted; each once.
 */
export function placesIn(phrase) {
  const texts = typeof phrase === "string" ? [phrase] : Object.values(phrase)
  return [...new Set(texts.flatMap((text) => text.match(places) ?? []))].sort()
}
