/* Esc takes one level away: what stands inside a drawer hears it before the drawer does. */
import type { Attachment } from "svelte/attachments";

/** On the element that Esc takes away while the focus is in the same drawer, or nowhere. */
export const escape =
  (away: () => void): Attachment<HTMLElement> =>
  (node) => {
    const around = node.closest(".drawer") ?? node;
    const onkeydown = (event: KeyboardEvent) => {
      const target = event.target as Node;
      // In a Chinese input method Esc takes back the syllables that are being typed.
      if (event.key !== "Escape" || event.isComposing) return;
      if (!(target === document.body || around.contains(target))) return;
      event.preventDefault();
      event.stopPropagation();
      away();
    };
    // Before the drawer, which listens on the window as well.
    addEventListener("keydown", onkeydown, true);
    return () => removeEventListener("keydown", onkeydown, true);
  };
