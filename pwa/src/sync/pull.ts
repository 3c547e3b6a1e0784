// A pulled page: NDJSON in, a page or nothing out (PROTOCOL 4.2–4.6). A page that was cut, or does not count up, is no page. Unknown
// fields and unknown kinds of lines are left alone; known ones of a wrong shape make the page unreadable. Nothing is stored here.

import type { ChannelHeader, Page, RowLine } from "../store/rows";
import type { Cookies } from "../store/session";

export class PageCut extends Error {
  override name = "PageCut";
}

interface Header {
  t: "header";
  at: number;
  server_at: string;
  channels: ChannelHeader[];
}
interface Trailer {
  t: "trailer";
  rows: number;
  more: boolean;
  cookies: Cookies;
  acked_mid?: number | null;
}

export function parsePage(text: string): Page {
  const lines = text
    .split("\n")
    .filter((line) => line !== "")
    .map(parse);
  const header = lines[0] as Partial<Header> | undefined;
  const trailer = lines.at(-1) as Partial<Trailer> | undefined;
  if (!isHeader(header) || !isTrailer(trailer))
    throw new PageCut("A page without its header or trailer");
  const between = lines.slice(1, -1);
  if (between.length !== trailer.rows)
    throw new PageCut(`A page of ${trailer.rows} rows arrived with ${between.length}`);
  const rows = between.filter(isRow);
  const { at, server_at, channels } = header;
  return {
    at,
    server_at,
    channels,
    rows,
    more: trailer.more,
    cookies: trailer.cookies,
    acked_mid: trailer.acked_mid ?? null,
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw new PageCut("A line of the page is cut");
  }
}

function isHeader(line: Partial<Header> | undefined): line is Header {
  return line?.t === "header" && typeof line.at === "number" && Array.isArray(line.channels);
}

function isTrailer(line: Partial<Trailer> | undefined): line is Trailer {
  return (
    line?.t === "trailer" &&
    typeof line.rows === "number" &&
    typeof line.more === "boolean" &&
    typeof line.cookies === "object"
  );
}

function isRow(line: unknown): line is RowLine {
  const row = line as Partial<RowLine> & { f?: unknown };
  if (row.t !== "upsert" && row.t !== "remove") return false;
  if (typeof row.e !== "string" || typeof row.id !== "string" || !Array.isArray(row.c))
    throw new PageCut("A row of the page is not a row");
  if (row.t === "upsert" && (typeof row.f !== "object" || row.f === null))
    throw new PageCut("A row without fields");
  return true;
}
