/* The words of a job that nobody planned. English is the type. */
import { counter } from "../plural";

const count = counter("en");

const words = {
  title: "New job",
  act: "Take on the job",
  taken: "Job taken on · kept on this phone",
  online: "It becomes an order of yours; the office sees it at once.",
  offline: "It becomes an order of yours now; the office sees it as soon as there is signal.",
  restored: "What you had begun is back.",
  anew: "Begin anew",
  full: "This phone is full: the last letters are not kept. Free some space; it is tried again by itself.",
  parted:
    "Another window has changed this job or taken it on. What you entered here is kept: look at your jobs, then take it on only if it is another one.",
  notKept: "The last letters are not kept yet. It is tried again by itself; stay on this page.",
  where: "Customer and place",
  notYet: "Not chosen yet",
  search: "Search",
  noneFound: "Nothing fits.",
  siteMissing: "Choose the place, or enter another one.",
  elsewhere: "Another place",
  known: "A place of my jobs",
  customer: "Customer",
  customerMissing: "Enter whose machine it is.",
  address: "Place",
  addressHint: "As you would tell a colleague: street and number, hall, floor.",
  addressMissing: "Enter where it is.",
  caller: "Who called",
  callerPhone: "Phone number",
  device: "Device",
  scan: "Read the plate with the camera",
  byPlate: "Another one, by its plate",
  noDevice: "No certain device",
  serial: "Serial number",
  serialHint: "If nobody knows it yet, it is registered here.",
  serialMissing: "Enter what stands on the plate, or choose another answer above.",
  standsAt: (place: string) => `By the records this device stands at ${place}.`,
  takeThatPlace: "Go by the records",
  model: "Model",
  modelMissing: "Choose the model.",
  open: "There is an open order for this device already",
  others: (n: number) =>
    count(n, {
      one: "The office has # open order for this device",
      other: "The office has # open orders for this device",
    }),
  othersWhy: "It may be the same trouble: ask, if you can. You may take on another all the same.",
  openWhy: "If it is the same trouble, do that one. You may take on another all the same.",
  toJob: "Open that job",
  kind: "Kind of work",
  kindMissing: "Choose the kind of work.",
  words: "What is the problem?",
  wordsHint: "The first line becomes the title.",
  wordsMissing: "Say in a few words what is wrong.",
};
export type UnplannedWords = typeof words;
export default words;
