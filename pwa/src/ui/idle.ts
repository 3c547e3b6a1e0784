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
