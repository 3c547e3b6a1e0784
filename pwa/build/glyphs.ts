/* Vite plugin: an icon of the package becomes the markup inside its <svg> at build time. A component per icon, which puts the same few
   shapes together anew each time it is shown, took a tenth of the phone's start. */
import { pathToFileURL } from "node:url";
import type { Plugin } from "vite";

const ICON = /\/@lucide\/icons\/dist\/esm\/icons\/[\w-]+\.mjs$/;
export interface Icon {
  node: [tag: string, attributes: Record<string, string | number>][];
}

/** `<path d="…"/>`: the icon's shapes, without the names that its package gives to them. */
export const markupOf = ({ node }: Icon): string =>
  node
    .map(([tag, { key: _key, ...attributes }]) => {
      const said = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`);
      return `<${tag}${said.join("")}/>`;
    })
    .join("");

export function glyphs(): Plugin {
  return {
    name: "callout-glyphs",
    enforce: "pre",
    async load(id) {
      const path = id.split("?")[0] ?? "";
      if (!ICON.test(path)) return undefined;
      const { default: icon } = (await import(pathToFileURL(path).href)) as { default: Icon };
      return { code: `export default ${JSON.stringify(markupOf(icon))};`, map: null };
    },
  };
}
