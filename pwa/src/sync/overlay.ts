// The overlay: what this user did and the base does not show yet, laid over the base (PROTOCOL 11.2). A pure function of the base and
// the mutations in order. What a command does to a record is registered by name; a name that is not known shows nothing.

import type { Fields } from "../store/rows";
import { bareName, type Args, type Mutation } from "./line";

/** Records as seen by an effect: the base with the earlier mutations on it. */
export interface Records {
  get(entity: string, id: string): Fields | undefined;
  patch(entity: string, id: string, changes: Fields): void;
  put(entity: string, id: string, fields: Fields): void;
}
export type OverlayEffect = (records: Records, args: Args, mutation: Mutation) => void;
export type Read = (entity: string, id: string) => Fields | undefined;
/** By `entity/id`: whole rows that differ from the base, or are new. */
export type Overlay = Map<string, Fields>;

/** The records that an act brings into being besides facts: what is done about them waits for it (PROTOCOL 5.14). */
export type Births = (
  made: Pick<Mutation, "name" | "entity" | "entity_id" | "args">,
) => [entity: string, id: string][];

const registry = new Map<string, OverlayEffect>();
const births = new Map<string, Births>();

export function registerEffect(name: string, effect: OverlayEffect): void {
  registry.set(name, effect);
}

export function registerBirths(name: string, born: Births): void {
  births.set(name, born);
}

export const bornOf: Births = (made) => births.get(bareName(made.name))?.(made) ?? [];

export const isKnown = (name: string): boolean => registry.has(bareName(name));

export function overlay(read: Read, mutations: readonly Mutation[]): Overlay {
  return extend(new Map(), read, mutations);
}

/** Lays later mutations over an overlay, in place: the same as laying all of them anew. */
export function extend(changed: Overlay, read: Read, mutations: readonly Mutation[]): Overlay {
  const records: Records = {
    get: (entity, id) => changed.get(`${entity}/${id}`) ?? read(entity, id),
    put: (entity, id, fields) => {
      changed.set(`${entity}/${id}`, fields);
    },
    patch: (entity, id, changes) => {
      const fields = records.get(entity, id);
      if (fields) changed.set(`${entity}/${id}`, { ...fields, ...changes });
    },
  };
  for (const mutation of mutations)
    registry.get(bareName(mutation.name))?.(records, mutation.args, mutation);
  return changed;
}
