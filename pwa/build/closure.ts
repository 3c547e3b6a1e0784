/* Which built files a page needs, read from Vite's manifest.
   Owns the walk over static imports, dynamic imports, css and assets. Does no I/O, knows nothing of caching.
   Own, because the usual plugin left the shared runtime chunk out of its list: an offline start would fail. */

export interface Chunk {
  file: string;
  css?: string[];
  assets?: string[];
  imports?: string[];
  dynamicImports?: string[];
}
export type Manifest = Record<string, Chunk>;

/** Manifest keys reachable from `entries`. With `dynamic` false only what loads before the first paint. */
export function reachable(manifest: Manifest, entries: string[], dynamic: boolean): string[] {
  const seen = new Set<string>();
  const queue = [...entries];
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    if (seen.has(key)) continue;
    const chunk = manifest[key];
    if (!chunk) throw new Error(`The build manifest has no "${key}": is it still an entry?`);
    seen.add(key);
    queue.push(...(chunk.imports ?? []), ...(dynamic ? (chunk.dynamicImports ?? []) : []));
  }
  return [...seen].sort();
}

/** Output files (relative to the output folder) of the given manifest keys, without doubles, sorted. */
export function filesOf(manifest: Manifest, keys: string[]): string[] {
  const files = keys.flatMap((key) => {
    const chunk = manifest[key];
    return chunk ? [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])] : [];
  });
  return [...new Set(files)].sort();
}
