/* The board's words. English is the type. */
import { counter } from "../plural";

const count = counter("en");

const words = {
  nav: { label: "Main", dispatch: "Dispatch", orders: "Orders" },
  live: {
    live: (seconds: number) => `Live · ${seconds} s ago`,
    late: (seconds: number) => `${seconds} s ago`,
    off: (time: string) => `Disconnected, showing ${time}`,
  },
  orders: {
    title: "Orders",
    count: (n: number) => count(n, { one: "# order", other: "# orders" }),
    empty: "No work orders yet",
    emptyWhy: "Each customer's problem or task becomes one row here, from intake to close.",
    columns: {
      number: "Order",
      problem: "Problem",
      customer: "Customer",
      status: "Status",
      engineer: "Engineer",
      planned: "Planned",
    },
  },
  dispatch: {
    title: "Dispatch",
    empty: "Nothing is waiting",
    emptyWhy: "New work orders line up here until somebody plans them.",
    toOrders: "See all orders",
  },
  account: "Account",
};
export type BoardWords = typeof words;
export default words;
