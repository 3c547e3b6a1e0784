/* Why nobody is signed in any more: by hand, or because the server ended it. The second one is said at the sign-in. */
let isByHand = false;
let hasEnded = $state(false);

export const ending = {
  /** The sign-in was ended by the server while somebody was at work. */
  get hasEnded(): boolean {
    return hasEnded;
  },
  /** Tells of each change between signed in and out. */
  follow(was: string, status: string): void {
    if (was === "in" && status === "out") hasEnded = !isByHand;
    if (status === "in") hasEnded = false;
  },
  async byHand(signOut: () => Promise<void>): Promise<void> {
    isByHand = true;
    try {
      await signOut();
    } finally {
      // After the screens have followed.
      setTimeout(() => (isByHand = false));
    }
  },
};
