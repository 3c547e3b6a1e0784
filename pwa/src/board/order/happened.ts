/* One line of an order's history in words: who did what, what it says, when it happened and when we learnt of it. */
import type { TimelineEntry, Words } from "../../api/views";
import type { OrderWords } from "../../i18n/words/order.en";

export interface Line {
  seq: number;
  /** Empty where nobody in particular did it. */
  who: string;
  what: string;
  /** What was written, or what exactly changed. */
  more: string;
  acted: string;
  /** Set when it reached us more than a minute after it happened. */
  recorded: string | null;
  isUncertain: boolean;
  /** The flow's own bookkeeping: shown quietly. */
  isQuiet: boolean;
}

export interface Tongue {
  words: OrderWords;
  /** The server's text in the screen's language. */
  text: (words: Words | null) => string;
  when: (at: string) => string;
  span: (start: string | null, end: string | null) => string;
  name: (userId: string) => string | undefined;
}

const LATE = 60_000;
const asWords = (value: unknown): Words | null =>
  typeof value === "object" && value !== null ? (value as Words) : null;
const string = (value: unknown): string => (typeof value === "string" ? value : "");

function detail(
  { event, changes, reason }: TimelineEntry,
  { words, text, span, name }: Tongue,
): string {
  const now = (field: string): unknown => changes[field]?.[1];
  switch (event) {
    case "work_order.status_set": {
      const [from, to] = changes.status_label ?? [];
      return to ? words.timeline.status(text(asWords(from)), text(asWords(to))) : "";
    }
    case "visit.dispatched": {
      const to = name(string(now("engineer_id")));
      return to ? words.timeline.to(to) : "";
    }
    case "visit.planned":
    case "visit.moved":
      return span(string(now("planned_start")) || null, string(now("planned_end")) || null);
    case "visit.edited":
      return string(now("findings"));
    case "comment.added":
      return string(now("text"));
    case "attachment.added":
      return string(now("filename"));
    case "attachment.edited": {
      const tag = string(now("tag"));
      return tag === "before" || tag === "after" ? words.photos.tags[tag] : words.photos.noTag;
    }
    case "work_order.edited":
    case "site.edited":
    case "contact.edited":
    case "customer.edited":
      return Object.entries(changes)
        .flatMap(([field, [, to]]) =>
          words.fields[field] ? [`${words.fields[field]}: ${string(to)}`] : [],
        )
        .join(" · ");
    default:
      return string(now("reason")) || string(reason);
  }
}

export function line(entry: TimelineEntry, tongue: Tongue): Line {
  const { words } = tongue;
  const isSystem = entry.actor_kind === "system";
  const fact = words.timeline.facts[entry.event];
  const isQuiet = entry.event === "work_order.status_set" || entry.event === "visit.left_phone";
  const said = detail(entry, tongue);
  const what = fact ?? words.timeline.events[entry.event] ?? entry.event;
  const isLate = Date.parse(entry.recorded_at) - Date.parse(entry.acted_at) > LATE;
  return {
    seq: entry.seq,
    who: fact ? "" : isSystem ? words.timeline.system : (entry.actor ?? words.timeline.someone),
    what: entry.event === "work_order.status_set" && said ? said : what,
    more: entry.is_erased
      ? words.timeline.erased
      : entry.event === "work_order.status_set"
        ? ""
        : said,
    acted: tongue.when(entry.acted_at),
    recorded: isLate ? words.timeline.recorded(tongue.when(entry.recorded_at)) : null,
    isUncertain: !entry.is_time_trusted,
    isQuiet,
  };
}

const DECISIONS = /^visit\.(?!edited|left_phone)/;

/** The last thing that was decided about a visit of the order after `seq`, as one sentence; undefined when nothing was. */
export function decidedSince(
  entries: readonly TimelineEntry[],
  seq: number,
  tongue: Tongue,
): string | undefined {
  const last = entries.find((one) => one.seq > seq && DECISIONS.test(one.event));
  if (!last) return undefined;
  const { who, what, more } = line(last, tongue);
  return tongue.words.plan.decided(
    [who, what, more].filter(Boolean).join(" "),
    tongue.when(last.recorded_at),
  );
}
