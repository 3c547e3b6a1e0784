/* 工程师端词句。 */
import type { EngineerWords } from "./engineer.en";

const words = {
  nav: { label: "主导航", today: "今天", outbox: "发件箱", me: "我的" },
  today: {
    title: "今天",
    jobs: (n) => `${n} 个任务`,
    ready: "都在本机",
    empty: "今天没有任务",
    emptyWhy: "调度派给您的任务会出现在这里，离线也能看。",
    refresh: "再看一次",
  },
  job: {
    title: "任务",
    accept: "接单",
    depart: "出发",
    arrive: "到达现场",
    pause: "暂停",
    resume: "继续",
    complete: "完成任务",
    cannotComplete: "无法完成",
    navigate: "导航",
    call: "呼叫",
    access: "进场须知",
    asset: "设备",
    findings: "检查结论",
    steps: { accepted: "已接单", travelling: "路上", on_site: "现场", done: "完成" },
    due: (time) => `${time} 前`,
    expected: (time) => `预计 ${time}`,
    missing: "本机没有这个任务",
    missingWhy: "它可能已改派、已关闭，或还没有送到本机。",
  },
  outbox: {
    title: "发件箱",
    empty: "都已送达",
    emptyWhy: "您填写的内容和照片会在这里等，直到服务器收到。",
    sending: (done, all) => `正在发送 ${done}/${all}`,
    forYou: (n) => `要您处理 · ${n}`,
    running: (n) => `正在发 · ${n}`,
    delivered: (n) => `已送达 · 今天 ${n}`,
    last: (time) => `最近送达 ${time}`,
  },
  me: {
    title: "我的",
    signedInAs: "登录账号",
    version: (version) => `版本 ${version}`,
    toToday: "去今天",
  },
  install: {
    title: "把到场添加到主屏幕",
    why: "添加之后，本机才能把任务保存七天以上。",
    ios: ["点浏览器下方的“分享”。", "选“添加到主屏幕”。", "以后从主屏幕打开到场。"],
    android: ["打开浏览器菜单。", "选“安装应用”。", "以后从主屏幕打开到场。"],
    act: "安装",
  },
} satisfies EngineerWords;
export default words;
