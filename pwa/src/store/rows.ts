// Rows as the server sends them (PROTOCOL 4.3–4.6) and as the phone keeps them. Types and pure rules only: which block a row
// lives in, which columns a list keeps, how the fields of several views become one row.

import type { Cookies } from "./session";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Fields = Record<string, Json>;

export interface Upsert {
  t: "upsert";
  e: string;
  id: string;
  v: number;
  c: string[];
  view: string;
  f: Fields;
}
export interface Remove {
  t: "remove";
  e: string;
  id: string;
  c: string[];
  why: "moved" | "deleted" | "erased";
}
export type RowLine = Upsert | Remove;
export interface ChannelHeader {
  channel: string;
  view: string;
  grant_epoch: number | string;
  mode: "delta" | "snapshot";
}
export interface Page {
  at: number;
  server_at: string;
  channels: ChannelHeader[];
  rows: RowLine[];
  more: boolean;
  cookies: Cookies;
  acked_mid: number | null;
}

/** A row with the fields of each view that shows it. */
export interface Body {
  views: Record<string, Fields>;
}

export function unite(body: Body): Fields {
  return Object.assign(
    {},
    ...Object.keys(body.views)
      .sort()
      .map((view) => body.views[view]),
  ) as Fields;
}

/** All of one work order lies together: a job opens with one read. Anything else is spread over sixteen blocks per entity. */
export function blockOf(entity: string, id: string, fields: Fields): string {
  if (entity === "work_order") return `wo:${id}`;
  const order = fields.work_order_id;
  return typeof order === "string" ? `wo:${order}` : `of:${entity}:${id.slice(-1)}`;
}

const LONG = 160;
/** What a list may show, sort or filter by: short values. Long texts, answers and objects are read when a record is opened. */
export function listColumns(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isShort(value)));
}

function isShort(value: Json): boolean {
  if (typeof value === "string") return value.length <= LONG;
  if (Array.isArray(value))
    return (
      value.length <= 8 &&
      value.every((one) => one === null || (typeof one !== "object" && isShort(one)))
    );
  return value === null || typeof value !== "object";
}
