/* Read by svelte-check and eslint-plugin-svelte as well as by Vite: runes everywhere, no legacy mode. */
export default {
  compilerOptions: {
    runes: ({ filename }) => (filename.includes("node_modules") ? undefined : true),
  },
};
