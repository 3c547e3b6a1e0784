/* 客户端词句。 */
import type { PortalWords } from "./portal.en";

const words = {
  order: "工单",
  steps: {
    received: "已受理",
    planned: "已安排工程师",
    travelling: "在路上",
    on_site: "维修中",
    done: "完成",
  },
  loading: "正在查找您的工单",
  invalid: "这个链接打不开",
  invalidWhy: "链接可能不完整或已失效，请从短信里重新打开最新的链接。",
} satisfies PortalWords;
export default words;
