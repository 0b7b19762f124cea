// deno-lint-ignore-file house/no-words-outside-the-catalogues -- the names of characters in HTML
// Character references and backslash escapes, as text.

const reference = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-zA-Z][a-zA-Z\d]*));/
const referenceAt = new RegExp(reference.source, "y")
const escapeOrReference = new RegExp(`\\\\([!-/:-@[-\`{-~])|${reference.source}`, "g")
const lastCodePoint = 0x10ffff

/** Names whose characters follow each other from a first one on. */
const runs = /** @type {readonly [number, string][]} */ ([
  [
    0xa0,
    "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn " +
    "sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave " +
    "Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc " +
    "Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute " +
    "THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml " +
    "igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave " +
    "uacute ucirc uuml yacute thorn yuml Amacr amacr Abreve abreve Aogon aogon Cacute cacute " +
    "Ccirc ccirc Cdot cdot Ccaron ccaron Dcaron dcaron Dstrok dstrok Emacr emacr",
  ],
  [
    0x391,
    "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho",
  ],
  [0x3a3, "Sigma Tau Upsilon Phi Chi Psi Omega"],
  [
    0x3b1,
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho " +
    "sigmaf sigma tau upsilon phi chi psi omega thetasym upsih",
  ],
  [0x2018, "lsquo rsquo sbquo"],
  [0x201c, "ldquo rdquo bdquo"],
  [0x2020, "dagger Dagger bull"],
  [0x2190, "larr uarr rarr darr harr"],
  [0x21d0, "lArr uArr rArr dArr hArr"],
  [0x2227, "and or cap cup int"],
  [0x2282, "sub sup nsub"],
  [0x2308, "lceil rceil lfloor rfloor"],
])

/** Other names, each with its characters. */
const others = "amp & lt < gt > quot \" apos ' Tab \t NewLine \n excl ! num # dollar $ percnt % " +
  "lpar ( rpar ) ast * plus + comma , period . sol / colon : semi ; equals = quest ? commat @ " +
  "lsqb [ lbrack [ bsol \\ rsqb ] rbrack ] Hat ^ lowbar _ grave ` lcub { lbrace { verbar | vert | " +
  "rcub } rbrace } Eogon Ę eogon ę Ecaron Ě ecaron ě Gbreve Ğ gbreve ğ Idot İ imath ı inodot ı " +
  "Lstrok Ł lstrok ł Nacute Ń nacute ń Ncaron Ň ncaron ň Odblac Ő odblac ő OElig Œ oelig œ " +
  "Rcaron Ř rcaron ř Sacute Ś sacute ś Scedil Ş scedil ş Scaron Š scaron š Tcaron Ť tcaron ť " +
  "Uring Ů uring ů Udblac Ű udblac ű Yuml Ÿ Zacute Ź zacute ź Zdot Ż zdot ż Zcaron Ž zcaron ž " +
  "fnof ƒ circ ˆ tilde ˜ piv ϖ ensp \u2002 emsp \u2003 thinsp \u2009 zwnj \u200c zwj \u200d " +
  "lrm \u200e rlm \u200f hyphen ‐ ndash – mdash — horbar ― hellip … mldr … permil ‰ prime ′ " +
  "Prime ″ lsaquo ‹ rsaquo › oline ‾ frasl ⁄ euro € image ℑ weierp ℘ real ℜ trade ™ alefsym ℵ " +
  "frac13 ⅓ frac23 ⅔ frac18 ⅛ frac38 ⅜ frac58 ⅝ frac78 ⅞ crarr ↵ map ↦ forall ∀ part ∂ exist ∃ " +
  "empty ∅ nabla ∇ isin ∈ notin ∉ ni ∋ prod ∏ sum ∑ minus − lowast ∗ radic √ prop ∝ infin ∞ " +
  "ang ∠ there4 ∴ sim ∼ cong ≅ asymp ≈ ne ≠ equiv ≡ le ≤ ge ≥ ngE ≧̸ sube ⊆ supe ⊇ oplus ⊕ " +
  "otimes ⊗ perp ⊥ sdot ⋅ lang ⟨ rang ⟩ loz ◊ star ☆ starf ★ phone ☎ spades ♠ clubs ♣ hearts ♥ " +
  "diams ♦ check ✓ cross ✗ sung ♪ flat ♭ natural ♮ sharp ♯ HilbertSpace ℋ DifferentialD ⅆ " +
  "ClockwiseContourIntegral ∲ numero № reals ℝ naturals ℕ integers ℤ rationals ℚ complexes ℂ"

/** @type {ReadonlyMap<string, string>} */
const named = new Map([
  ...runs.flatMap(([first, names]) =>
    names.split(" ").map((name, index) => pair(name, String.fromCodePoint(first + index)))
  ),
  ...pairsOf(others),
])

/**
 * @param {string} name
 * @param {string} characters
 * @returns {[string, string]}
 */
function pair(name, characters) {
  return [name, characters]
}

/** @param {string} text */
function pairsOf(text) {
  const words = text.split(" ")
  return words.flatMap((name, index) => index % 2 === 0 ? [pair(name, words[index + 1] ?? "")] : [])
}

/**
 * @param {string} source
 * @param {number} position Of a `&`.
 * @returns {{ text: string, end: number } | null} Nothing if no known reference stands there.
 */
export function characterReferenceAt(source, position) {
  referenceAt.lastIndex = position
  const match = referenceAt.exec(source)
  const text = match && textFor(match[1], match[2], match[3])
  return text === null ? null : { text, end: referenceAt.lastIndex }
}

/**
 * @param {string} text
 * @returns {string} With what its escapes and references stand for.
 */
export function unescaped(text) {
  if (!/[\\&]/.test(text)) return text
  return text.replace(
    escapeOrReference,
    (whole, escape, decimal, hexadecimal, name) =>
      escape ?? textFor(decimal, hexadecimal, name) ?? whole,
  )
}

/**
 * @param {string | undefined} decimal
 * @param {string | undefined} hexadecimal
 * @param {string | undefined} name
 * @returns {string | null}
 */
function textFor(decimal, hexadecimal, name) {
  if (name !== undefined) return named.get(name) ?? null
  return character(decimal !== undefined ? Number(decimal) : parseInt(hexadecimal ?? "", 16))
}

/**
 * @param {number} codePoint
 * @returns {string} The replacement character for what is none.
 */
function character(codePoint) {
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff
  const isCharacter = codePoint > 0 && codePoint <= lastCodePoint &&
    !isSurrogate
  return isCharacter ? String.fromCodePoint(codePoint) : "\ufffd"
}
