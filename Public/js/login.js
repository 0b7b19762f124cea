// Where a reader goes on whose session has ended.

import { find } from "./dom.js"
import { ownPath } from "./own-path.js"

const then = new URLSearchParams(location.search).get("then")
find("#go-on", HTMLAnchorElement).href = ownPath(then, location.origin)
