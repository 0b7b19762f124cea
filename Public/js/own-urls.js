// The only addresses of scripts that code may name: browsers that know Trusted Types refuse others.

const workerPath = "/service-worker.js"

/**
 * @param {string} address
 * @returns {string}
 */
function ownScript(address) {
  if (address === workerPath) return address
  throw new TypeError(`No script of ours: ${address}`)
}

/** @typedef {{ createPolicy: (name: string, rules: object) => { createScriptURL: (address: string) => string } }} PolicyMaker */

/** The address of the service worker, as the browser wants it. */
export function serviceWorkerURL() {
  const maker = /** @type {{ trustedTypes?: PolicyMaker }} */ (globalThis).trustedTypes
  policy ??= maker?.createPolicy("shuren-urls", { createScriptURL: ownScript }) ??
    { createScriptURL: ownScript }
  return policy.createScriptURL(workerPath)
}

/** @type {{ createScriptURL: (address: string) => string } | undefined} A page makes it once. */
let policy
