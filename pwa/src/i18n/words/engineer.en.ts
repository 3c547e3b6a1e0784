/* The engineer's words. English is the type. */
import { counter } from "../plural";

const count = counter("en");

const words = {
  nav: { label: "Main", today: "Today", outbox: "Outbox", me: "Me" },
  today: {
    title: "Today",
    jobs: (n: number) => count(n, { one: "# job", other: "# jobs" }),
    ready: "All on device",
    empty: "No jobs for today",
    emptyWhy: "Jobs that the office sends you appear here, offline too.",
    refresh: "Look again",
  },
  job: {
    title: "Job",
    accept: "Accept",
    depart: "Set off",
    arrive: "Arrived",
    pause: "Pause",
    resume: "Continue",
    complete: "Complete the job",
    cannotComplete: "Cannot complete",
    navigate: "Navigate",
    call: "Call",
    access: "Site access",
    asset: "Device",
    findings: "Findings",
    steps: { accepted: "Accepted", travelling: "On the way", on_site: "On site", done: "Done" },
    due: (time: string) => `by ${time}`,
    expected: (time: string) => `about ${time}`,
    missing: "This job is not on this device",
    missingWhy: "It was moved, closed, or has not arrived yet.",
  },
  outbox: {
    title: "Outbox",
    empty: "Everything is delivered",
    emptyWhy: "What you write and photograph waits here until the server has it.",
    sending: (done: number, all: number) => `Sending ${done}/${all}`,
    forYou: (n: number) => count(n, { one: "Needs you · #", other: "Need you · #" }),
    running: (n: number) => `Sending · ${n}`,
    delivered: (n: number) => `Delivered · today ${n}`,
    last: (time: string) => `Last delivered ${time}`,
  },
  me: {
    title: "Me",
    signedInAs: "Signed in as",
    version: (version: string) => `Version ${version}`,
    toToday: "Go to Today",
  },
  install: {
    title: "Put Callout on the Home Screen",
    why: "Only then does this device keep your jobs for longer than seven days without a visit.",
    ios: [
      "Tap Share at the bottom of the browser.",
      "Choose “Add to Home Screen”.",
      "Open Callout from there.",
    ],
    android: ["Open the browser's menu.", "Choose “Install app”.", "Open Callout from there."],
    act: "Install",
  },
};
export type EngineerWords = typeof words;
export default words;
