// The page's own icons, drawn on a grid of 24. They take the colour of the text around them.

/** @type {Readonly<Record<string, readonly string[]>>} */
const paths = {
  rings: [
    "M12 12.5a.6.6 0 1 0 0-1.2.6.6 0 0 0 0 1.2Z",
    "M15.6 11.2a3.7 3.7 0 1 1-2.3-2.8",
    "M5.3 12.9a6.8 6.8 0 0 1 11.2-6.1 6.8 6.8 0 0 1-3.2 11.9 6.8 6.8 0 0 1-6-1.9",
    "M20.7 7.4A9.8 9.8 0 1 1 16.9 3.5",
  ],
  menu: ["M4 7h16", "M4 12h10", "M4 17h16"],
  compose: ["M12 5v14", "M5 12h14"],
  send: ["M12 19V5.5", "M6 11.5 12 5.5l6 6"],
  stop: ["M8 8h8v8H8Z"],
  rename: ["M5 19l.9-3.7L15.8 5.4a1.7 1.7 0 0 1 2.4 0l.4.4a1.7 1.7 0 0 1 0 2.4L8.7 18.1Z"],
  remove: ["M5 7h14", "M10 7V5h4v2", "M7 7l.8 12h8.4L17 7", "M10.5 11v4.5", "M13.5 11v4.5"],
  copy: ["M9 9h10v10H9Z", "M15 5H5v10"],
  done: ["M5 12.5l4.5 4.5L19 7.5"],
  down: ["M12 5v13", "M6 12.5l6 6 6-6"],
  on: ["M9 5.5l6.5 6.5L9 18.5"],
  again: ["M19 12a7 7 0 1 1-2.1-5", "M19 4v4h-4"],
  back: ["M14.5 6l-6 6 6 6"],
  forward: ["M9.5 6l6 6-6 6"],
  more: ["M6 12h.01", "M12 12h.01", "M18 12h.01"],
  download: ["M12 4v10.5", "M7.5 10l4.5 4.5 4.5-4.5", "M5 19h14"],
  pin: ["M9 4h6l-1 6 3 3.5H7L10 10Z", "M12 13.5V20"],
  unpin: ["M9 4h6l-1 6 3 3.5H7L10 10Z", "M12 13.5V20", "M4.5 4.5l15 15"],
  archive: ["M4 5h16v4H4Z", "M5.5 9v10h13V9", "M10 13h4"],
  unarchive: ["M4 5h16v4H4Z", "M5.5 9v10h13V9", "M12 17v-5", "M9.5 14l2.5-2.5 2.5 2.5"],
  bin: ["M5 7h14", "M10 7V5h4v2", "M7 7l.8 12h8.4L17 7"],
  search: ["M10.5 16.5a6 6 0 1 0 0-12 6 6 0 0 0 0 12Z", "M15 15l4.5 4.5"],
  close: ["M6 6l12 12", "M18 6 6 18"],
  aloud: ["M5 10v4h3l4 3.5v-11L8 10Z", "M15.5 9.5a3.5 3.5 0 0 1 0 5", "M18 7a7 7 0 0 1 0 10"],
  dictate: [
    "M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4Z",
    "M6.5 11.5a5.5 5.5 0 0 0 11 0",
    "M12 17v3",
  ],
  tool: ["M4 12h3", "M17 12h3", "M12 4v3", "M12 17v3", "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z"],
}

const namespace = "http://www.w3.org/2000/svg"

/**
 * @param {keyof typeof paths} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const drawing = document.createElementNS(namespace, "svg")
  drawing.setAttribute("viewBox", "0 0 24 24")
  drawing.setAttribute("class", `icon icon-${name}`)
  drawing.setAttribute("aria-hidden", "true")
  for (const line of paths[name] ?? []) {
    const path = document.createElementNS(namespace, "path")
    path.setAttribute("d", line)
    drawing.append(path)
  }
  return drawing
}
