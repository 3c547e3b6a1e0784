/* The three ways to see the plan; the address says which. */
export const PLAN_VIEWS = ["day", "week", "map"] as const;
export type PlanView = (typeof PLAN_VIEWS)[number];

export const viewOf = (query: URLSearchParams): PlanView =>
  PLAN_VIEWS.find((one) => one === query.get("view")) ?? "day";
