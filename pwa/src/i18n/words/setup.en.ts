/* The words of an empty server's first page. English is the type. */
const words = {
  title: "Set up Callout",
  why: "This server is still empty. Name your company and the person who looks after it.",
  company: "Company",
  zone: "Time zone",
  zoneWhy: "Boards and reports use it; visits use the zone of their site.",
  zoneNone: "No time zone fits this.",
  admin: "Administrator",
  name: "Name",
  rule: (shortest: number) => `At least ${shortest} characters, not the same as the login.`,
  missing: "Fill this in.",
  submit: "Set up",
  busy: "Setting up…",
};
export type SetupWords = typeof words;
export default words;
