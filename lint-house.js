// Our own lint rules. Text never becomes markup, so nothing in the page may take a string of HTML; and
// what a reader reads stands in the catalogues of words, so nothing else may look like it.

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

/** The page's own scripts, but for the catalogues. */
const mayHaveNoWords = /\/Public\/js\/(?!words\/)/

/** Two words beside each other, or one with a capital, or Chinese. */
const looksLikeWords = /[A-Za-z]{2,}[,.:;…]? +[A-Za-z]|^ ?[A-Z][a-z]+|\p{Script=Han}/u

/** What is the same in every language: `Ctrl+Z`, `<a href="`. */
const isNoLanguage = /^(Ctrl|Alt|Shift)\+\w+$|^<|="/

/** What takes texts that no reader reads: our own mistakes, the console, selectors, headers. */
const takesNoWords =
  /^(\w*Error|console|querySelector|querySelectorAll|closest|matches|find|matchMedia|headers)$/

/** Properties whose texts are not read either. */
const areNoWords = /^(class|className|sandbox|rel|Accept|Content-Type|If-None-Match|autocomplete)$/

/** Whether a call sets an attribute that is not read. */
function setsNoWords({ callee, arguments: [first] }) {
  return callee.property?.name === "setAttribute" && areNoWords.test(first.value)
}

/** Whether a text stands where it is nobody's to read. */
function isHidden(node) {
  for (let at = node, above = at.parent; above; at = above, above = at.parent) {
    if (above.type === "CallExpression" || above.type === "NewExpression") {
      if (at === above.callee) continue
      // Of an error's class.
      if (above.callee.type === "Super") return true
      const { callee } = above
      const { name, property, object } = callee
      const names = [name, property?.name, object?.name, object?.property?.name]
      return names.some((one) => takesNoWords.test(one)) || setsNoWords(above)
    }
    if (above.type === "Property") {
      return at === above.key || areNoWords.test(above.key.name ?? above.key.value)
    }
    if (above.type === "AssignmentExpression") return above.left.property?.name === "name"
    if (above.type === "BinaryExpression" || above.type === "SwitchCase") return true
    if (/Declaration$|Statement$/.test(above.type)) return /^(Import|Export)/.test(above.type)
  }
  return false
}

export default {
  name: "house",
  rules: {
    "no-words-outside-the-catalogues": {
      create(context) {
        if (!mayHaveNoWords.test(context.filename)) return {}
        const check = (node, text) => {
          if (!looksLikeWords.test(text) || isNoLanguage.test(text) || isHidden(node)) return
          context.report({
            node,
            message: `“${text}” looks like words for a reader.`,
            hint: "Put them into Public/js/words, and say() them.",
          })
        }
        return {
          Literal(node) {
            if (typeof node.value === "string") check(node, node.value)
          },
          TemplateElement(node) {
            check(node, node.cooked ?? "")
          },
        }
      },
    },
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
