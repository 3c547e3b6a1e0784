/* Keys that act on the page: not while somebody writes, not while a dialog is open, not with Ctrl, Alt or Cmd. */

export function isForPage(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (document.querySelector("dialog[open]")) return false;
  return !(event.target as Element).matches("input, textarea, select, [contenteditable]");
}
