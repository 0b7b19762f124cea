// Our own lint rule: text never becomes markup, so nothing in the page may take a string of HTML.

const takesHTML = new Set([
  "innerHTML",
  "outerHTML",
  "insertAdjacentHTML",
  "setHTMLUnsafe",
  "parseHTMLUnsafe",
  "createContextualFragment",
  "parseFromString",
  "srcdoc",
])

const writes = new Set(["write", "writeln"])

/** The name that `object.name` or `object["name"]` asks for. */
function nameOf(member) {
  if (!member.computed) return member.property.name
  return typeof member.property.value === "string" ? member.property.value : undefined
}

export default {
  name: "house",
  rules: {
    "no-html-strings": {
      create(context) {
        const report = (node, name) =>
          context.report({
            node,
            message: `\`${name}\` makes markup of a string.`,
            hint: "Build nodes with element() and textContent.",
          })

        return {
          MemberExpression(node) {
            const name = nameOf(node)
            if (takesHTML.has(name)) report(node, name)
            if (writes.has(name) && node.object.name === "document") {
              report(node, `document.${name}`)
            }
          },
          Property(node) {
            const name = node.key.name ?? node.key.value
            if (takesHTML.has(name)) report(node, name)
          },
        }
      },
    },
  },
}
