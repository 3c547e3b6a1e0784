/* One chunk for all that the first screen needs: thirty small ones compress worse and ask the phone thirty times. What only a
   dynamic import reaches stays out of it; the words of the language are named to the page, so that they come at the same time. */
import type { Plugin } from "vite";

interface Info {
  importers: string[];
}
export type Look = (id: string) => Info | null;

const WORDS = /\/src\/i18n\/words\/(?:engineer|shared|setup)\.([\w-]+)\.ts$/;
/** What the words of every language import. */
const OF_WORDS = /\/src\/i18n\/plural\.ts$/;

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
    if (!found.has(id)) found.set(id, OF_WORDS.test(id) || isReached(id, look));
    return found.get(id) ? "start" : null;
  };
}

const MARK = "//# allFunctionsCalledOnLoad";
/** Chromium compiles a function when it is first called, on the thread that shows the page. Nearly all of this chunk is called at once: said
 *  in its first line, it is compiled beside that thread while the file arrives. Other browsers read a comment. */
export const compiledAtOnce = (): Plugin => ({
  name: "callout-compiled-at-once",
  enforce: "post",
  // the name of a file tells all that is in it
  augmentChunkHash: ({ name }) => (name === "start" ? MARK : undefined),
  generateBundle: {
    order: "post",
    handler(_options, bundle) {
      for (const one of Object.values(bundle))
        if (one.type === "chunk" && one.name === "start") one.code = `${MARK}\n${one.code}`;
    },
  },
});

/** Tells the script that knows the language first (public/app/theme.js) where the words of each lie: they come with the program and are
 *  not asked for after it. */
export function namesWords(page: string): Plugin {
  return {
    name: "callout-words",
    transformIndexHtml: {
      order: "post",
      handler: (html, { filename, bundle }) => {
        if (!filename.endsWith(page)) return html;
        const files = new Map<string, string[]>();
        for (const one of Object.values(bundle ?? {})) {
          const id = one.type === "chunk" ? one.facadeModuleId : null;
          const language = WORDS.exec(id ?? "")?.[1]?.toLowerCase();
          if (language) files.set(language, [...(files.get(language) ?? []), `/${one.fileName}`]);
        }
        const named = [...files].map(([language, all]) => ` data-${language}="${all.join(" ")}"`);
        return html.replace('src="/app/theme.js"', (src) => src + named.join(""));
      },
    },
  };
}
