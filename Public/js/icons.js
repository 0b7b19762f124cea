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
  again: ["M19 12a7 7 0 1 1-2.1-5", "M19 4v4h-4"],
  close: ["M6 6l12 12", "M18 6 6 18"],
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
