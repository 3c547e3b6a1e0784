/* Sends the commands of an intake one after the other. What an earlier try had already made is not made again: where the
   words were changed meanwhile, they are written over it. Owns which part failed; nothing is undone, the next try goes on. */
import { perform, type CommandName } from "../../api/commands";
import type { Part, Step } from "./intake";

/** The server, or the way there, stopped at this part. */
export class Stopped extends Error {
  constructor(
    readonly part: Part,
    readonly why: unknown,
  ) {
    super(part);
  }
}

interface Answer {
  code: string;
  record: Record<string, unknown> & { version?: number };
}
type Send = (
  name: CommandName,
  id: string,
  args: Record<string, unknown>,
  base?: number,
) => Promise<Answer>;

const EDIT: Partial<Record<Part, { name: CommandName; fields: string[] }>> = {
  customer: { name: "customer.edit", fields: ["name"] },
  contact: { name: "contact.edit", fields: ["name", "phone"] },
  site: { name: "site.edit", fields: ["name", "address", "region_id"] },
  order: { name: "work_order.edit", fields: ["summary", "description", "contact_id", "asset_id"] },
};

const send: Send = (name, id, args, base) =>
  perform(name, id, args as never, undefined, base) as Promise<Answer>;

/** Resolves with the order as it is now. */
export async function takeIn(steps: readonly Step[], by: Send = send): Promise<Answer["record"]> {
  let last: Answer["record"] = {};
  for (const step of steps)
    try {
      last = await one(step, by);
    } catch (why) {
      throw new Stopped(step.part, why);
    }
  return last;
}

async function one({ part, name, id, args }: Step, by: Send): Promise<Answer["record"]> {
  const { code, record } = await by(name, id, args);
  const edit = EDIT[part];
  if (code !== "already_done" || !edit) return record;
  const changed = edit.fields.filter((field) => field in args && args[field] !== record[field]);
  if (changed.length === 0) return record;
  const set = Object.fromEntries(changed.map((field) => [field, args[field]]));
  return (await by(edit.name, id, { set }, record.version)).record;
}
