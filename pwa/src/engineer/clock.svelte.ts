/* The present moment for screens, once a minute: what day it is, how old the data is. */
let now = $state(Date.now());
setInterval(() => (now = Date.now()), 30_000);
document.addEventListener("visibilitychange", () => (now = Date.now()));

export const present = (): number => now;
