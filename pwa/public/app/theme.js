/* Runs before the first paint, so it is a plain blocking script: no flash of the wrong theme or language.
   The keys are those of src/ui/theme.svelte.ts and src/i18n/locale.svelte.ts. */
(function () {
  var root = document.documentElement;
  var read = function (key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage may be forbidden; the defaults below still hold
    }
  };
  var choice = read("callout.theme");
  var dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = /^(light|dark|outdoor)$/.test(choice) ? choice : dark ? "dark" : "light";
  var locale = read("callout.locale") || navigator.language || "en";
  root.lang = /^zh/i.test(locale) ? "zh-CN" : "en";
})();
