/* The words customers read. English is the type. */
const words = {
  order: "Work order",
  steps: {
    received: "Received",
    planned: "Engineer arranged",
    travelling: "On the way",
    on_site: "Being repaired",
    done: "Done",
  },
  loading: "Looking up your work order",
  invalid: "This link does not work",
  invalidWhy:
    "It may be incomplete or no longer valid. Open the newest link in your message again.",
};
export type PortalWords = typeof words;
export default words;
