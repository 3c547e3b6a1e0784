/* The engineer meets the office, in a browser against a running demo server that nobody has worked on yet in jobs 2 to
   4: a clash, a cancelled and a reassigned job, an expired session, a closed phone. Run after walk.ts. */
import { randomUUID } from "node:crypto";
import {
  check,
  examine,
  faults,
  inEveryDress,
  server,
  signIn,
  start,
  throwAway,
} from "./walk_kit.ts";

type Row = Record<string, string> & { id: string };
const headers = { "Content-Type": "application/json" };

/** A person at a desk: calls commands as the board does. */
async function desk(login: string) {
  const device = { id: randomUUID(), label: "walk", platform: "node", kind: "desk" };
  const body = JSON.stringify({ login, password: "callout-demo", device });
  const entered = await fetch(`${server}/api/v1/session`, { method: "POST", headers, body });
  const cookie = (entered.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const ask = async (path: string, data?: unknown) => {
    const answer = await fetch(`${server}/api/v1/${path}`, {
      method: data ? "POST" : "GET",
      headers: { ...headers, Cookie: cookie },
      ...(data !== undefined && { body: JSON.stringify(data) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json() as Promise<never>;
  };
  const list = async (path: string) => ((await ask(path)) as { items: Row[] }).items;
  const act = (name: string, entity_id: string, args: unknown) =>
    ask(`do/${name}`, { entity_id, args });
  return { list, act, ask };
}

const asha = await desk("asha");
const run = await start();
const { context, page } = run;
/** By its title, as the list shows it. */
const openJob = async (title: string) => {
  await page.goto(`${server}/app/`);
  await page.locator(".scroll a", { hasText: title }).first().click();
  await page.waitForSelector(".steps");
};
const press = async (word: string) => {
  await page.click(`.bar button:has-text("${word}")`);
  await page.waitForSelector(`[role=status]:has-text("已存本机")`);
};

try {
  await page.goto(`${server}/app/`);
  await page.waitForSelector("[name=login]");
  await signIn(page);
  await page.waitForSelector("a.job, .hero");
  await page.evaluate("navigator.serviceWorker.ready");
  await page.waitForTimeout(800);

  const orders = await asha.list("work-orders?limit=200");
  const order = (title: string) => orders.find((one) => one.summary?.startsWith(title)) as Row;
  const ben = (await asha.list("engineers")).find((one) => one.name?.startsWith("Ben"));
  const tomorrow = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  await asha.act("visit.assign", randomUUID(), {
    work_order_id: order("露点高").id,
    engineer_id: ben?.id,
    planned_start: tomorrow(30),
    planned_end: tomorrow(32),
  });
  await page.waitForSelector("text=露点高", { timeout: 5_000 });
  check(true, "what the office sends shows within five seconds, under its own day");
  await examine(page, "today-later-day");

  await context.setOffline(true);
  await openJob("排气温度高");
  await press("接单");
  await page.click('.note button:has-text("修改")');
  await page.fill("dialog[open] textarea", "进洁净区前更衣，动力站在 C 栋南面。");
  await examine(page, "access-sheet");
  await page.click('dialog[open] button:has-text("保存进场须知")');
  await page.waitForSelector("dialog[open]", { state: "detached" });
  await page.getByRole("textbox", { name: "新留言" }).fill("冷却风扇异响，已拍视频。");
  await page.click("text=添加留言");
  await page.waitForSelector(".c .text >> text=冷却风扇异响");
  await page.click('[aria-label="更多操作"]');
  await examine(page, "actions-sheet");
  await page.click('dialog[open] button:has-text("无法完成")');
  await page.waitForSelector("dialog[open] fieldset");
  await examine(page, "reason-sheet");
  await page.click('dialog[open] button:has-text("取消")');
  await openJob("Compressor trips");
  await press("接单");
  await openJob("半年保养");
  await press("接单");
  const moved = page.url();

  const site = (await asha.list("sites?limit=200")).find((one) => one.name === "动力站");
  const visitOf = async (title: string) =>
    ((await asha.ask(`work-orders/${order(title).id}`)) as { visits: Row[] }).visits[0] as Row;
  const lina = (await asha.list("engineers")).find((one) => one.name?.startsWith("李娜"));
  await asha.act("site.edit", site?.id ?? "", {
    set: { access_notes: "进洁净区前更衣，动力站在 D 栋后面。" },
  });
  await asha.act("work_order.cancel", order("Compressor").id, { reason: "客户自行修复" });
  const away = await visitOf("半年保养");
  await asha.act("visit.unassign", away.id, { reason: null });
  await asha.act("visit.dispatch", away.id, { engineer_id: lina?.id });

  await context.setOffline(false);
  await page.evaluate("dispatchEvent(new Event('online'))");
  await page.goto(`${server}/app/outbox`);
  await page.waitForSelector(".parked");
  await page.waitForSelector("text=要核对");
  check((await page.locator(".parked").count()) === 2, "two parked entries with their reasons");
  await page.waitForTimeout(600);
  await inEveryDress(page, "needs");
  await page.goto(moved);
  await page.waitForTimeout(800);
  await examine(page, "job-reassigned");
  await page.goto(`${server}/app/`);
  await page.waitForTimeout(600);
  await examine(page, "today-after-office");
  await openJob("Compressor trips");
  await page.waitForTimeout(300);
  await examine(page, "job-cancelled");
  await openJob("排气温度高");
  check((await page.innerText("main")).includes("两边填的不同"), "the job shows the clash");
  await examine(page, "job-conflict");
  await page.click("text=核对差异");
  await page.waitForSelector("fieldset");
  await inEveryDress(page, "conflict", (one) => one.click("label.v >> nth=0"));
  await page.click("label.v >> nth=0");
  await page.click('.bar button:has-text("用我填的")');
  await page.waitForSelector("text=已选定");
  await page.goto(`${server}/app/outbox`);
  await page.waitForSelector(".parked");
  await page.click('.parked >> nth=0 >> button:has-text("再试一次")');
  await page.waitForSelector('[role=status] [aria-label="关闭"]');
  await page.click('[role=status] [aria-label="关闭"]');
  for (const left of [1, 0]) {
    await page.click('.parked >> nth=0 >> button:has-text("撤回")');
    await page.waitForFunction(`document.querySelectorAll(".parked").length === ${left}`);
  }
  check(true, "chosen, tried again, withdrawn: nothing needs this person any more");
  const kept = (await asha.list("sites?limit=200")).find((one) => one.name === "动力站");
  check(kept?.access_notes?.includes("C 栋南面") ?? false, "the office has the chosen value");

  await context.clearCookies();
  await openJob("排气温度高");
  const here = page.url();
  await press("出发");
  await page.waitForSelector("a.offline >> text=登录后发送");
  await examine(page, "job-expired");
  await page.click("a.offline");
  await page.waitForSelector("[name=login]");
  await examine(page, "relogin");
  await signIn(page);
  await page.waitForSelector(".steps");
  check(page.url() === here, "signed in again, back at the same place");
  await page.waitForFunction("!document.querySelector('a.offline')");
  await page.waitForTimeout(800);
  const travelling = await visitOf("排气温度高");
  check(travelling.status === "travelling", "and what waited was delivered");

  await page.goto(`${server}/app/me`);
  await page.waitForSelector("dl");
  const short = await page.innerText("dl div:nth-child(5) dd");
  await page.click('button:has-text("退出登录")');
  await page.waitForSelector("dialog[open]");
  await examine(page, "sign-out-sheet");
  await page.click('dialog[open] button:has-text("取消")');
  const mei = await desk("mei");
  const phone = (await mei.list("devices")).find((one) => one.id.endsWith(short));
  await context.setOffline(true);
  await openJob("排气温度高");
  await press("到达现场");
  await mei.act("device.revoke", phone?.id ?? "", {});
  await context.setOffline(false);
  await page.evaluate("dispatchEvent(new Event('online'))");
  await page.waitForSelector("text=办公室已停用本机");
  await page.waitForSelector("text=已交给办公室");
  await examine(page, "gone");
  const held = (await mei.list("parked")).filter((one) => one.code === "sealed");
  check(held.length > 0, "a closed phone hands in its unsent work");
  await page.reload();
  await page.waitForSelector("[name=login]");
  check(true, "and begins at the login");
} catch (error) {
  if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/stopped.png` });
  throw error;
} finally {
  await context.close().catch(() => undefined);
  throwAway();
}
if (faults.length) process.exitCode = 1;
