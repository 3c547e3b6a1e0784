/* A day of an engineer in a browser against a running demo server: SERVER=http://… npm run walk. Signs in, works
   offline, is killed in the middle of a word, comes back, delivers. */
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

let run = await start();
try {
  let { context, page } = run;
  await page.goto(`${server}/app/`);
  await page.waitForSelector("[name=login]");
  await signIn(page);
  await page.waitForSelector("a.job, .hero");
  check((await page.locator("a.job, .hero, .row").count()) >= 4, "today shows the day's jobs");
  await page.evaluate("navigator.serviceWorker.ready");
  await page.waitForTimeout(800);
  await inEveryDress(page, "today");

  await page.click(".hero a");
  await page.waitForSelector(".steps");
  const job = page.url();
  check(
    (await page.evaluate("document.activeElement?.tagName")) === "H1",
    "a new page begins at its title",
  );
  await inEveryDress(page, "job");

  await context.setOffline(true);
  await page.waitForSelector("a.offline");
  for (const verb of ["接单", "出发", "到达现场"]) {
    await page.click(`.bar button:has-text("${verb}")`);
    await page.waitForSelector(`[role=status]:has-text("已存本机") button:has-text("撤销")`);
  }
  check(true, "accept, set off, arrive without a network, each with undo");
  await examine(page, "job-offline");
  await page.fill("textarea >> nth=0", "冷凝器脏堵，清洗后高压 1,620 kPa");
  await page.waitForTimeout(300);
  await context.close(); // the battery

  run = await start();
  ({ context, page } = run);
  await context.setOffline(true);
  await page.goto(`${server}/app/`);
  await page.waitForSelector(".hero");
  check((await page.innerText(".hero")).includes("在现场"), "after a kill the job is where it was");
  check((await page.innerText("main")).includes("继续填写"), "and Today leads back to the text");
  await examine(page, "today-offline-killed");
  await page.click("text=继续填写");
  await page.waitForSelector("textarea");
  await page.waitForTimeout(300);
  check(
    (await page.inputValue("textarea >> nth=0")).startsWith("冷凝器脏堵"),
    "the words are back",
  );
  check((await page.evaluate("document.activeElement?.tagName")) === "TEXTAREA", "with the caret");
  await page.click('.bar button:has-text("完成任务")');
  await page.waitForSelector('label:has-text("已修好")');
  await page.click('button:has-text("完成任务")');
  check((await page.innerText("main")).includes("请选择结果"), "it says what is missing");
  await examine(page, "finish");
  await page.click('label:has-text("已修好")');
  await page.click('button:has-text("完成任务")');
  await page.waitForSelector(`[role=status]:has-text("完成任务") button:has-text("撤销")`);
  await examine(page, "job-done-offline");

  await page.goto(`${server}/app/outbox`);
  await page.waitForSelector(".r");
  check((await page.locator("section .r, ul .r, .card .r").count()) === 5, "five entries in words");
  await inEveryDress(page, "outbox-offline");
  await context.setOffline(false);
  await page.evaluate("dispatchEvent(new Event('online'))");
  await page.waitForFunction("document.querySelector('main')?.innerText.includes('都已送达')");
  check(true, "back online everything is delivered by itself");
  await page.waitForTimeout(600);
  await inEveryDress(page, "outbox");
  await page.goto(job);
  await page.waitForSelector(".steps");
  await page.waitForTimeout(500);
  await examine(page, "job-done");
  await page.goto(`${server}/app/me`);
  await page.waitForSelector("dl");
  await inEveryDress(page, "me");
  await page.goto(`${server}/app/`);
  await page.waitForSelector("a.job, .hero");
  await page.waitForTimeout(500);
  await inEveryDress(page, "today-later");
  const own = run.heard.filter((text) => !/ERR_INTERNET_DISCONNECTED|status of 4\d\d/.test(text));
  check(own.length === 0, `no complaints ${own.join(" | ")}`);
} finally {
  await run.context.close().catch(() => undefined);
  throwAway();
}
if (faults.length) process.exitCode = 1;
