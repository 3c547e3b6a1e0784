/* The keys of the board that hold on every page: `?` shows all, `G` and a letter goes to a page. A page's own keys are
   where the page is; the sheet names every one of them and none besides. */
import { w } from "../i18n/board";
import { isForPage } from "../ui/desk/keys";
import { router } from "./routes";

const PATIENCE = 1_500;
let shown = $state(false);

export const keySheet = {
  get shown(): boolean {
    return shown;
  },
  show: (): void => void (shown = true),
  hide: (): void => void (shown = false),
};

export type Place = "timeline" | "orders" | "messages" | "attention" | "devices";
export const LETTERS: Record<Place, string> = {
  timeline: "D",
  orders: "O",
  messages: "M",
  attention: "T",
  devices: "V",
};

let goingSince = 0;
/** Listens before the pages do: the letter after `G` is not one of theirs. */
export function onkeydown(event: KeyboardEvent, places: readonly Place[]): void {
  if (!isForPage(event)) return;
  const isSecond = Date.now() - goingSince < PATIENCE;
  goingSince = event.key === "g" ? Date.now() : 0;
  const to = isSecond && places.find((one) => LETTERS[one] === event.key.toUpperCase());
  if (to) router.go(to);
  else if (event.key === "?") keySheet.show();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** What the sheet shows, for a person who may open these places. */
export function keyGroups(places: readonly Place[], mayAct: { create: boolean; assign: boolean }) {
  const words = w().keys;
  const page = (place: Place) => ({
    caps: ["G", LETTERS[place]],
    word: words.goTo(place === "timeline" ? w().nav.timeline : w()[place].title),
  });
  return [
    {
      title: words.anywhere,
      lines: [
        { caps: ["?"], word: words.all },
        ...places.map(page),
        { caps: ["Esc"], word: words.back },
        { caps: ["Ctrl Z"], word: words.undo },
      ],
    },
    {
      title: words.list,
      lines: [
        { caps: ["J", "K", "↓", "↑"], word: w().orders.keys.move },
        { caps: ["Home", "End"], word: words.ends },
        { caps: ["Enter"], word: w().orders.keys.open },
        { caps: ["X"], word: words.pick },
      ],
    },
    {
      title: w().nav.timeline,
      lines: [
        { caps: ["Space"], word: words.carry },
        { caps: ["↑", "↓"], word: words.engineer },
        { caps: ["←", "→"], word: words.time },
        { caps: ["["], word: words.before },
        { caps: ["]"], word: words.after },
        { caps: ["T"], word: words.today },
        { caps: ["+", "−"], word: words.zoom },
        { caps: ["W"], word: words.week },
        { caps: ["M"], word: words.map },
      ],
    },
    {
      title: words.order,
      lines: [
        { caps: ["1…6"], word: words.tabs },
        { caps: ["/"], word: w().orders.keys.search },
        { caps: ["F"], word: words.filter },
        ...(mayAct.create ? [{ caps: ["C"], word: words.create }] : []),
        ...(mayAct.assign ? [{ caps: ["A"], word: words.assign }] : []),
      ],
    },
  ];
}
