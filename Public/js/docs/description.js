// What an OpenAPI description says, in the pieces that a page shows. No DOM, no words for readers.

/**
 * @typedef {object} Schema The part of JSON Schema that our description uses.
 * @property {string} [$ref]
 * @property {string | string[]} [type]
 * @property {string} [description]
 * @property {unknown} [const]
 * @property {unknown[]} [enum]
 * @property {Schema[]} [anyOf]
 * @property {Schema[]} [oneOf]
 * @property {Schema} [items]
 * @property {Record<string, Schema>} [properties]
 * @property {string[]} [required]
 * @property {string} [pattern]
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {number} [minLength]
 * @property {number} [maxLength]
 * @property {number} [minItems]
 * @property {number} [maxItems]
 * @property {unknown} [default]
 */

/** @typedef {{ schema?: Schema, example?: unknown, examples?: Record<string, { summary?: string, value: unknown }> }} Content */
/** @typedef {{ name: string, in: string, required?: boolean, description?: string, schema: Schema }} Parameter */
/** @typedef {{ $ref?: string, description?: string, headers?: Record<string, { description?: string }>, content?: Record<string, Content> }} Response */

/**
 * @typedef {object} Operation
 * @property {string} operationId
 * @property {string[]} tags
 * @property {string} summary
 * @property {string} [description]
 * @property {Record<string, unknown>[]} security
 * @property {Parameter[]} [parameters]
 * @property {{ required?: boolean, content: Record<string, Content> }} [requestBody]
 * @property {Record<string, Response>} responses
 */

/**
 * @typedef {object} Description
 * @property {{ title: string, description: string }} info
 * @property {{ name: string, description: string }[]} tags
 * @property {Record<string, Record<string, Operation>>} paths
 * @property {{ responses: Record<string, Response>, schemas: Record<string, Schema> }} components
 */

/** @typedef {{ method: string, path: string, operation: Operation }} Route */

/**
 * The routes by group, in the order of the groups, and within one by path.
 *
 * @param {Description} description
 * @returns {{ name: string, description: string, routes: Route[] }[]}
 */
export function groupsOf(description) {
  const routes = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    }))
  )
  return description.tags
    .map((tag) => ({
      ...tag,
      routes: routes.filter(({ operation }) => operation.tags.includes(tag.name)),
    }))
    .filter(({ routes }) => routes.length > 0)
}

/**
 * Whether a route has all words that a reader typed, somewhere.
 *
 * @param {Route} route
 * @param {string} typed
 */
export function hasWords({ method, path, operation }, typed) {
  const text = [
    method,
    path,
    operation.summary,
    operation.description ?? "",
    ...operation.tags,
  ]
    .join(" ").toLowerCase()
  return typed.toLowerCase().split(/\s+/).every((word) => text.includes(word))
}

/** @param {string} reference */
export function nameIn(reference) {
  return reference.slice(reference.lastIndexOf("/") + 1)
}

/**
 * An answer as it is described, wherever that is.
 *
 * @param {Response} response
 * @param {Description} description
 * @returns {Response}
 */
export function resolved(response, description) {
  if (response.$ref === undefined) return response
  return description.components.responses[nameIn(response.$ref)] ?? {}
}

/**
 * The pieces of a type: texts, and the names of forms that are described elsewhere.
 *
 * @param {Schema} schema
 * @returns {(string | { form: string })[]}
 */
export function typeOf(schema) {
  if (schema.$ref !== undefined) return [{ form: nameIn(schema.$ref) }]
  if ("const" in schema) return [JSON.stringify(schema.const)]
  if (schema.enum) {
    return [schema.enum.map((value) => JSON.stringify(value)).join(" | ")]
  }
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) {
    return choices.flatMap((
      choice,
      index,
    ) => [...(index > 0 ? [" | "] : []), ...typeOf(choice)])
  }
  if (schema.items && schema.type === "array") {
    return ["[", ...typeOf(schema.items), "]"]
  }
  return [[schema.type ?? "any"].flat().join(" | ")]
}

/**
 * What else a value must be, as a programmer writes it.
 *
 * @param {Schema} schema
 * @returns {string[]}
 */
export function limitsOf(schema) {
  return [
    range(schema.minimum, schema.maximum, ""),
    range(schema.minLength, schema.maxLength, "length "),
    range(schema.minItems, schema.maxItems, "count "),
    schema.pattern === undefined ? "" : `/${schema.pattern}/`,
    schema.default === undefined ? "" : `= ${JSON.stringify(schema.default)}`,
  ].filter((limit) => limit !== "")
}

/**
 * @param {number | undefined} least
 * @param {number | undefined} most
 * @param {string} of
 */
function range(least, most, of) {
  if (least === undefined && most === undefined) return ""
  if (least === undefined) return `${of}≤ ${most}`
  return most === undefined ? `${of}≥ ${least}` : `${of}${least}–${most}`
}

/**
 * The members that are shown below a type, however deep in lists and choices they are.
 *
 * @param {Schema} schema
 * @returns {{ name: string, schema: Schema, isRequired: boolean }[][]} One list for each choice.
 */
export function membersOf(schema) {
  if (schema.properties) {
    const required = new Set(schema.required)
    return [
      Object.entries(schema.properties).map(([name, member]) => ({
        name,
        schema: member,
        isRequired: required.has(name),
      })),
    ]
  }
  if (schema.items) return membersOf(schema.items)
  return (schema.anyOf ?? schema.oneOf ?? []).flatMap(membersOf)
}

/**
 * The examples of a body or an answer, as texts.
 *
 * @param {Content} content
 * @returns {{ name: string, text: string }[]}
 */
export function examplesOf(content) {
  const named = Object.values(content.examples ?? {})
    .map(({ summary, value }) => ({
      name: summary ?? "",
      text: written(value),
    }))
  return content.example === undefined
    ? named
    : [{ name: "", text: written(content.example) }, ...named]
}

/** @param {unknown} value */
function written(value) {
  return typeof value === "string" ? value.trimEnd() : JSON.stringify(value, null, 2)
}

/**
 * The paragraphs of a text of the description, and what of each is code.
 *
 * @param {string} text
 * @returns {{ text: string, isCode: boolean }[][]}
 */
export function paragraphsOf(text) {
  return text.split(/\n\n+/).map((paragraph) =>
    paragraph.split("`").map((piece, index) => ({
      text: piece,
      isCode: index % 2 === 1,
    }))
      .filter((piece) => piece.text !== "")
  )
}
