// deno-lint-ignore-file house/no-words-outside-the-catalogues -- the names of programming languages
// What the languages of code blocks are called: by models, by people, and at the end of a file's name.

/**
 * @typedef {object} Language
 * @property {string} name For people.
 * @property {string} extension Of a file.
 * @property {string} grammar In grammars.js; empty where the words have no colours.
 */

/** The grammar, the name, the extension, then what else models write behind a fence. */
const known = `
bash|Shell|sh|bash shell zsh console shell-session
c|C|c|h
c|C++|cpp|c++ cc cxx hpp
csharp|C#|cs|csharp
css|CSS|css|scss less
diff|Diff|diff|patch
dockerfile|Dockerfile|Dockerfile|docker containerfile
go|Go|go|golang
html|HTML|html|htm xhtml
html|XML|xml|xsd xsl rss
html|SVG|svg
java|Java|java
javascript|JavaScript|js|mjs cjs node
javascript|JSX|jsx
javascript|TypeScript|ts|mts cts
javascript|TSX|tsx
json|JSON|json|jsonc json5 jsonl
kotlin|Kotlin|kt|kts
markdown|Markdown|md
php|PHP|php
python|Python|py|python3 py3
ruby|Ruby|rb
rust|Rust|rs
sql|SQL|sql|mysql postgres postgresql plsql sqlite
swift|Swift|swift
toml|TOML|toml
toml|INI|ini|conf cfg properties
yaml|YAML|yml|yaml
|Text|txt|text plain plaintext
`

/** @type {ReadonlyMap<string, Language>} */
const languages = new Map(
  known.trim().split("\n").flatMap((line) => {
    const [grammar = "", name = "", extension = "", aliases = ""] = line.split("|")
    const names = [name, extension, ...aliases.split(" ")].map((one) => one.toLowerCase())
    return names.filter((one) => one !== "").map((
      alias,
    ) => /** @type {const} */ ([alias, { name, extension, grammar }]))
  }),
)

/** Longer ones are no language but prose behind a fence. */
const longestName = 24

/**
 * @param {string} word What stands behind the fence.
 * @returns {Language} One of no known name has its own, and is text.
 */
export function languageCalled(word) {
  const found = languages.get(word.toLowerCase())
  return found ?? { name: word.slice(0, longestName), extension: "txt", grammar: "" }
}

/**
 * @param {string} word What stands behind the fence.
 * @returns {string} What a file with such code is called.
 */
export function fileName(word) {
  const { extension } = languageCalled(word)
  return extension === "Dockerfile" ? extension : `code.${extension}`
}
