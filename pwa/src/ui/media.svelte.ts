/* Whether the window is narrower than a desk: lists become cards and drawers become pages. Follows the window. */
const query = matchMedia("(max-width: 899px)");
let current = $state(query.matches);
query.addEventListener("change", () => (current = query.matches));

export const narrow = (): boolean => current;
