/* The same done to several records: one command each, one after the other, and what became of every one. */

export interface Outcome {
  done: string[];
  /** Why not, by id. */
  failed: Map<string, unknown>;
}

export async function several(
  ids: readonly string[],
  act: (id: string) => Promise<unknown>,
  onstep: (through: number) => void,
): Promise<Outcome> {
  const outcome: Outcome = { done: [], failed: new Map() };
  for (const [at, id] of ids.entries()) {
    try {
      await act(id);
      outcome.done.push(id);
    } catch (error) {
      outcome.failed.set(id, error);
    }
    onstep(at + 1);
  }
  return outcome;
}
