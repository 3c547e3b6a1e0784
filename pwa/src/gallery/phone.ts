/* The phone kit, one screen at a time. */
import { mount } from "svelte";
import "../i18n/engineer";
import "../i18n/portal";
import "../ui/phone/phone.css";
import Components from "./phone/Components.svelte";
import Conflict from "./phone/Conflict.svelte";
import Job from "./phone/Job.svelte";
import Outbox from "./phone/Outbox.svelte";
import Portal from "./phone/Portal.svelte";
import Sheets from "./phone/Sheets.svelte";
import SignIn from "./phone/SignIn.svelte";
import Today from "./phone/Today.svelte";
import { screenAsked, startGallery } from "./start";

const screens = {
  components: Components,
  today: Today,
  job: Job,
  outbox: Outbox,
  conflict: Conflict,
  portal: Portal,
  sheet: Sheets,
  login: SignIn,
};

await startGallery();
document.body.className = "kit-phone";
mount(screens[screenAsked as keyof typeof screens], {
  target: document.getElementById("app") as HTMLElement,
});
