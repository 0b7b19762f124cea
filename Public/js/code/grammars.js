// deno-lint-ignore-file house/no-words-outside-the-catalogues -- the words of programming languages
// How languages are written, as far as colours care. Only data: tokens.js reads it.
//
// A pattern must never run far and then fail, or hostile text takes time in the square of its
// length: what may stay unclosed ends at the line or at the end of all, and looks ahead are bounded.

/** @typedef {"keyword" | "string" | "comment" | "number" | "name" | "type" | "meta" | "inserted" | "deleted"} Kind */

/**
 * What a pattern's text is, and in which mode it goes on. The kind "" has no colour, "word" is looked up,
 * "word/name" is a name if nothing else is known of it, "@css" has its own grammar. "+mode" goes
 * into a mode, "pop" back out of it, "=mode" from one into the other.
 *
 * @typedef {readonly [kind: string, pattern: RegExp, next?: string]} Rule
 */

/**
 * @typedef {object} Grammar
 * @property {readonly Rule[]} rules The first that matches at a place counts.
 * @property {Readonly<Record<string, readonly Rule[]>>} [modes]
 * @property {Readonly<Partial<Record<Kind, string>>>} [words] The words of each kind.
 * @property {string} [definers] The words that a name follows.
 * @property {boolean | "but calls"} [hasTypes] Whether types begin with a capital; also functions?
 * @property {boolean} [ignoresCase]
 */

/** @type {readonly Kind[]} */
export const kinds = [
  "keyword",
  "string",
  "comment",
  "number",
  "name",
  "type",
  "meta",
  "inserted",
  "deleted",
]

