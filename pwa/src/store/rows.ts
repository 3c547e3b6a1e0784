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

/** The rows of a list as they are stored: the name of a column once, not once per row. Thousands of rows are read at each start. */
export interface Packed {
  columns: string[];
  rows: [id: string, ...values: (Json | Missing)[]][];
}
/** No list column is an object: this stands for a field that the row has not. */
type Missing = Record<string, never>;
const MISSING: Missing = {};

export function pack(list: ReadonlyMap<string, Fields>): Packed {
  const columns = [...new Set([...list.values()].flatMap((fields) => Object.keys(fields)))];
  return {
    columns,
    rows: Array.from(list, ([id, fields]) => [
      id,
      ...columns.map((one) => fields[one] ?? absent(fields, one)),
    ]),
  };
}
const absent = (fields: Fields, column: string): null | Missing =>
  Object.hasOwn(fields, column) ? null : MISSING;

/** Reads what `pack` wrote, and the pairs that version 0.1.0 wrote before it. */
export function unpack(stored: Packed | [string, Fields][]): Map<string, Fields> {
  if (Array.isArray(stored)) return new Map(stored);
  const { columns, rows } = stored;
  return new Map(
    rows.map(([id, ...values]) => {
      const fields: Fields = {};
      for (let at = 0; at < columns.length; at += 1) {
        const value = values[at] ?? null;
        if (typeof value !== "object" || value === null || Array.isArray(value))
          fields[columns[at] as string] = value;
      }
      return [id, fields];
    }),
  );
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
