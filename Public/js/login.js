// Where people sign in or up, and where a reader goes on whose session has ended.

import { AccountAPI } from "./account-api.js"
import { find, setText } from "./dom.js"
import { SecondFactor } from "./elements/second-factor.js"
import { asked, viewOf } from "./login-state.js"
import { ownPath } from "./own-path.js"
import { asProblem } from "./problem.js"
import { fetchInLanguage, say } from "./words.js"

/** @typedef {import("./account-api.js").Standing} Standing */

customElements.define("second-factor", SecondFactor)

const api = new AccountAPI(fetchInLanguage)
const heading = find("#heading", HTMLElement)
const guest = find("#guest", HTMLElement)
const elsewhere = find("#elsewhere", HTMLElement)
const signedIn = find("#signed-in", HTMLElement)
const form = find("#entry", HTMLFormElement)
const explanation = find("#explanation", HTMLElement)
const name = find("#name", HTMLInputElement)
const codeField = find("#code-field", HTMLElement)
const code = find("#code", HTMLInputElement)
const password = find("#password", HTMLInputElement)
const factorField = find("#factor-field", HTMLElement)
const factor = find("#factor", HTMLInputElement)
const setUp = find("second-factor", SecondFactor)
const along = find("#along", HTMLInputElement)
const alongField = find("#along-field", HTMLElement)
const problem = find("#problem", HTMLElement)
const enter = find("#enter", HTMLButtonElement)
const unknown = find("#unknown", HTMLElement)

const then = ownPath(new URLSearchParams(location.search).get("then"), location.origin)
find("#go-on", HTMLAnchorElement).href = then
find("#to-chat", HTMLAnchorElement).href = then

/** @type {Standing | null} */
let standing = null
let wish = asked(location.hash)

addEventListener("hashchange", () => {
  wish = asked(location.hash)
  arrive()
  show()
  if (!form.hidden) name.focus()
})

form.addEventListener("submit", async (event) => {
  event.preventDefault()
  const missing = [name, code, password, factor].find((field) =>
    field.checkVisibility() && !field.value
  )
  if (missing) return complain(say("login.missing"), missing)
  enter.disabled = true
  setText(problem, "")
  try {
    await goIn({
      name: name.value.trim(),
      code: code.value.trim(),
      password: password.value,
      secondFactor: factorField.hidden ? "" : factor.value.trim(),
      bringsAlong: !alongField.hidden && along.checked,
    })
    await goOn()
  } catch (error) {
    const { code, message } = asProblem(error)
    if (code === "second_factor_needed") factorField.hidden = false
    complain(message, factorField.hidden ? password : factor)
  } finally {
    enter.disabled = false
  }
})

find("#shows", HTMLInputElement).addEventListener("change", (event) => {
  const { checked } = /** @type {HTMLInputElement} */ (event.target)
  password.type = checked ? "text" : "password"
})

find("#sign-out", HTMLElement).addEventListener("click", async () => {
  try {
    await api.signOut()
    location.replace("/login#sign-in")
    await look()
  } catch (error) {
    sayUnknown(error)
  }
})

/** Goes where the reader wanted to, unless something has to be set up before. */
async function goOn() {
  standing = await api.standing()
  if (standing.account?.secondFactor !== "missing") location.assign(then)
  wish = asked("")
  show()
}

/**
 * @param {{ name: string, code: string, password: string, secondFactor: string,
 *   bringsAlong: boolean }} typed
 */
async function goIn(typed) {
  switch (way()) {
    case "sign-up":
      return await api.signUp({ ...typed, code: codeField.hidden ? "" : typed.code })
    case "reset":
      if (factorField.hidden) await api.resetPassword(typed)
      return await api.signIn(typed)
    case "sign-in":
      return await api.signIn(typed)
  }
}

/**
 * @param {string} sentence
 * @param {HTMLElement} field
 */
function complain(sentence, field) {
  setText(problem, sentence)
  field.focus()
}

function way() {
  return wish.way ?? "sign-in"
}

/** Takes a code out of the address, where it would be seen, and stay in the history. */
function arrive() {
  if (!wish.code) return
  code.value = wish.code
  history.replaceState(null, "", location.pathname + location.search)
}

function show() {
  if (!standing) return
  const { account } = standing
  const view = viewOf(standing, wish)
  const isIn = account !== null && wish.way !== "reset"
  const isMissing = isIn && account.secondFactor === "missing"
  signedIn.hidden = !isIn
  find("#set-up", HTMLElement).hidden = !isMissing
  find("#to-chat", HTMLElement).hidden = isMissing
  if (isMissing) setUp.use(api, false, goOn)
  form.hidden = isIn || standing.provider !== null
  guest.hidden = isIn || !view.offersGuest
  elsewhere.hidden = isIn || standing.provider === null
  if (standing.provider) showProvider(standing.provider)
  setText(find("#who", HTMLElement), say("account.signedInAs", { name: account?.name ?? "" }))
  const title = titleOf(view.way)
  setText(heading, isIn ? say("login.welcome") : title)
  setText(enter, view.way === "reset" ? say("login.reset") : title)
  codeField.hidden = !view.asksForCode
  setText(
    find("#code-help", HTMLElement),
    say(view.way === "reset" ? "login.code.reset" : "login.code.signUp"),
  )
  setText(
    find("#password-label", HTMLElement),
    say(view.way === "reset" ? "login.newPassword" : "login.password"),
  )
  const isNew = view.way !== "sign-in"
  password.autocomplete = isNew ? "new-password" : "current-password"
  find("#password-help", HTMLElement).hidden = !isNew
  find("#name-help", HTMLElement).hidden = view.way !== "sign-up"
  alongField.hidden = view.bringsAlong === 0
  setText(find("#along-label", HTMLElement), say("login.along", { count: view.bringsAlong }))
  explanation.hidden = !(view.way === "sign-up" && standing.letsInGuests)
  setText(explanation, say("login.signUp.keeps"))
  find("#to-sign-in", HTMLElement).hidden = view.way === "sign-in"
  find("#to-sign-up", HTMLElement).hidden = !view.offersSignUp
  find("#to-reset", HTMLElement).hidden = view.way === "reset"
  factorField.hidden = true
  setText(problem, "")
}

/** @param {NonNullable<Standing["provider"]>} provider */
function showProvider({ issuer, address }) {
  const link = find("#to-provider", HTMLAnchorElement)
  link.hidden = address === null
  if (address !== null) link.href = address
  setText(
    find("#provider", HTMLElement),
    address === null ? say("login.provider.ask", { issuer }) : say("login.provider", { issuer }),
  )
}

/** @param {import("./login-state.js").Way} way */
function titleOf(way) {
  if (way === "sign-up") return say("login.signUp")
  return way === "reset" ? say("login.resetting") : say("login.signIn")
}

async function look() {
  try {
    standing = await api.standing()
    unknown.hidden = true
  } catch (error) {
    sayUnknown(error)
  }
  show()
}

/** @param {unknown} error */
function sayUnknown(error) {
  setText(unknown, asProblem(error).message)
  unknown.hidden = false
}

arrive()
await look()
if (!form.hidden && guest.hidden) name.focus()
