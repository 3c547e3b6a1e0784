/** Once what has been put onto the page has been painted; a hidden page paints nothing and is not waited for. */
export const painted = (): Promise<void> =>
  new Promise((go) => {
    requestAnimationFrame(() => setTimeout(go));
    setTimeout(go, 400);
  });

/** Does the work once the page has nothing else to do, `latest` milliseconds from now at the latest; answers how to take it back. */
export function whenIdle(work: () => void, latest: number): () => void {
  if (typeof requestIdleCallback === "function") {
    const asked = requestIdleCallback(work, { timeout: latest });
    return () => cancelIdleCallback(asked);
  }
  // Where a browser does not say when it is idle: after what is under way has been painted.
  const asked = setTimeout(work, Math.min(latest, 200));
  return () => clearTimeout(asked);
}
