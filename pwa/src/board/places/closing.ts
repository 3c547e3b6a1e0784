/* Closing several parked entries with one reason: one command each, one after the other, and what became of every one. */

export interface Outcome {
  closed: string[];
  /** Why not, by id. */
  failed: Map<string, unknown>;
}

export async function closeAll(
  ids: readonly string[],
  close: (id: string) => Promise<unknown>,
  ondone: (done: number) => void,
): Promise<Outcome> {
  const outcome: Outcome = { closed: [], failed: new Map() };
  for (const [at, id] of ids.entries()) {
    try {
      await close(id);
      outcome.closed.push(id);
    } catch (error) {
      outcome.failed.set(id, error);
    }
    ondone(at + 1);
  }
  return outcome;
}
