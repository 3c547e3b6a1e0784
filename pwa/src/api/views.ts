/* What the reading addresses answer, where the server's document says only "an object": written by hand from
   server/api/reads.py and server/work_orders/cards.py. Single records come from the generated types. */
import type { components } from "./schema";

type Schemas = components["schemas"];
/** A stored record as a read answers it: every field is there, but for those the policy hides. */
type Full<R> = Required<R>;

/** One text in every language of the server. */
export type Words = Record<string, string>;
export type Category = "new" | "scheduled" | "in_progress" | "waiting" | "done" | "cancelled";
export type Priority = "P1" | "P2" | "P3" | "P4";
export type Channel = "phone" | "web" | "qr" | "email" | "api" | "engineer";

export interface Page<T> {
  items: T[];
  more: boolean;
  total: number;
  /** The order list only: how many each category holds under the same search. */
  counts?: Partial<Record<Category, number>>;
}

export type VisitStatus =
  | "planned"
  | "dispatched"
  | "accepted"
  | "travelling"
  | "on_site"
  | "paused"
  | "done"
  | "cannot_complete"
  | "cancelled";
/** Whether a job that was sent is on its engineer's phone; null once that is no question any more. */
export type Reach = "called" | "reached" | "not_reached" | null;
/** How a customer found a visit, from 1 to 5. */
export interface Survey {
  id: string;
  visit_id: string;
  score: number;
  text: string | null;
  rated_at: string;
}

export interface CardVisit {
  id: string;
  version: number;
  status: VisitStatus;
  outcome: string | null;
  engineer_id: string | null;
  engineer: string | null;
  planned_start: string | null;
  planned_end: string | null;
  promised_from: string | null;
  promised_until: string | null;
  travel_started_at: string | null;
  arrived_at: string | null;
  status_changed_at: string | null;
  completed_at: string | null;
  reach: Reach;
}

/** One row of the order list; the live stream sends the same shape. */
export interface OrderCard {
  id: string;
  version: number;
  number: string | null;
  summary: string;
  priority: Priority;
  category: Category;
  status_key: string;
  status_label: Words;
  channel: Channel;
  reported_at: string;
  updated_at: string;
  work_type: Words;
  customer: string;
  customer_id: string;
  site: string;
  site_id: string;
  zone: string;
  lat: number | null;
  lon: number | null;
  team_id: string | null;
  asset: string | null;
  serial: string | null;
  /** How long such work usually takes. */
  duration_minutes: number;
  skills: SkillLevel[];
  /** The one that a list shows: the last that was not cancelled. */
  visit: CardVisit | null;
  /** All that were not cancelled, oldest first. */
  visits: CardVisit[];
  open_conflicts: number;
  parked: number;
}

export type Visit = Full<Schemas["Visit"]> & { engineer: string | null };
export type Comment = Full<Schemas["Comment"]>;
export type WorkOrder = Full<Schemas["WorkOrder"]>;
export type Customer = Full<Schemas["Customer"]>;
export type Site = Full<Schemas["Site"]>;
export type Contact = Full<Schemas["Contact"]>;
export type Asset = Full<Schemas["Asset"]>;
export type Product = Omit<Full<Schemas["Product"]>, "name"> & { name: Words };
export type Region = Omit<Full<Schemas["Region"]>, "name"> & { name: Words };
export type WorkType = Omit<Full<Schemas["WorkType"]>, "name"> & { name: Words };
export type Conflict = Omit<Full<Schemas["Conflict"]>, "ours" | "theirs"> & {
  ours: { value: unknown };
  theirs: { value: unknown };
};

export interface Parked {
  id: string;
  /** The command that could not apply, such as visit.complete. */
  name: string;
  code: string;
  user: string | null;
  user_id: string | null;
  work_order_id: string | null;
  /** In the list of all orders only: which one it is about, when the reader may see it. */
  order?: { number: string | null; customer: string } | null;
  entity: string | null;
  entity_id: string | null;
  received_at: string;
  args: Record<string, unknown>;
  sentence: string;
}

export interface TimelineEntry {
  seq: number;
  event: string;
  entity: string;
  entity_id: string;
  actor: string | null;
  actor_kind: string;
  origin: string;
  acted_at: string;
  recorded_at: string;
  is_time_trusted: boolean;
  is_erased: boolean;
  /** Why, where the act says it and no record keeps it. */
  reason: string | null;
  /** Field → [before, after]. */
  changes: Record<string, [unknown, unknown]>;
}

