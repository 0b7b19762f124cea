// The page that shows the API: draws the description that the server gives out.

import { element, find, setText } from "./dom.js"
import { groupsOf, hasWords } from "./docs/description.js"
import { say } from "./docs/docs-words.js"
import { formView, routeView, texts } from "./docs/route-view.js"

/** @typedef {import("./docs/description.js").Description} Description */
/** @typedef {import("./docs/description.js").Route} Route */

const found = find("#found", HTMLElement)
const filter = find("#filter", HTMLInputElement)
const places = find("#places", HTMLElement)
const groups = find("#groups", HTMLElement)
const forms = find("#forms", HTMLElement)

/** @type {{ section: HTMLElement, link: HTMLElement, routes: { route: Route, view: HTMLElement }[] }[]} */
let shown = []

try {
  draw(await description())
  narrow()
  openNamed()
} catch (problem) {
  const reason = problem instanceof Error ? problem.message : String(problem)
  setText(found, say("docs.failed", { reason }))
}

filter.addEventListener("input", narrow)
addEventListener("hashchange", openNamed)

/** @returns {Promise<Description>} */
async function description() {
  const answer = await fetch("/openapi.json")
  if (!answer.ok) throw new Error(`${answer.status}`)
  return await answer.json()
}

/** @param {Description} description */
function draw(description) {
  find("#about", HTMLElement).append(...texts(description.info.description))
  shown = groupsOf(description).map(
    ({ name, description: about, routes }, index) => {
      const id = `group-${index + 1}`
      const views = routes.map((route) => ({
        route,
        view: routeView(route, description),
      }))
      const section = element(
        "section",
        {
          id,
          class: "docs-group",
          tabIndex: -1,
          "aria-labelledby": `${id}-heading`,
        },
        element("h2", { id: `${id}-heading` }, name),
        element("p", {}, about),
        ...views.map(({ view }) => view),
      )
      const link = element(
        "li",
        { lang: "en" },
        element("a", { href: `#${id}` }, name),
      )
      return { section, link, routes: views }
    },
  )
  groups.append(...shown.map(({ section }) => section))
  places.append(
    ...shown.map(({ link }) => link),
    element("li", {}, element("a", { href: "#forms" }, say("docs.forms"))),
  )
  find("#form-list", HTMLElement).append(
    ...Object.entries(description.components.schemas).map(([name, form]) => formView(name, form)),
  )
  forms.hidden = false
}

/** Shows only the routes that have the words which were typed. */
function narrow() {
  const typed = filter.value.trim()
  let count = 0
  for (const { section, link, routes } of shown) {
    let rest = 0
    for (const { route, view } of routes) {
      view.hidden = !hasWords(route, typed)
      if (!view.hidden) rest += 1
    }
    section.hidden = link.hidden = rest === 0
    count += rest
  }
  setText(
    found,
    count > 0 ? say("docs.found", { count }) : say("docs.foundNone"),
  )
}

/** Opens what the address names, and goes there. */
function openNamed() {
  const named = document.getElementById(
    decodeURIComponent(location.hash.slice(1)),
  )
  if (!named) return
  if (named instanceof HTMLDetailsElement) {
    // What was looked for may hide it.
    if (named.hidden) {
      filter.value = ""
      narrow()
    }
    named.open = true
    named.querySelector("summary")?.focus({ preventScroll: true })
  }
  named.scrollIntoView()
}
