/* Whether and how this browser can put the app on the Home Screen. Owns the browser's own offer, which comes once and
   early; Me shows it. */
interface InstallOffer extends Event {
  prompt: () => Promise<unknown>;
  userChoice: Promise<{ outcome: "accepted" | "dismissed" }>;
}

let offer = $state.raw<InstallOffer | null>(null);
let isInstalled = $state(false);

const standalone = (): boolean =>
  matchMedia("(display-mode: standalone)").matches ||
  (navigator as { standalone?: boolean }).standalone === true;

export function watchInstall(): void {
  isInstalled = standalone();
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event as InstallOffer;
  });
  addEventListener("appinstalled", () => {
    offer = null;
    isInstalled = true;
  });
}

export const install = {
  get isInstalled(): boolean {
    return isInstalled;
  },
  /** The browser would ask by itself; else a person is shown the steps. */
  get canAsk(): boolean {
    return offer !== null;
  },
  /** iOS has no offer: "Share → Add to Home Screen" by hand. */
  isApple:
    /iPhone|iPad/.test(navigator.userAgent) ||
    (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1),
  async ask(): Promise<void> {
    const asked = offer;
    offer = null;
    await asked?.prompt();
    if ((await asked?.userChoice)?.outcome === "accepted") isInstalled = true;
  },
};
