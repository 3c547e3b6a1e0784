// Identifiers made on this phone: UUID version 7 (RFC 9562), ordered by the time they were made. Time and chance are given.

export function uuid7(now: number, random: () => number): string {
  const time = Math.floor(now).toString(16).padStart(12, "0");
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${variant}${hex(3)}-${hex(12)}`;
}

/** Chance good enough for identifiers, in the browser and under node. */
export function cryptoRandom(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}
