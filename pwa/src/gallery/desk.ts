/* The desk kit on one screen: rail, top bar, table, drawer, toast, fields. */
import { mount } from "svelte";
import "../i18n/board";
import "../ui/desk/desk.css";
import Desk from "./desk/Desk.svelte";
import { startGallery } from "./start";

await startGallery();
mount(Desk, { target: document.getElementById("app") as HTMLElement });
