/* Words every surface uses: states, sync vocabulary, login, updates. English is the type of all languages. */
import { counter } from "../plural";

const count = counter("en");

const words = {
  product: "Callout",
  visit: {
    planned: "Planned",
    dispatched: "Sent",
    accepted: "Accepted",
    travelling: "On the way",
    on_site: "On site",
    paused: "Paused",
    done: "Done",
    cannot_complete: "Not completed",
    cancelled: "Cancelled",
  },
  order: { to_accept: "To accept", waiting_parts: "Waiting for parts" },
  sync: {
    on_device: "On phone",
    queued: "Queued",
    sending: (share: string) => `Sending ${share}`.trim(),
    held: (share: string) => `Held at ${share}`,
    retry: (seconds: number) => (seconds > 0 ? `Retry in ${seconds} s` : "Retry"),
    delivered: "Delivered",
    uploaded: "Uploaded",
    compare: "To compare",
    attention: "Needs you",
  },
  offline: {
    bar: "Offline · kept on this phone",
    short: "Offline",
    waiting: (n: number) => count(n, { one: "# to send", other: "# to send" }),
  },
  act: {
    back: "Back",
    cancel: "Cancel",
    close: "Close",
    more: "More",
    retry: "Try again",
    undo: "Undo",
    required: "Required",
    optional: "Optional",
  },
  age: (time: string) => `Data from ${time}`,
  theme: {
    title: "Appearance",
    auto: "Like the device",
    light: "Light",
    dark: "Dark",
    outdoor: "Outdoor",
    outdoorWhy: "Outdoor: strong contrast and thicker lines, for sunlight",
  },
  language: "Language",
  update: {
    ready: "A new version is ready",
    why: "It takes a second. Nothing you have written is lost.",
    take: "Update now",
    later: "Waits until everything is sent and saved.",
  },
  login: {
    title: "Log in",
    why: "With the name and password of your work account.",
    login: "Login",
    password: "Password",
    show: "Show password",
    hide: "Hide password",
    submit: "Log in",
    busy: "Logging in…",
    loginMissing: "Enter your login.",
    passwordMissing: "Enter your password.",
    offline:
      "You are offline. Logging in for the first time needs a connection; what you typed stays here.",
    unreachable:
      "The server cannot be reached. Check the connection and try again; what you typed stays here.",
    unexpected: "The server could not answer. Try again in a minute.",
    signOut: "Log out",
    signOutKept: "Your work on this device stays here.",
    signOutOffline: "Logging out needs a connection, so that the server closes this session too.",
  },
  missing: {
    title: "This page does not exist",
    why: "The address may be old or incomplete.",
  },
};
export type SharedWords = typeof words;
export default words;
