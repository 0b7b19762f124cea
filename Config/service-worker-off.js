// Removes the service worker from every browser that has it: copy this file over
// Public/service-worker.js and restart the server. Docs/Installed.md says more.

addEventListener("install", () => self.skipWaiting())

addEventListener("activate", (event) => event.waitUntil(leave()))

async function leave() {
  for (const name of await caches.keys()) {
    if (name.startsWith("shuren-")) await caches.delete(name)
  }
  await self.registration.unregister()
}
