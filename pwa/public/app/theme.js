/* Runs before the first paint, so it is a plain blocking script: no flash of the wrong theme or language.
   The keys are those of src/ui/theme.svelte.ts, src/i18n/locale.svelte.ts and src/engineer/person.ts. */
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
  var locale = read("callout.locale");
  try {
    locale = locale || JSON.parse(read("callout.phone")).locale;
  } catch {
    // nobody's phone yet
  }
  locale = locale || navigator.language || "en";
  root.lang = /^zh/i.test(locale) ? "zh-CN" : "en";
  // What a start waits for longest is begun here: the words of this language, and the disk, which is slow to wake up.
  var words = document.currentScript.getAttribute("data-" + root.lang.toLowerCase());
  (words || "").split(" ").forEach(function (file) {
    if (!file) return;
    var link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = file;
    document.head.append(link);
  });
  if (words && window.indexedDB && indexedDB.databases) indexedDB.databases().catch(function () {});
})();
