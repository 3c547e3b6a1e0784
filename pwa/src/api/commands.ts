/* Everything a screen may do, as one typed call: the command's name decides what its args are and which record
   comes back. Owns the address and the key of the write; what is said about a refusal is the screen's. */
import { api } from "./client";
import type { paths } from "./schema";

type Doing = Extract<keyof paths, `/api/v1/do/${string}`>;
export type CommandName = Doing extends `/api/v1/do/${infer Name}` ? Name : never;

type Posted<N extends CommandName> = paths[`/api/v1/do/${N}`] extends { post: infer Post }
  ? Post
  : never;
type Body<N extends CommandName> =
  Posted<N> extends { requestBody: { content: { "application/json": infer B } } } ? B : never;
export type Args<N extends CommandName> = Body<N> extends { args?: infer A } ? A : never;
type Done<N extends CommandName> =
  Posted<N> extends { responses: { 200: { content: { "application/json": infer D } } } }
    ? D
    : never;

/** `key` repeats the same write: give the same one when the first try got no answer. `base` is the version of the record
 *  that the person saw (0: none yet); the server refuses with `version_conflict` when it is another one now. */
export const perform = <N extends CommandName>(
  name: N,
  entityId: string,
  args: Args<N>,
  key?: string,
  base?: number,
): Promise<Done<N>> =>
  api.post<Done<N>>(
    `/api/v1/do/${name}`,
    { entity_id: entityId, args, ...(base !== undefined && { base_version: base }) },
    key === undefined ? {} : { key },
  );
