// Cases for what goes beyond CommonMark: GitHub's tables, tasks and bare addresses, and formulas.

const p = (html) => `<p>${html}</p>`
const table = (head, ...rows) => `<table>\n${[head, ...rows].join("\n")}\n</table>`
const th = (...cells) => `<tr>${cells.map((cell) => `<th>${cell}</th>`).join("")}</tr>`
const td = (...cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`

/** @type {Readonly<Record<string, import("./leaf-blocks.js").Cases>>} */
export const extensions = {
  "tables": [
    ["| a | b |\n| --- | --- |\n| 1 | 2 |", table(th("a", "b"), td("1", "2"))],
    ["a | b\n--- | ---\n1 | 2", table(th("a", "b"), td("1", "2"))],
    [
      "|a|b|c|d|\n|:-|-:|:-:|-|",
      '<table>\n<tr><th align="start">a</th><th align="end">b</th><th align="center">c</th>' +
      "<th>d</th></tr>\n</table>",
    ],
    ["| a |\n| - |\n| 1 |", table(th("a"), td("1"))],
    ["|a|b|\n|-|-|\n|1|\n|1|2|3|", table(th("a", "b"), td("1", ""), td("1", "2"))],
    ["|a|b|\n|-|-|\n|1\\|2|3|", table(th("a", "b"), td("1|2", "3"))],
    ["|a|b|\n|-|-|\n|`1|2`|3|", table(th("a", "b"), td("<code>1|2</code>", "3"))],
    ["|*a*|[b](/c)|\n|-|-|", table(th("<em>a</em>", '<a href="/c">b</a>'))],
    ["|a|b|\n|-|", p("|a|b|\n|-|")],
    ["|a|\n|x|", p("|a|\n|x|")],
    ["text\n|a|\n|-|", `${p("text")}\n${table(th("a"))}`],
    ["|a|\n|-|\n|1|\n\ntext", `${table(th("a"), td("1"))}\n${p("text")}`],
    ["|a|\n|-|\n> b", `${table(th("a"))}\n<blockquote>\n${p("b")}\n</blockquote>`],
    ["|a|\n|-|\ntext", table(th("a"), td("text"))],
    ["> |a|\n> |-|\n> |1|", `<blockquote>\n${table(th("a"), td("1"))}\n</blockquote>`],
    ["- |a|\n  |-|\n  |1|", `<ul>\n<li>\n${table(th("a"), td("1"))}\n</li>\n</ul>`],
    ["a\n---", "<h2>a</h2>"],
  ],
  "strikethrough": [
    ["~~a~~", p("<del>a</del>")],
    ["a~~b~~c", p("a<del>b</del>c")],
    ["~~a *b*~~", p("<del>a <em>b</em></del>")],
    ["*a ~~b*~~", p("<em>a ~~b</em>~~")],
    ["~5 to ~10", p("~5 to ~10")],
    ["~~ a ~~", p("~~ a ~~")],
    ["~~~~a~~~~", '<pre><code class="language-a~~~~"></code></pre>'],
    ["x ~~~a~~~", p("x ~~~a~~~")],
  ],
  "task list items": [
    ["- [ ] a\n- [x] b\n- [X] c", "<ul>\n<li>[ ] a</li>\n<li>[x] b</li>\n<li>[x] c</li>\n</ul>"],
    ["1. [ ] a", "<ol>\n<li>[ ] a</li>\n</ol>"],
    ["- [x]a", "<ul>\n<li>[x]a</li>\n</ul>"],
    ["- a [x] b", "<ul>\n<li>a [x] b</li>\n</ul>"],
    ["- [ ] a\n  - [x] b", "<ul>\n<li>[ ] a\n<ul>\n<li>[x] b</li>\n</ul>\n</li>\n</ul>"],
    ["[x] a", p("[x] a")],
  ],
  "formulas": [
    ["a $x$ b", p("a <math>x</math> b")],
    ["$x^2 + y$", p("<math>x^2 + y</math>")],
    ["\\(x_1\\)", p("<math>x_1</math>")],
    ["so \\[a = b\\] holds", p("so <math>a = b</math> holds")],
    ["so $$a = b$$ holds", p("so <math>a = b</math> holds")],
    ["$$\na = b\n$$", "<math>a = b</math>"],
    ["\\[\n\\frac{a}{b}\n+ c\n\\]", "<math>\\frac{a}{b}\n+ c</math>"],
    ["$$a = b$$", "<math>a = b</math>"],
    ["it is\n$$\nx\n$$\nthere", `${p("it is")}\n<math>x</math>\n${p("there")}`],
    ["- a\n\n  $$\n  x\n  $$", "<ul>\n<li>\n<p>a</p>\n<math>x</math>\n</li>\n</ul>"],
    ["$a*b$ and $c*d$", p("<math>a*b</math> and <math>c*d</math>")],
    ["$a_b$ _c_", p("<math>a_b</math> <em>c</em>")],
    ["`$a$`", p("<code>$a$</code>")],
    ["$2^n$", p("<math>2^n</math>")],
  ],
  "what only looks like a formula": [
    ["$5 and $10", p("$5 and $10")],
    ["$5-$10", p("$5-$10")],
    ["from $5, or 5$", p("from $5, or 5$")],
    ["US$5 to US$6", p("US$5 to US$6")],
    ["$ a $", p("$ a $")],
    ["$HOME and $PATH", p("$HOME and $PATH")],
    ["$HOME/$USER", p("$HOME/$USER")],
    ["\\[1\\] and \\(sic\\)", p("[1] and (sic)")],
    ["\\$a\\$", p("$a$")],
    ["$$", p("$$")],
    ["$$\na", p("$$\na")],
    ["$$\na\n\nb", `${p("$$\na")}\n${p("b")}`],
    ["a \\(b", p("a (b")],
  ],
}
