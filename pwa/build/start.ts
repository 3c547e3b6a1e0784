/* One chunk for all that the first screen needs: thirty small ones compress worse and ask the phone thirty times. What only a
   dynamic import reaches stays out of it. */

interface Info {
  importers: string[];
}
export type Look = (id: string) => Info | null;

/** Names the chunk of a module that is reached from the entry (the end of its path) by static imports alone. */
export function startChunk(entry: string) {
  const found = new Map<string, boolean>();
  const isReached = (id: string, look: Look): boolean => {
    const seen = new Set([id]);
    for (const one of seen) {
      if (one.endsWith(entry)) return true;
      for (const importer of look(one)?.importers ?? []) seen.add(importer);
    }
    return false;
  };
  return (id: string, look: Look): string | null => {
    if (id.endsWith(entry)) return null;
    if (!found.has(id)) found.set(id, isReached(id, look));
    return found.get(id) ? "start" : null;
  };
}
