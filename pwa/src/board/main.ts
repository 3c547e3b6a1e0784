/* Starts the board: a desktop surface that needs a network. It shares the staff worker, which answers for it
   when there is none. */
import { mount } from "svelte";
import { configureApi } from "../api/client";
import "../i18n/board";
import "../i18n/order";
import { locale, startLocale } from "../i18n/locale.svelte";
import { session } from "../session/session.svelte";
import { registerWorker } from "../sw/register.svelte";
import "../ui/desk/desk.css";
import { startTheme } from "../ui/theme.svelte";
import App from "./App.svelte";
import { router } from "./routes";

configureApi({ language: locale, onSignedOut: () => session.expired() });
startTheme();
router.start();
void session.start();
// Asked for together with the person, not after him; its words come with the others.
if (router.current?.name === "timeline")
  await import("./timeline/Timeline.svelte").catch(() => undefined);
await startLocale(session.user?.locale);
mount(App, { target: document.getElementById("app") as HTMLElement });
void registerWorker();
