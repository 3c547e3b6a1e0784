/* 空服务器首页的词句。 */
import type { SetupWords } from "./setup.en";

const words = {
  title: "初始化到场",
  why: "服务器还是空的。请填写公司和管理员。",
  company: "公司名称",
  zone: "时区",
  zoneWhy: "派工台和报表按此时区；上门时间按现场时区。",
  zoneNone: "没有符合的时区。",
  admin: "管理员",
  name: "姓名",
  rule: (shortest) => `至少 ${shortest} 个字符，且不能与账号相同。`,
  missing: "请填写。",
  submit: "完成初始化",
  busy: "正在初始化…",
} satisfies SetupWords;
export default words;
