// The title of the page: what it is about, behind a mark when something has happened there.

let name = document.title
let mark = ""

/** @param {string} next What the page is about. */
export function nameTitle(next) {
  name = next
  show()
}

/** @param {string} next Nothing when nothing has happened. */
export function markTitle(next) {
  mark = next
  show()
}

function show() {
  const title = mark + name
  if (document.title !== title) document.title = title
}
