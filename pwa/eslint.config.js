/* Lint rules. The fences at the end keep the house's floors; each says why, so nobody has to ask. */
import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const fence = (files, groups) => ({
  files,
  ignores: ["**/*.test.ts"],
  rules: {
    "no-restricted-imports": [
      "error",
      { patterns: groups.map(([regex, message]) => ({ regex, message })) },
    ],
  },
});

const to = (...folders) => `^(\\.\\./)+(src/)?(${folders.join("|")})(/|$)`;
const SURFACES = ["engineer", "board", "portal", "gallery"];
const others = (own) => SURFACES.filter((name) => name !== own);
const idb = [
  "^idb$",
  "Only src/store touches IndexedDB: one place owns its schema, its upgrades and its locks.",
];

const surface = (name) =>
  fence(
    [`src/${name}/**`],
    [
      [
        to(...others(name)),
        "A surface never imports a surface: each is loaded alone, and a shared part has a folder of its own.",
      ],
      idb,
    ],
  );

export default ts.config(
  { ignores: ["dist", "dist-gallery", "node_modules", "src/api/schema.d.ts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, __APP_VERSION__: "readonly" } } },
  {
    files: ["build/**", "harness/**", "test/**", "*.config.{js,ts}"],
    languageOptions: { globals: { ...globals.node } },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig },
    },
  },
  {
    rules: {
      "no-console": "error",
      // `== null` asks for "neither null nor missing", which wire data often is.
      eqeqeq: ["error", "always", { null: "ignore" }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { varsIgnorePattern: "^_", argsIgnorePattern: "^_" },
      ],
      // Records are plain maps keyed by id or channel: leaving one is deleting its key.
      "@typescript-eslint/no-dynamic-delete": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-invalid-void-type": "off",
      // Our links are plain addresses that the router intercepts; there is no SvelteKit resolve().
      "svelte/no-navigation-without-resolve": "off",
      "no-restricted-syntax": [
        "error",
        {
          selector: "SvelteAttribute[key.name='style']",
          message:
            "The security policy forbids style attributes; style: directives are set from script and pass.",
        },
      ],
      // URL objects here are replaced, never changed, and held in $state.raw.
      "svelte/prefer-svelte-reactivity": "off",
      "svelte/no-at-html-tags": "error",
    },
  },
  { files: ["build/**"], rules: { "no-console": "off" } },
  ...SURFACES.map(surface),
  fence(
    ["src/session/**"],
    [
      [
        to(...SURFACES, "sync", "engines"),
        "session is below the surfaces and knows only ui, api, i18n and store.",
      ],
      idb,
    ],
  ),
  fence(
    ["src/store/**"],
    [
      [
        to("ui", "session", "sync", ...SURFACES),
        "store is the lowest floor: it keeps records and knows neither screens nor the wire.",
      ],
    ],
  ),
  fence(
    ["src/engines/**"],
    [
      [
        to("ui", "session", "sync", "store", "api", "i18n", "sw", ...SURFACES),
        "engines import nothing of ours: they are pure mirrors of the server's, kept equal by vectors.",
      ],
      idb,
    ],
  ),
  fence(
    ["src/sync/**", "src/api/**", "src/i18n/**", "src/sw/**"],
    [
      idb,
      [
        to("ui", "session", ...SURFACES),
        "This folder is below the screens: it must run in a test and in a worker without one.",
      ],
    ],
  ),
  fence(
    ["src/ui/**"],
    [
      [
        to("sync", "store", "api", "i18n", "sw", "session", "engines", ...SURFACES),
        "ui imports nothing of ours: words and states come in as props, so the same part serves every surface.",
      ],
      idb,
    ],
  ),
  {
    files: ["src/**"],
    ignores: ["src/store/**"],
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "indexedDB", message: "Only src/store touches IndexedDB." },
      ],
    },
  },
);
