// What the models cost, as the admin page says it.

import { isObject, number, numberOrNull, text } from "../fields.js"
import { say } from "./admin-words.js"
import { money } from "./figures.js"

/**
 * @typedef {object} Cost
 * @property {boolean} hasPrices Whether anything costs something.
 * @property {string} currency Empty where the settings name none.
 * @property {number} inputPrice Of a million tokens.
 * @property {number} outputPrice
 * @property {number} today
 * @property {number | null} budget What a day may cost; nothing for no limit.
 */

/**
 * @param {unknown} fields
 * @returns {Cost}
 */
export function costFrom(fields) {
  const cost = isObject(fields) ? fields : {}
  const [inputPrice, outputPrice] = [number(cost.input_price), number(cost.output_price)]
  return {
    hasPrices: inputPrice > 0 || outputPrice > 0,
    currency: text(cost.currency),
    inputPrice,
    outputPrice,
    today: number(cost.today),
    budget: numberOrNull(cost.budget),
  }
}

/** @param {Cost} cost */
export function costSentence({ hasPrices, currency, inputPrice, outputPrice, today, budget }) {
  if (!hasPrices) return say("cost.none")
  const cost = money(today, currency)
  const sum = budget === null
    ? say("cost.today", { cost })
    : say("cost.ofBudget", { cost, budget: money(budget, currency) })
  const prices = say("cost.prices", {
    input: money(inputPrice, currency),
    output: money(outputPrice, currency),
  })
  return `${sum} ${prices}`
}
