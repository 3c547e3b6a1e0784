/* The key of a write that may have to be sent twice: the same wish keeps its key, another wish gets a new one. */

export function repeatable(): (wish: unknown) => string {
  let last = "";
  let key = "";
  return (wish) => {
    const said = JSON.stringify(wish);
    if (said !== last) [last, key] = [said, crypto.randomUUID()];
    return key;
  };
}
