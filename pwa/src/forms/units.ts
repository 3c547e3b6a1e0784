/* Units a value may be shown and typed in; it is kept in the unit of its field. Factors are to a base of their kind (SI brochure,
   9th edition; bar, psi, mmHg, °F by their definitions). A pair that is not here is not offered. */
interface Unit {
  kind: string;
  factor: number;
  offset?: number;
}
const UNITS = new Map<string, Unit>([
  ["Pa", { kind: "pressure", factor: 1 }],
  ["kPa", { kind: "pressure", factor: 1e3 }],
  ["MPa", { kind: "pressure", factor: 1e6 }],
  ["bar", { kind: "pressure", factor: 1e5 }],
  ["psi", { kind: "pressure", factor: 6894.757293168 }],
  ["mmHg", { kind: "pressure", factor: 133.322387415 }],
  ["°C", { kind: "temperature", factor: 1 }],
  ["°F", { kind: "temperature", factor: 5 / 9, offset: -32 }],
  ["K", { kind: "temperature", factor: 1, offset: -273.15 }],
  ["mm", { kind: "length", factor: 1e-3 }],
  ["cm", { kind: "length", factor: 1e-2 }],
  ["m", { kind: "length", factor: 1 }],
  ["in", { kind: "length", factor: 0.0254 }],
  ["W", { kind: "power", factor: 1 }],
  ["kW", { kind: "power", factor: 1e3 }],
  ["g", { kind: "mass", factor: 1e-3 }],
  ["kg", { kind: "mass", factor: 1 }],
  ["mA", { kind: "current", factor: 1e-3 }],
  ["A", { kind: "current", factor: 1 }],
  ["min", { kind: "time", factor: 60 }],
  ["h", { kind: "time", factor: 3600 }],
]);

export const isConvertible = (from: string, to: string): boolean =>
  from === to || (UNITS.has(from) && UNITS.get(from)?.kind === UNITS.get(to)?.kind);

/** The value in another unit of the same kind, rounded to so many decimals. */
export function convert(value: number, from: string, to: string, decimals: number): number {
  const [a, b] = [UNITS.get(from), UNITS.get(to)];
  if (from === to || !a || !b) return rounded(value, decimals);
  const base = (value + (a.offset ?? 0)) * a.factor;
  return rounded(base / b.factor - (b.offset ?? 0), decimals);
}

const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));

/** How many decimals the shown unit needs so that nothing of the kept precision is lost: bar for kPa wants two more. */
export function decimalsIn(shown: string, kept: string, decimals: number): number {
  const [a, b] = [UNITS.get(shown), UNITS.get(kept)];
  if (!a || !b) return decimals;
  return Math.min(10, Math.max(0, decimals + Math.ceil(Math.log10(a.factor / b.factor) - 1e-9)));
}
