/* Starts the engineer's surface: language and theme first, then the screen with what this phone holds, then the
   session and the worker. Nothing here waits for the network. */
import { mount } from "svelte";
import { configureApi } from "../api/client";
import "../i18n/engineer";
import { locale, startLocale } from "../i18n/locale.svelte";
import { session } from "../session/session.svelte";
import { registerWorker } from "../sw/register.svelte";
import "../ui/phone/phone.css";
import { followPresses } from "../ui/press";
import { startTheme } from "../ui/theme.svelte";
import App from "./App.svelte";
import { mayRestart } from "./draft.svelte";
import { watchInstall } from "./install.svelte";
import { recallPerson } from "./person";
import { phone } from "./phone.svelte";
import { router } from "./routes";

const PATIENCE_MS = 1_500;

configureApi({ language: locale, onSignedOut: () => session.expired() });
watchInstall();
startTheme();
followPresses(document);
router.start();
const opened = phone.resume();
navigator.serviceWorker?.addEventListener("message", ({ data }) => {
  const said = data as { type?: string; url?: string } | null;
  if (said?.type === "open" && said.url) router.visit(said.url);
});
await startLocale(recallPerson()?.locale);
// With its jobs at once, where the disk is quick enough: to draw an empty screen first and then the jobs takes a slow phone longer.
await Promise.race([
  opened.catch(() => undefined),
  new Promise((rest) => setTimeout(rest, PATIENCE_MS)),
]);
const target = document.getElementById("app") as HTMLElement;
target.replaceChildren();
mount(App, { target });
phone.mounted();
// Who it is was known; whether he still is signed in, the server says when it is heard.
void session.start();
void registerWorker(mayRestart);