/** @type {Rule} */
const word = ["word", /[A-Za-z_$\u00a1-\uffff][\w$\u00a1-\uffff]*/]
/** @type {Rule} */
const number = [
  "number",
  /(?:0[xX][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][-+]?\d+)?)\w*/,
]
/** @type {Rule} */
const slashes = ["comment", /\/\/.*|\/\*[^]*?(?:\*\/|(?![^]))/]
/** @type {Rule} */
const hash = ["comment", /#.*/]
/** @type {Rule} A hash that does not belong to a word. */
const looseHash = ["comment", /(?<![^\s;])#.*/]
/** @type {Rule} */
const double = ["string", /"[^"\\\n]*(?:\\[^][^"\\\n]*)*"?/]
/** @type {Rule} */
const single = ["string", /'[^'\\\n]*(?:\\[^][^'\\\n]*)*'?/]
/** @type {Rule} */
const rawSingle = ["string", /'[^']*'?/]
/** @type {Rule} */
const tripleDouble = ["string", /"""[^]*?(?:"""|(?![^]))/]
/** @type {Rule} */
const tripleSingle = ["string", /'''[^]*?(?:'''|(?![^]))/]
/** @type {Rule} */
const annotation = ["meta", /@[A-Za-z_][\w.]*/]
/** @type {Rule} */
const directive = ["meta", /^[ \t]*#[ \t]*[a-z]+(?:[ \t]*<[^>\n]*>)?/]
/** @type {Rule} Between values a slash divides. */
const regularExpression = [
  "string",
  /(?<=(?:^|[=(,:;!&|?{}[\n>]|\breturn)[ \t]{0,9})\/(?![*/])[^/\\[\n]{0,200}(?:(?:\\.|\[(?:[^\]\\\n]|\\.){0,99}\])[^/\\[\n]{0,99}){0,20}\/[a-z]*/,
]

/** @type {readonly Rule[]} Code within a string ends where its bracket does. */
const braces = [["", /\{/, "+main"], ["", /\}/, "pop"]]
/** @type {readonly Rule[]} */
const parentheses = [["", /\(/, "+main"], ["", /\)/, "pop"]]

const cWords =
  "auto break case const continue default do else enum extern for goto if inline register restrict return sizeof static struct switch typedef union volatile while NULL true false"
const cTypes =
  "bool char double float int long short signed unsigned void size_t ssize_t int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t wchar_t"
const javaWords =
  "abstract as assert break case catch class const continue default do else enum extends final finally for if implements import in instanceof interface internal is native new null override package private protected public return sealed static super switch synchronized this throw throws transient try true false void volatile when while yield record var"

/** @type {ReadonlyMap<string, Grammar>} */
export const grammars = new Map(Object.entries(
  /** @type {Record<string, Grammar>} */ ({
    bash: {
      rules: [
        looseHash,
        ["string", /<<-?['"]?(?<here>[A-Za-z_]\w{0,40})[^]*?(?:\n[ \t]*\k<here>$|(?![^]))/],
        rawSingle,
        ["string", /"/, "+string"],
        ["meta", /\$\{[^}\n]{0,99}\}?|\$\w+|\$[@#?*!$-]/],
        ...parentheses,
        ["", /\\[^]/],
        ["meta", /(?<=\s)--?[A-Za-z][\w-]*/],
        [
          "word/name",
          /(?<=(?:^|[|;&(]|\b(?:then|do|else|sudo)[ \t])[ \t]{0,40}(?:\$ )?)[A-Za-z_.][\w./:-]*(?![\w=])/,
        ],
        ["word", /[\w./:-]+/],
      ],
      modes: {
        string: [
          ["string", /"/, "pop"],
          ["meta", /\$\{[^}\n]{0,99}\}?|\$\w+|\$[@#?*!$-]/],
          ["", /\$\(/, "+main"],
          ["string", /\\[^]|[^"\\$]+|\$/],
        ],
      },
      words: {
        keyword:
          "if then else elif fi for while until do done case esac in function select return exit local export declare readonly set unset shift source alias break continue eval exec trap",
      },
      definers: "function",
    },
    c: {
      rules: [
        slashes,
        directive,
        ["string", /[LuU8]{0,2}R"(?<raw>[^(\s\\"]{0,16})\([^]*?(?:\)\k<raw>"|(?![^]))/],
        double,
        single,
        number,
        word,
      ],
      words: {
        keyword:
          `${cWords} alignas alignof and catch class co_await co_return co_yield concept consteval constexpr constinit const_cast decltype delete dynamic_cast explicit export final friend mutable namespace new noexcept not nullptr operator or override private protected public reinterpret_cast requires static_assert static_cast template this thread_local throw try typeid typename using virtual`,
        type: cTypes,
      },
      definers: "class struct enum union namespace",
      hasTypes: "but calls",
    },
    csharp: {
      rules: [
        slashes,
        directive,
        tripleDouble,
        ["string", /\$"/, "+string"],
        ["string", /[@$]{1,2}"[^"]*"?/],
        double,
        single,
        ...braces,
        number,
        word,
      ],
      modes: {
        string: [
          ["string", /"/, "pop"],
          ["", /\n/, "pop"],
          ["string", /\{\{|\\.|[^"\\{\n]+/],
          ["", /\{/, "+main"],
        ],
      },
      words: {
        keyword:
          `${javaWords} async await base checked delegate event explicit extern fixed foreach get goto implicit init lock namespace nameof operator out params partial readonly ref required select set sizeof stackalloc struct typeof unchecked unsafe using virtual where with`,
        type:
          "bool byte char decimal double dynamic float int long nint object sbyte short string uint ulong ushort",
      },
      definers: "class struct interface enum record namespace",
      hasTypes: "but calls",
    },
    css: {
      rules: [
        ["comment", /\/\*[^]*?(?:\*\/|(?![^]))/],
        double,
        single,
        ["meta", /@[\w-]+/],
        ["keyword", /!\w+/],
        ["name", /[A-Za-z-][\w-]*(?=[ \t]*:[^{};\n]{0,200}(?:[;}]|[^,{};\n]$))/],
        ["number", /#[\da-fA-F]{3,8}(?![\w-])|[-+]?(?:\d+\.?\d*|\.\d+)(?:%|[A-Za-z]+)?/],
        ["type", /[.#][A-Za-z_-][\w-]*/],
        ["meta", /::?[A-Za-z-]+/],
        ["word", /[\w-]+/],
      ],
    },
    diff: {
      rules: [
        ["meta", /^(?:@@|diff |index |--- |\+\+\+ |new file|deleted file|rename |similarity ).*/],
        ["inserted", /^[+>].*/],
        ["deleted", /^[-<].*/],
      ],
    },
    dockerfile: {
      rules: [
        ["comment", /^[ \t]*#.*/],
        [
          "keyword",
          /^[ \t]*(?:ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)\b/,
        ],
        ["keyword", /(?<=^[ \t]{0,9}FROM [^\n]{1,99} )AS\b/],
        double,
        single,
        ["meta", /\$\{[^}\n]{0,99}\}?|\$\w+|(?<=\s)--[a-z][\w-]*/],
        ["", /[\w./-]+/],
      ],
      ignoresCase: true,
    },
    go: {
      rules: [slashes, ["string", /`[^`]*`?/], double, single, number, word],
      words: {
        keyword:
          "break case chan const continue default defer else fallthrough false for func go goto if import interface iota map nil package range return select struct switch true type var",
        type:
          "any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr",
      },
      definers: "func type package",
      hasTypes: "but calls",
    },
    html: {
      rules: [
        ["comment", /<!--[^]*?(?:-->|(?![^]))/],
        ["meta", /<[!?][^>]*>?/],
        ["keyword", /(?<=<)script\b/, "+script tag"],
        ["keyword", /(?<=<)style\b/, "+style tag"],
        ["keyword", /(?<=<\/?)[a-z][\w:.-]*/, "+tag"],
        ["meta", /&#?\w{1,30};/],
      ],
      modes: {
        "tag": [["", /\/?>/, "pop"], ...attributes()],
        "script tag": [["", />/, "=script"], ...attributes()],
        "style tag": [["", />/, "=style"], ...attributes()],
        "script": [
          ["", /(?=<\/script)/, "pop"],
          ["@javascript", /[^]+?(?=<\/script|(?![^]))/],
        ],
        "style": [
          ["", /(?=<\/style)/, "pop"],
          ["@css", /[^]+?(?=<\/style|(?![^]))/],
        ],
      },
      ignoresCase: true,
    },
    java: {
      rules: [slashes, tripleDouble, double, single, annotation, number, word],
      words: { keyword: javaWords, type: "boolean byte char double float int long short" },
      definers: "class interface enum record",
      hasTypes: true,
    },
    javascript: {
      rules: [
        slashes,
        double,
        single,
        ["string", /`/, "+template"],
        regularExpression,
        ...braces,
        ["keyword", /(?<=(?<![\w)\]])<|<\/)[A-Za-z][\w.:-]*/],
        // Words between tags are no code, and an apostrophe in them begins no string.
        ["", />[^<>{}()=;"`\n]{1,80}(?=[<{])/],
        annotation,
        number,
        word,
      ],
      modes: {
        template: [
          ["string", /`/, "pop"],
          ["", /\$\{/, "+main"],
          ["string", /\\[^]|[^`\\$]+|\$/],
        ],
      },
      words: {
        keyword:
          "abstract as async await break case catch class const continue debugger declare default delete do else enum export extends false finally for from function get if implements import in infer instanceof interface is keyof let namespace new null of override private protected public readonly return satisfies set static super switch this throw true try type typeof undefined var void while with yield",
        type: "any bigint boolean never number object string symbol unknown",
      },
      definers: "function class interface type enum namespace",
      hasTypes: true,
    },
    json: {
      rules: [
        ["name", /"[^"\\\n]*(?:\\.[^"\\\n]*)*"(?=[ \t]*:)/],
        double,
        slashes,
        ["number", /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/],
        word,
      ],
      words: { keyword: "true false null" },
    },
    kotlin: {
      rules: [
        slashes,
        tripleDouble,
        ["string", /"/, "+string"],
        single,
        annotation,
        ...braces,
        number,
        word,
      ],
      modes: {
        string: [
          ["string", /"/, "pop"],
          ["", /\n/, "pop"],
          ["", /\$\{/, "+main"],
          ["string", /\\.|[^"\\$\n]+|\$/],
        ],
      },
      words: {
        keyword:
          `${javaWords} by companion constructor crossinline data fun init inline inner lateinit noinline object open operator out reified suspend tailrec typealias val vararg where`,
      },
      definers: "class interface object fun typealias",
      hasTypes: true,
    },
    markdown: {
      rules: [
        ["string", /^[ \t]*(?<fence>`{3,9}|~{3,9})[^]*?(?:^[ \t]*\k<fence>|(?![^]))/],
        ["keyword", /^#{1,6} .*/],
        ["comment", /^[ \t]*>.*|<!--[^]*?(?:-->|(?![^]))/],
        ["meta", /^[ \t]*(?:[-*+]|\d{1,9}[.)])(?=\s)/],
        ["string", /`[^`\n]{1,300}`/],
        ["type", /\*\*[^*\n]{1,300}\*\*/],
        ["name", /!?\[[^\][\n]{0,300}\]\([^()\n]{0,300}\)/],
      ],
    },
    php: {
      rules: [
        ["meta", /<\?(?:php|=)?|\?>|#\[[^\]\n]*\]?/],
        slashes,
        hash,
        double,
        single,
        ["name", /\$\w+/],
        number,
        word,
      ],
      words: {
        keyword:
          `${javaWords} and array clone declare echo elseif empty endfor endforeach endif endwhile exit fn foreach function global include include_once insteadof isset list match mixed namespace or print readonly require require_once self trait unset use xor`,
        type: "bool float int iterable object string never",
      },
      definers: "class interface trait enum function",
      hasTypes: true,
    },
    python: {
      rules: [
        hash,
        ["string", /[rbfuRBFU]{0,2}(?:"""[^]*?(?:"""|(?![^]))|'''[^]*?(?:'''|(?![^])))/],
        [
          "string",
          /[rbfuRBFU]{0,2}(?:"[^"\\\n]*(?:\\[^][^"\\\n]*)*"?|'[^'\\\n]*(?:\\[^][^'\\\n]*)*'?)/,
        ],
        ["meta", /^[ \t]*@[\w.]+/],
        number,
        word,
      ],
      words: {
        keyword:
          "and as assert async await break case class continue def del elif else except False finally for from global if import in is lambda match None nonlocal not or pass raise return self True try while with yield",
        type: "bool bytes dict float int list object set str tuple",
      },
      definers: "class def",
      hasTypes: true,
    },
    ruby: {
      rules: [
        ["comment", /^=begin\b[^]*?(?:^=end\b|(?![^]))/],
        hash,
        ["string", /<<[-~](?<text>[A-Z]\w{0,40})[^]*?(?:\n[ \t]*\k<text>$|(?![^]))/],
        ["string", /"/, "+string"],
        single,
        regularExpression,
        ["meta", /(?<![:\w]):[A-Za-z_]\w*[?!]?/],
        ["name", /@{1,2}\w+|\$\w+/],
        ...braces,
        number,
        ["word", /[A-Za-z_\u00a1-\uffff][\w\u00a1-\uffff]*[?!]?/],
      ],
      modes: {
        string: [
          ["string", /"/, "pop"],
          ["", /#\{/, "+main"],
          ["string", /\\[^]|[^"\\#]+|#/],
        ],
      },
      words: {
        keyword:
          "alias and attr_accessor attr_reader begin break case class def defined? do else elsif end ensure extend false for if in include lambda loop module next nil not or private proc protected public raise redo require require_relative rescue retry return self super then true undef unless until when while yield",
      },
      definers: "class module def",
      hasTypes: true,
    },
    rust: {
      rules: [
        slashes,
        ["meta", /#!?\[[^\]\n]*\]?/],
        ["string", /b?r(?<hashes>#{0,9})"[^]*?(?:"\k<hashes>|(?![^]))/],
        ["string", /b?"[^"\\]*(?:\\[^][^"\\]*)*"?/],
        ["string", /b?'(?:[^'\\\n]|\\[^\n]{1,12}?)'/],
        ["type", /'[a-z_]\w*/],
        ["name", /[a-z_]\w*!(?![=\w])/],
        number,
        word,
      ],
      words: {
        keyword:
          "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type union unsafe use where while",
        type: "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize",
      },
      definers: "fn struct enum trait mod type union",
      hasTypes: true,
    },
    sql: {
      rules: [
        ["comment", /--.*|\/\*[^]*?(?:\*\/|(?![^]))/],
        rawSingle,
        ["name", /"[^"\n]*"?|`[^`\n]*`?/],
        number,
        word,
      ],
      words: {
        keyword:
          "add all alter analyze and any as asc autoincrement begin between by cascade case check collate column commit constraint create cross database default delete desc distinct drop else end except exists explain false foreign from full function grant group having if ilike in index inner insert intersect into is join key lateral left like limit materialized natural not null offset on or order outer over partition primary procedure recursive references replace returning revoke right rollback row select set table temporary then transaction trigger true truncate union unique update using values view when where window with",
        type:
          "bigint blob boolean bytea char date decimal double float int integer interval json jsonb numeric real serial smallint text time timestamp timestamptz uuid varchar",
      },
      ignoresCase: true,
    },
    swift: {
      rules: [
        slashes,
        ["string", /#{1,9}"[^"\n]*(?:"(?!#)[^"\n]*)*(?:"#{1,9})?/],
        ["string", /"""/, "+text"],
        ["string", /"/, "+string"],
        ["meta", /[#@][A-Za-z]\w*/],
        ...parentheses,
        number,
        word,
      ],
      modes: {
        text: [
          ["string", /"""/, "pop"],
          ["", /\\\(/, "+main"],
          ["string", /\\[^]|[^"\\]+|"/],
        ],
        string: [
          ["string", /"/, "pop"],
          ["", /\n/, "pop"],
          ["", /\\\(/, "+main"],
          ["string", /\\.|[^"\\\n]+/],
        ],
      },
      words: {
        keyword:
          "actor any as associatedtype async await borrowing break case catch class consuming continue convenience default defer deinit didSet do else enum extension fallthrough false fileprivate final for func get guard if import in indirect infix init inout internal is isolated lazy let mutating nil nonisolated open operator override package postfix prefix private protocol public repeat rethrows return self Self sending set some static struct subscript super switch throw throws true try typealias unowned unsafe var weak where while willSet",
      },
      definers: "actor class enum extension func protocol struct typealias associatedtype",
      hasTypes: true,
    },
    toml: {
      rules: [
        ["comment", /(?<![^\s])[#;].*/],
        ["type", /^[ \t]*\[[^\n]*\]/],
        tripleDouble,
        tripleSingle,
        double,
        single,
        ["name", /(?<=^[ \t]{0,80})[\w.-]+(?=[ \t]{0,80}=)/],
        ["number", /[-+]?\d[\w.:+-]*/],
        ["word", /[\w./-]+/],
      ],
      words: { keyword: "true false inf nan" },
    },
    yaml: {
      rules: [
        looseHash,
        ["meta", /^(?:---|\.\.\.)(?=\s|$)|(?<![^\s])[&*!][\w!./-]+/],
        ["name", /(?<=^[ \t]{0,80}(?:-[ \t]{1,9}){0,5})[\w./$"'<-][^:#\n]{0,99}(?=:(?:\s|$))/],
        double,
        single,
        ["number", /(?<![^\s,[])-?\d[\d._]*(?![^\s,\]])/],
        ["word", /[^\s,[\]{}"'#]+/],
      ],
      words: { keyword: "true false null yes no on off ~" },
      definers: "",
    },
  }),
))

/**
 * What stands in a tag.
 *
 * @returns {readonly Rule[]}
 */
function attributes() {
  return [["string", /"[^"]*"?|'[^']*'?/], ["name", /[^\s"'<>/=]+/]]
}
