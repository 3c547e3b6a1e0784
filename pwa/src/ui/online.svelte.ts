/* Whether the browser believes it has a network. A hint for words on screen only: sync finds out by trying. */
let current = $state(navigator.onLine);
addEventListener("online", () => (current = true));
addEventListener("offline", () => (current = false));

export const online = (): boolean => current;
