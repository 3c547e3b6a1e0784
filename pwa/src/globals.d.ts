/** The version in package.json, set by the build. */
declare const __APP_VERSION__: string;

/** As build/glyphs.ts leaves it. */
declare module "@lucide/icons/icons/*" {
  const markup: string;
  export default markup;
}
