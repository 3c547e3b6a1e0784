/* 派工台词句。 */
import type { BoardWords } from "./board.en";

const words = {
  nav: { label: "主导航", dispatch: "派工", orders: "工单" },
  live: {
    live: (seconds) => `实时 · ${seconds} 秒前`,
    late: (seconds) => `${seconds} 秒前`,
    off: (time) => `断线，显示 ${time}`,
  },
  orders: {
    title: "工单",
    count: (n) => `${n} 单`,
    empty: "还没有工单",
    emptyWhy: "客户的每个问题或任务在这里占一行，从受理到关闭。",
    columns: {
      number: "工单",
      problem: "问题",
      customer: "客户",
      status: "状态",
      engineer: "负责",
      planned: "约定",
    },
  },
  dispatch: {
    title: "派工台",
    empty: "没有待排的工单",
    emptyWhy: "新工单会排在这里，等人安排。",
    toOrders: "查看全部工单",
  },
  account: "账号",
} satisfies BoardWords;
export default words;
