/* The engineer's words. English is the type. */
import { counter } from "../plural";

const count = counter("en");

const words = {
  nav: { label: "Main", today: "Today", outbox: "Outbox", me: "Me", toToday: "Go to Today" },
  today: {
    title: "Today",
    jobs: (n: number) => count(n, { one: "# job", other: "# jobs" }),
    ready: "All on phone",
    lacking: (n: number) => count(n, { one: "# missing", other: "# missing" }),
    empty: "No jobs for today",
    emptyWhy: "Jobs that the office sends you appear here, offline too.",
    never: "No jobs on this phone yet",
    neverWhy:
      "The first time needs a connection. From then on everything is here, without signal too.",
    refresh: "Refresh",
    refreshed: "Everything is up to date",
    notRefreshed: "No connection. Shown is what this phone holds.",
    loading: (n: number) =>
      n > 0 ? `Fetching your jobs… ${n} records so far` : "Fetching your jobs…",
    promised: (from: string, until: string) => `Promised ${from}–${until}`,
    later: "Later",
    earlier: "Earlier",
    doneToday: "Finished today",
    showDone: (n: number) => count(n, { one: "Show # finished", other: "Show # finished" }),
    goOn: "Go on writing",
    unfinished: (job: string) => `Unfinished findings · ${job}`,
    unfinishedForm: (job: string) => `Unfinished form · ${job}`,
    unfinishedOther: (job: string) => `Unfinished text · ${job}`,
    stranded: "Written for a job that has left this phone",
    handIn: "Hand in",
    discard: "Discard",
    handedIn: "Handed in to the office",
    clock: (ahead: string) =>
      `This phone's clock is wrong by ${ahead}. Times here are corrected; please set it right.`,
    done: "Everything for today is done",
    noTime: "No time",
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
    decline: "Decline",
    open: "Open",
  },
  acts: {
    accept: "Accepted",
    decline: "Declined",
    travel: "Set off",
    arrive: "Arrived on site",
    pause: "Paused",
    resume: "Continued",
    complete: "Completed",
    completeParts: "Completed · parts needed",
    cannotComplete: "Not completed",
    revert: "Undone",
    resolve: "Choice between two values",
    form: "Form finished",
    formPart: "Form, not finished",
    photo: "Photo",
    signature: "Signature",
    unit: "Device added",
    unitSwitched: "Device of the job",
    comment: (text: string) => (text ? `Comment: ${text}` : "Comment"),
    findings: "Findings",
    accessNotes: "Access notes",
    sitePhone: "Site phone",
    contactPhone: "Contact's phone",
    change: "A change",
    other: "An entry",
    undone: "Undone",
    saved: (what: string) => `${what} · kept on this phone`,
    notKept: "This phone could not keep it just now; nothing was changed. Try again.",
    failed:
      "This phone could not keep it. Free some space and try again; nothing else was changed.",
  },
  bar: {
    login: "Log in to send",
    loginQuiet: "Log in to get news",
    unreachable: "Server not reachable · kept on this phone",
    upgrade: "A newer version is needed to receive jobs",
    stopped: "Sending has stopped",
    backToJobs: "Back to the jobs",
  },
  gone: {
    title: "The office has closed this phone",
    why: "Its jobs were removed. Nothing that you entered is lost.",
    handing: (n: number) =>
      count(n, {
        one: "Your unsent work is sealed and is being handed to the office.",
        other: "Unsent work is sealed and is being handed to the office.",
      }),
    handed: "Your unsent work has been handed to the office.",
    login: "Log in",
  },
  broken: {
    title: "This phone's store does not open",
    why: "Close other tabs of Callout and try again. Nothing was deleted.",
  },
};
export type EngineerWords = typeof words;
export default words;
