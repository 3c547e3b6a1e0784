/* The words of forms on every surface. English is the type. */
import { counter } from "../plural";

const count = counter("en");

const words = {
  required: "Required",
  optional: "Optional",
  choose: "Choose",
  chooseMany: "Choose any",
  yes: "Yes",
  no: "No",
  notYet: "Not answered",
  search: "Search",
  noneFound: "Nothing fits",
  unit: "Unit",
  clear: "Clear",
  row: (n: number) => `Row ${n}`,
  item: (n: number) => `Item ${n}`,
  addRow: "Add a row",
  removeRow: (name: string) => `Remove ${name}`,
  rowRemoved: "Row removed",
  rows: (n: number) => count(n, { one: "# row", other: "# rows" }),
  typeSerial: "Type what stands on the plate",
  photoAdd: "Add a photo",
  tags: {
    before: "Before",
    after: "After",
    of: (photo: string) => `${photo}: before or after?`,
  },
  photos: (n: number) => count(n, { one: "# photo", other: "# photos" }),
  isSigned: "Signed",
  photo: (n: number) => `Photo ${n}`,
  photoRemove: (n: number) => `Remove photo ${n}`,
  photoRemoved: "Photo removed",
  photoKept: "On this phone",
  photoBusy: "Saving…",
  photoFailed:
    "This photo could not be kept. Free some space on this phone and take it again; what you wrote is kept.",
  photoNone:
    "This file is not a picture this phone can read. Take the photo with the camera, or choose another.",
  sign: "Sign here",
  signed: (time: string) => `Signed ${time}, on the glass`,
  signAgain: "Sign again",
  signBound: (n: number) => count(n, { one: "Bound to # answer.", other: "Bound to # answers." }),
  signChange: "An answer changed afterwards makes the signature void.",
  signVoid: "Answers have changed since: it has to be signed again.",
  signFirst: "Sign at the end, when every answer is there.",
  scan: {
    open: "Read the code with the camera",
    title: "Read a code",
    hold: "Hold the code into the frame.",
    type: "Type it instead",
    refused:
      "This app may not use the camera. Allow it in the settings of the browser, or type what stands on the plate.",
    unread:
      "Codes cannot be read here: the reader could not be loaded. Type what stands on the plate.",
    none: "The camera cannot be used just now. Type what stands on the plate.",
  },
  reason: "Why is it right all the same?",
  errors: {
    reason: "Say why it is right all the same.",
    required: "This one is needed.",
    type: "This does not fit the question.",
    min: (limit: string) => `At least ${limit}.`,
    max: (limit: string) => `At most ${limit}.`,
    minLength: (n: number) =>
      count(n, { one: "At least # character.", other: "At least # characters." }),
    maxLength: (n: number) =>
      count(n, { one: "At most # character.", other: "At most # characters." }),
    minCount: (n: number) => `At least ${n}.`,
    maxCount: (n: number) => `At most ${n}. Remove some.`,
    decimals: (n: number) =>
      n === 0
        ? "A whole number, please."
        : count(n, { one: "At most # decimal.", other: "At most # decimals." }),
    mask: (sample: string) => `It has another form, such as ${sample}.`,
    choice: "This choice is not on the list any more. Choose again.",
    unique: "The same stands here twice.",
    rows: "A row is missing or too many. Open the form again.",
    seed: "What stands in this row cannot be changed.",
    binds: "Answers have changed since it was signed. Sign again.",
    unknown: "The form does not ask this.",
  },
};
export default words;
export type FormWords = typeof words;
