/* Starts the customers' portal. No worker, no session: the token in the address is the key. */
import { mount } from "svelte";
import { configureApi } from "../api/client";
import "../i18n/portal";
import { locale, startLocale } from "../i18n/locale.svelte";
import "../ui/phone/phone.css";
import { startTheme } from "../ui/theme.svelte";
import App from "./App.svelte";

configureApi({ language: locale });
startTheme();
await startLocale();
mount(App, { target: document.getElementById("app") as HTMLElement });
