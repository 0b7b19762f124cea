// Gives the page the looks that the reader chose, before anything is painted. A classic script in
// the head: a module would come after the first paint, and show the wrong colours for a moment.
{
  const root = document.documentElement
  const dark = matchMedia("(prefers-color-scheme: dark)")
  const contrast = matchMedia("(prefers-contrast: more)")
  const barColours = { light: "#f5f7f3", dark: "#131714" }
  const contrastBarColours = { light: "#ffffff", dark: "#000000" }

  /** @returns {Record<string, unknown>} What is kept; how it is checked else: settings.js. */
  const keptSettings = () => {
    try {
      return JSON.parse(localStorage.getItem("shuren.settings") ?? "{}") ?? {}
    } catch (reason) {
      console.warn("The looks cannot be read:", reason)
      return {}
    }
  }

  const show = () => {
    const { theme, textSize, showsSidebar } = keptSettings()
    const isChosen = theme === "light" || theme === "dark"
    const scheme = isChosen ? theme : dark.matches ? "dark" : "light"
    const isStrong = theme === "contrast" || contrast.matches
    root.dataset.theme = isChosen || theme === "contrast" ? String(theme) : "auto"
    root.dataset.scheme = scheme
    root.dataset.contrast = isStrong ? "more" : "usual"
    root.dataset.textSize = typeof textSize === "string" ? textSize : "usual"
    root.dataset.sidebar = showsSidebar === false ? "drawer" : "beside"
    for (const bar of document.querySelectorAll("meta[name=theme-color]")) {
      bar.setAttribute(
        "content",
        (isStrong ? contrastBarColours : barColours)[scheme],
      )
    }
  }

  show()
  dark.addEventListener("change", show)
  contrast.addEventListener("change", show)
  // Another tab has changed something, or this one: settings-following.js.
  addEventListener("storage", show)
  document.addEventListener("settings-kept", show)
}
