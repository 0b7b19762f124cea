// Shows routes and forms of the description: each is closed until its reader opens it, and drawn then.

import { element } from "../dom.js"
import { examplesOf, limitsOf, membersOf, paragraphsOf, resolved, typeOf } from "./description.js"
import { say } from "./docs-words.js"

/** @typedef {import("./description.js").Schema} Schema */
/** @typedef {import("./description.js").Content} Content */
/** @typedef {import("./description.js").Route} Route */
/** @typedef {import("./description.js").Description} Description */

/** @type {Readonly<Record<string, import("./docs-words.js").DocsKey>>} */
const places = {
  path: "docs.inPath",
  query: "docs.inQuery",
  header: "docs.inHeader",
}

/** @type {Readonly<Record<string, import("./docs-words.js").DocsKey>>} */
const callers = {
  session: "docs.session",
  key: "docs.key",
  token: "docs.token",
}

/**
 * @param {Route} route
 * @param {Description} description
 * @returns {HTMLDetailsElement}
 */
export function routeView(route, description) {
  const { method, path, operation } = route
  return drawnWhenOpened(
    { id: operation.operationId, class: "docs-route" },
    [
      element("span", { class: "docs-method" }, method),
      element("code", { class: "docs-path" }, ...breakable(path)),
      element(
        "span",
        { class: "docs-summary" },
        ...inline(paragraphsOf(operation.summary)[0] ?? []),
      ),
    ],
    () => [
      ...texts(operation.description),
      ...callersOf(operation.security),
      ...parametersOf(operation.parameters ?? []),
      ...(operation.requestBody
        ? [
          heading(say("docs.body")),
          ...contents(operation.requestBody.content),
        ]
        : []),
      heading(say("docs.answers")),
      ...Object.entries(operation.responses).flatMap(([status, response]) =>
        answer(status, resolved(response, description))
      ),
    ],
  )
}

/**
 * @param {string} name
 * @param {Schema} schema
 * @returns {HTMLDetailsElement}
 */
export function formView(name, schema) {
  return drawnWhenOpened(
    { id: `form-${name}`, class: "docs-route docs-form" },
    [element("code", { class: "docs-path" }, name)],
    () => [...texts(schema.description), type(schema), ...members(schema)],
  )
}

/**
 * @param {{ id: string, class: string }} properties
 * @param {Node[]} summary
 * @param {() => Node[]} draw
 */
function drawnWhenOpened(properties, summary, draw) {
  const view = element(
    "details",
    properties,
    element("summary", {}, ...summary),
  )
  view.addEventListener("toggle", () => {
    if (view.open && view.children.length === 1) {
      view.append(element("div", { class: "docs-inside" }, ...draw()))
    }
  })
  return view
}

/** @param {string} text */
function heading(text) {
  return element("h3", { lang: document.documentElement.lang }, text)
}

/** @param {string} [text] */
export function texts(text) {
  return paragraphsOf(text ?? "").filter((pieces) => pieces.length > 0)
    .map((pieces) => element("p", {}, ...inline(pieces)))
}

/** @param {{ text: string, isCode: boolean }[]} pieces */
function inline(pieces) {
  return pieces.map(({ text, isCode }) => isCode ? element("code", {}, ...breakable(text)) : text)
}

/**
 * A path may go on in the next line behind a slash.
 *
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
function breakable(text) {
  return text.split(/(?<=\/)(?=.)/).flatMap((piece, index) =>
    index > 0 ? [element("wbr"), piece] : [piece]
  )
}

/** @param {Record<string, unknown>[]} security */
function callersOf(security) {
  const names = security.map((way) => {
    const key = callers[Object.keys(way)[0] ?? ""]
    return say(key ?? "docs.anybody")
  })
  const list = names.length > 0 ? names : [say("docs.anybody")]
  return [
    heading(say("docs.who")),
    element(
      "ul",
      { lang: document.documentElement.lang },
      ...list.map((name) => element("li", {}, name)),
    ),
  ]
}

/** @param {import("./description.js").Parameter[]} parameters */
function parametersOf(parameters) {
  if (parameters.length === 0) return []
  return [
    heading(say("docs.parameters")),
    element(
      "dl",
      { class: "docs-members" },
      ...parameters.flatMap(
        ({ name, in: place, required, schema, description }) => {
          const where = places[place]
          const needed = say(required ? "docs.required" : "docs.optional")
          return member(
            name,
            { ...schema, description: description ?? schema.description },
            where ? `${say(where)}, ${needed}` : needed,
          )
        },
      ),
    ),
  ]
}

/**
 * @param {string} name
 * @param {Schema} schema
 * @param {string} remark
 */
function member(name, schema, remark) {
  const limits = limitsOf(schema).map((limit) => element("code", { class: "docs-limit" }, limit))
  return [
    element(
      "dt",
      {},
      element("code", {}, name),
      " ",
      type(schema),
      element(
        "span",
        { class: "docs-remark", lang: document.documentElement.lang },
        ` ${remark}`,
      ),
    ),
    element(
      "dd",
      {},
      ...limits,
      ...texts(schema.description),
      ...members(schema),
    ),
  ]
}

/** @param {Schema} schema */
function type(schema) {
  const pieces = typeOf(schema).map((piece) =>
    typeof piece === "string" ? piece : element(
      "a",
      { href: `#form-${piece.form}`, class: "docs-link" },
      piece.form,
    )
  )
  return element("code", { class: "docs-type" }, ...pieces)
}

/**
 * @param {Schema} schema
 * @returns {HTMLElement[]}
 */
function members(schema) {
  return membersOf(schema).map((list) =>
    element(
      "dl",
      { class: "docs-members" },
      ...list.flatMap(({ name, schema, isRequired }) =>
        member(name, schema, isRequired ? "" : say("docs.optional"))
      ),
    )
  )
}

/** @param {Record<string, Content>} content */
function contents(content) {
  return Object.entries(content).flatMap(([mediaType, { schema, ...rest }]) => [
    element(
      "p",
      { class: "docs-media" },
      element("code", {}, mediaType),
      " ",
      ...(schema ? [type(schema)] : []),
    ),
    ...(schema ? [...texts(schema.description), ...members(schema)] : []),
    ...examplesOf(rest).map(({ name, text }) =>
      element(
        "figure",
        { class: "docs-example" },
        element(
          "figcaption",
          { lang: document.documentElement.lang },
          name ? say("docs.exampleNamed", { name }) : say("docs.example"),
        ),
        element("pre", { tabIndex: 0 }, element("code", {}, text)),
      )
    ),
  ])
}

/**
 * @param {string} status
 * @param {import("./description.js").Response} response
 */
function answer(status, { description, headers, content }) {
  const isError = Number(status) >= 300
  const [first = []] = paragraphsOf(description ?? "")
  const about = element(
    "p",
    { class: "docs-answer" },
    element("b", {}, status),
    " ",
    ...inline(first),
    ...(isError ? formsOf(content ?? {}) : []),
  )
  if (isError) return [about]
  const fields = Object.entries(headers ?? {}).map(([name, field]) =>
    element(
      "p",
      {},
      element(
        "span",
        { lang: document.documentElement.lang },
        say("docs.field", { name }),
      ),
      field.description ? `: ${field.description}` : "",
    )
  )
  return [about, ...fields, ...contents(content ?? {})]
}

/** @param {Record<string, Content>} content */
function formsOf(content) {
  return Object.values(content).flatMap(({ schema }) => schema ? [" ", type(schema)] : [])
}
