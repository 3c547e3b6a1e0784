/* The order that is being carried over the timeline on this page; null for none. Apart, so that the frame can tell it without loading
   the timeline. */
export const inHand = $state<{ order: string | null }>({ order: null });
