/* Starts the customers' portal. No session, and a worker only for whoever wants pushes: the token in the address is the key. The first answer names
   the customer's language, so the page waits for it, but not long. */
import { mount } from "svelte";
import { configureApi } from "../api/client";
import "../i18n/portal";
import { locale, startLocale } from "../i18n/locale.svelte";
import "../ui/phone/phone.css";
import { startTheme } from "../ui/theme.svelte";
import App from "./App.svelte";
import { track } from "./track.svelte";

const PATIENCE = 1500;

configureApi({ language: locale });
startTheme();
await Promise.race([track.load(), new Promise((next) => setTimeout(next, PATIENCE))]);
await startLocale(track.data?.locale);
mount(App, { target: document.getElementById("app") as HTMLElement });