export interface SkillLevel {
  skill_id: string;
  level: number;
}
export interface Absence {
  id: string;
  from_at: string;
  until_at: string;
  kind: "ill" | "holiday" | "training" | "other";
  note: string | null;
}
export interface BoardEngineer {
  id: string;
  name: string;
  team_id: string | null;
  zone: string | null;
  skills: (SkillLevel & { expires_on: string | null })[];
  shifts: { weekday: number; from: string; until: string }[];
  absences: Absence[];
  last_seen_at: string | null;
  pending: number;
}
/** A visit on the timeline, with the order that it is for. */
export interface BoardVisit extends CardVisit {
  work_order_id: string;
  order: OrderCard;
}
/** What nobody is sent to; `visit` is one that was taken back. */
export interface QueuedOrder {
  order: OrderCard;
  visit: CardVisit | null;
}
/** The timeline's answer; orders are kept as they are by the live stream's cards. */
export interface BoardAnswer {
  /** The head of the feed when it was read. */
  at: number;
  engineers: BoardEngineer[];
  orders: OrderCard[];
  skills: { id: string; name: Words }[];
  /** In the order of their groups. */
  teams: { id: string; name: Words }[];
}

/** What was answered, with the version of the form it was answered by. */
export interface Submission {
  id: string;
  visit_id: string;
  asset_id: string | null;
  author_name: string;
  answers: Record<string, unknown>;
  inputs: Record<string, unknown>;
  is_final: boolean;
  is_late: boolean;
  filled_at: string;
  form: { id: string; number: number; definition: unknown } | null;
}
export interface Attachment {
  id: string;
  sha256: string;
  kind: "photo" | "file" | "signature";
  mime: string;
  size: number;
  /** Refused: a picture that is none. A picture with `width` has been looked at and has its variants. */
  state: "missing" | "ready" | "refused";
  tag: "before" | "after" | null;
  width: number | null;
  height: number | null;
  taken_at: string | null;
  is_time_trusted: boolean;
  lat: number | null;
  lon: number | null;
  accuracy_m: number | null;
  parent_entity: string;
  parent_id: string;
}

export interface OrderDetail {
  work_order: Omit<WorkOrder, "status_label"> & { status_label: Words };
  work_type: WorkType | null;
  customer: Customer | null;
  site: Site | null;
  contact: Contact | null;
  asset: Asset | null;
  product: Product | null;
  visits: (Visit & { reach: Reach })[];
  surveys: Survey[];
  comments: Comment[];
  submissions: Submission[];
  attachments: (Attachment & { added_by: string | null; sentence: string | null })[];
  conflicts: Conflict[];
  parked: Parked[];
  timeline: TimelineEntry[];
}

/** Who may be calling: a customer, with the contact whom the words fit. */
export interface Caller {
  id: string;
  customer: string;
  contact: { id: string; name?: string; phone?: string | null } | null;
}

export interface Engineer {
  id: string;
  name: string;
  team_id: string | null;
  last_seen_at: string | null;
  pending: number;
}

export interface DeviceRow {
  id: string;
  user: string;
  label: string;
  platform: string;
  kind: string;
  revoked_at: string | null;
  last_seen_at: string | null;
  pending: number;
  app_version: string;
}

export interface Notice {
  id: string;
  work_order_id: string | null;
  recipient_name: string;
  template: string;
  channel: string;
  address: string | null;
  subject: string;
  body: string;
  link: string | null;
  state: string;
  /** `reason`: what the other side said last, in its own words. */
  failure: { code: string; reason?: string } | null;
  created_at: string;
  sent_at: string | null;
}

/** One try of a message; `reason` is a code, or what the other side said. */
export interface NoticeTry {
  channel: string;
  outcome: string;
  reason: string | null;
  at: string;
}

/** What the holder of a customer's link sees. */
export interface Tracked {
  organisation: { name: string; phone: string | null };
  locale: string;
  number: string;
  summary: string;
  stage: Words;
  category: Category;
  reported_at: string;
  asset: { label: string | null; model: string; name: Words; serial: string } | null;
  zone: string;
  visit: {
    status: string;
    outcome: string | null;
    engineer: string | null;
    findings: string | null;
    promised_from: string | null;
    promised_until: string | null;
    dispatched_at: string | null;
    travel_started_at: string | null;
    arrived_at: string | null;
    completed_at: string | null;
  } | null;
  /** Of finished forms; their addresses end within two hours. */
  photos: (Omit<Schemas["Photo"], "tag"> & { tag: "before" | "after" | null })[];
  rating: { score: number; text: string | null; until: string; is_open: boolean } | null;
  /** To subscribe with; null: there is nobody to be told. */
  push_key: string | null;
}

/** What was done, without what a form calls internal: server/portal/report.py. */
export interface ServiceReport {
  forms: { definition: unknown; answers: Record<string, unknown>; filled_at: string }[];
  signatures: { at: string; picture: PictureLink | null }[];
}
export interface PictureLink {
  width: number;
  height: number;
  screen: string;
  thumb: string;
}
