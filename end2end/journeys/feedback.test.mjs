// Feedback: logged on a customer's page, answered, solved and found again; the list and its keys; the settings; without scripts.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { violations } from "../lib/axe.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { face, faces, phoneAndDesktop } from "../lib/faces.mjs";
import { overflow } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { signIn } from "../pages/entry.mjs";
import { make, pane } from "../pages/customer.mjs";
import { live, open, title } from "../pages/frame.mjs";
import { counts, run, upload } from "../pages/importing.mjs";
import { escaped } from "../pages/list.mjs";

const house = await House.open({ demo: 200 });

async function looksGood({ page, face: look }, name) {
  // What was typed into may have scrolled the head of the page under the bar at the top.
  await page.evaluate(() => window.scrollTo(0, 0));
  await shoot(page, `${name} ${look.title}`);
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(await overflow(page), []);
}

const exactly = (text) => new RegExp(`^${escaped(text)}$`);

const waits = (page, name) =>
  page.waitForResponse((answer) => answer.url().includes(`/api/${name}`) && answer.ok());

/** Writes something into the open case. */
async function say({ page, t }, kind, text) {
  await page.getByRole("radio", { name: t(`choice.message.${kind}`), exact: true }).check();
  await page.locator("#message-body").fill(text);
  await Promise.all([
    waits(page, "write_case_message"),
    page.locator(".case-composer").getByRole("button", { name: t("case.send"), exact: true }).click(),
  ]);
  await page.locator(`.message[data-kind=${kind}]`).getByText(text).waitFor();
}

const here = ({ page, t }, status) =>
  page.locator(".stage-step[aria-current]").filter({ hasText: t(`choice.case_status.${status}`) });

const step = ({ page, t }, status) =>
  page.locator(".stage-step").filter({ hasText: t(`choice.case_status.${status}`) }).getByRole("button");

for (const look of faces(1)) {
  journey(house, "a complaint is logged, answered, waits, is solved and opens again", look, async (admin, visit) => {
    const rep = await house.hire(`王芳${look.size}`, `feedback-${look.size}`, "staff");
    const visitor = await visit(look, {});
    await signIn(visitor, rep);
    const { page, t } = visitor;

    // From the customer's page.
    const customer = `近邻仪器 ${look.size}`;
    await make(visitor, customer);
    await pane(visitor, "customer.related");
    const section = page.locator(".section").filter({ has: page.locator("#cases") });
    await section.getByText(t("case.none_here")).waitFor();
    await section.getByRole("link", { name: t("common.add"), exact: true }).click();
    await page.waitForURL(/\/feedback\/new\?account=C-/);
    await live(page);
    // What is missing is said, and what is typed stays.
    await page.locator("#f-body").fill("两周还没到货！");
    await page.getByRole("button", { name: exactly(t("common.save")) }).first().click();
    await page.getByText(t("error.field.required")).first().waitFor();
    const subject = `货物延迟 ${look.size}`;
    await page.locator("#f-subject").fill(subject);
    await page.locator("#f-priority").selectOption("urgent");
    await looksGood(visitor, "new feedback");
    await page.getByRole("button", { name: exactly(t("common.save")) }).first().click();
    await page.waitForURL(/\/feedback\/F-\d+/);
    await live(page);
    await title(page).filter({ hasText: subject }).waitFor();
    const address = new URL(page.url()).pathname;
    await page.locator(".message").getByText("两周还没到货！").waitFor();
    await page.locator("#case-links").getByRole("link", { name: customer }).waitFor();
    await looksGood(visitor, "feedback");

    // In the day of whoever is in charge, with what of it is due next.
    await open(page, "/");
    await live(page);
    const mine = page.locator(".my-day .planned").filter({ hasText: subject });
    await mine.locator(".planned-when").waitFor();
    const [begins] = t("day.answer_due", { left: "|" }).split("|");
    assert.ok((await mine.locator(".planned-when").textContent()).startsWith(begins));
    await looksGood(visitor, "feedback in my day");
    await mine.getByRole("link", { name: subject }).click();
    await page.waitForURL(/\/feedback\/F-\d+/);
    await live(page);

    // Answered, it is worked on; then it waits, and the customer's word ends the wait.
    await say(visitor, "answer", "今天下午给你答复。");
    await here(visitor, "in_progress").waitFor();
    await say(visitor, "note", "物流说明天到。");
    await Promise.all([waits(page, "edit_case"), step(visitor, "waiting").click()]);
    await here(visitor, "waiting").waitFor();
    await page.locator(".case-marks").getByText(t("case.due_paused")).waitFor();
    await say(visitor, "customer", "可以，等你们。");
    await here(visitor, "in_progress").waitFor();
    await looksGood(visitor, "feedback with a thread");

    // Whoever solves it says how; a form that is refused says so by its status.
    visitor.watch.expect(/status of 422/);
    await step(visitor, "resolved").click();
    const asked = page.getByRole("dialog", { name: t("case.resolve_title") });
    await asked.getByRole("button", { name: t("case.resolve"), exact: true }).click();
    await asked.getByText(t("error.field.required")).waitFor();
    await looksGood(visitor, "what was done");
    await asked.locator("#f-solution").fill("改用空运补发。");
    await asked.locator("#f-cause").fill("物流安排");
    await Promise.all([
      waits(page, "edit_case"),
      asked.getByRole("button", { name: t("case.resolve"), exact: true }).click(),
    ]);
    await here(visitor, "resolved").waitFor();
    await page.locator(".case-marks").getByText(t("case.due_in_time")).waitFor();

    // Not in the list of what is open, but in that of what is solved.
    await open(page, "/feedback?sort=newest");
    await page.getByRole("row").nth(1).waitFor();
    await looksGood(visitor, "feedback list");
    assert.equal(await page.getByRole("link", { name: new RegExp(escaped(subject)) }).count(), 0);
    await open(page, "/feedback?state=done");
    await page.getByRole("link", { name: new RegExp(escaped(subject)) }).first().waitFor();

    // Taken off, and back.
    await open(page, address);
    await live(page);
    await Promise.all([
      waits(page, "delete_case"),
      page.getByRole("button", { name: t("case.delete"), exact: true }).click(),
    ]);
    await page.waitForURL(/\/feedback$/);
    await Promise.all([
      waits(page, "delete_case"),
      page.getByRole("button", { name: t("common.undo"), exact: true }).click(),
    ]);
    await open(page, address);
    await title(page).filter({ hasText: subject }).waitFor();
  });
}

for (const look of phoneAndDesktop(1)) {
  journey(house, "feedback comes from a file, goes out again, and waits in the bin", look, async (visitor) => {
    const { page, t } = visitor;
    const customer = `远景仪表 ${look.size}`;
    await make(visitor, customer);
    const file = [
      "Ticket ID,Subject,Type,Priority,Status,Company,Requester,Created at,Description",
      `T-${look.size}-1,Torn box ${look.size},Problem,High,Open,${customer},Ann Cole,2026-03-02,It was wet`,
      `T-${look.size}-2,Which size ${look.size},Question,Low,Solved,Nobody Inc,Bo,2026-03-03,`,
    ].join("\n");
    await upload(visitor, { name: "desk.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
    await run(visitor, "skip");
    assert.deepEqual(await counts(visitor), { created: 2, updated: 0, unchanged: 0, refused: 0 });
    await looksGood(visitor, "feedback imported");
    await page.getByRole("link", { name: t("import.result_open_cases"), exact: true }).click();
    await page.waitForURL(/\/feedback\?state=all/);
    await page.getByRole("row").filter({ hasText: `Torn box ${look.size}` }).filter({ hasText: customer }).waitFor();

    // Out again, as it came and with the number it has here.
    await live(page);
    if (look.size === "phone") {
      await page.getByRole("main").getByRole("button", { name: t("common.more"), exact: true }).first().click();
    }
    const out = page.getByRole("main").getByRole("button", { name: t("list.export"), exact: true });
    await out.or(page.getByRole("menuitem", { name: t("list.export"), exact: true })).first().click();
    const sheet = page.getByRole("dialog", { name: t("export.heading_all") });
    await sheet.getByRole("radio", { name: t("choice.export_format.csv") }).check();
    await looksGood(visitor, "export of feedback");
    const [sent] = await Promise.all([
      page.waitForEvent("download"),
      sheet.getByRole("button", { name: t("export.start"), exact: true }).click(),
    ]);
    const rows = (await readFile(await sent.path(), "utf8")).trim().split(/\r?\n/);
    const row = rows.find((line) => line.includes(`Torn box ${look.size}`));
    assert.ok(row && /^F-\d+,/.test(row) && row.includes(customer) && row.includes("It was wet"), rows.join("\n"));

    // Deleted, it waits in the bin and comes back from there.
    const number = row.split(",")[0];
    await open(page, `/feedback/${number}`);
    await live(page);
    await looksGood(visitor, "feedback from a file");
    await Promise.all([
      waits(page, "delete_case"),
      page.getByRole("button", { name: t("case.delete"), exact: true }).click(),
    ]);
    await page.waitForURL(/\/feedback$/);
    await open(page, "/bin?tab=cases");
    await live(page);
    await looksGood(visitor, "feedback in the bin");
    const binned = page.getByRole("row").or(page.getByRole("listitem")).filter({ hasText: number }).first();
    await Promise.all([
      waits(page, "restore_from_bin"),
      binned.getByRole("button", { name: t("bin.restore_name", { name: `Torn box ${look.size}` }) }).click(),
    ]);
    await open(page, `/feedback/${number}`);
    await title(page).filter({ hasText: `Torn box ${look.size}` }).waitFor();
  }, { as: "admin" });
}

const desktop = face("desktop", "zh-CN", "light");

journey(house, "keys go through the list, and two who look at one see what the other does", desktop, async (admin, visit) => {
  const { page, t } = admin;
  await open(page, "/feedback");
  await page.getByRole("row").nth(2).waitFor();
  const numbers = await page.locator("main a[data-row] .sub.num").allTextContents();
  await page.locator("main a[data-row]").first().click();
  await page.waitForURL(new RegExp(`/feedback/${numbers[0]}`));
  await live(page);
  await page.locator(".inbox-row[aria-current]").waitFor();
  await looksGood(admin, "inbox");
  await page.locator("body").press("j");
  await page.waitForURL(new RegExp(`/feedback/${numbers[1]}`));
  await page.locator(".inbox-row[aria-current]").filter({ hasText: numbers[1] }).waitFor();
  await page.locator("body").press("k");
  await page.waitForURL(new RegExp(`/feedback/${numbers[0]}`));
  await page.locator(".inbox-row[aria-current]").filter({ hasText: numbers[0] }).waitFor();

  // Somebody else answers it meanwhile.
  const colleague = await house.hire("李雷", "feedback-second", "staff");
  const second = await visit(face("phone", "en", "dark"), {});
  await signIn(second, colleague);
  await open(second.page, `/feedback/${numbers[0]}`);
  await say(second, "answer", "Der zweite Blick");
  await page.locator(".message").getByText("Der zweite Blick").waitFor();

  // `r` writes an answer, `v` asks what was done.
  await page.locator("body").press("r");
  await page.locator("#message-body:focus").waitFor();
  await page.keyboard.type("Taste r");
  await page.keyboard.press("Control+Enter");
  await page.locator(".message").getByText("Taste r").waitFor();
  await page.locator("h1").click();
  await page.locator("body").press("v");
  await page.getByRole("dialog", { name: t("case.resolve_title") }).waitFor();
}, { as: "admin" });

journey(house, "business hours and categories are set", desktop, async (admin) => {
  const { page, t, watch } = admin;
  // A form that is refused says so by its status.
  watch.expect(/status of 422/);
  await open(page, "/admin/service");
  await looksGood(admin, "service");
  const from = page.locator("#f-\\[week\\]\\[0\\]\\[from\\]");
  await from.fill("18:30");
  await page.getByRole("button", { name: t("common.save"), exact: true }).click();
  await page.getByText(t("error.field.not_a_time")).first().waitFor();
  await from.fill("08:30");
  await page.locator("#f-categories").fill("交付\n质量\n账务");
  await page.getByRole("button", { name: t("common.save"), exact: true }).click();
  await page.waitForURL(/saved=yes/);
  assert.equal(await from.inputValue(), "08:30");
  await open(page, "/feedback/new");
  await page.locator("#f-category").selectOption("账务");
}, { as: "admin" });

journey(house, "a saved reply is written once and taken over into an answer", face("phone", "zh-CN", "dark"), async (admin) => {
  const { page, t, watch } = admin;
  watch.expect(/status of 422/);
  await open(page, "/admin/replies");
  await live(page);
  await page.locator("#reply-0-title").fill("道歉");
  await page.getByRole("button", { name: t("common.save"), exact: true }).click();
  await page.getByText(t("error.field.required")).first().waitFor();
  await page.locator("#reply-0-body").fill("{客户}，非常抱歉（{编号}）。");
  await looksGood(admin, "saved replies");
  await page.getByRole("button", { name: t("common.save"), exact: true }).click();
  await page.waitForURL(/saved=yes/);
  assert.equal(await page.locator("#reply-0-title").inputValue(), "道歉");

  await open(page, "/feedback/new");
  await live(page);
  await page.locator("#f-subject").fill("包装破损");
  await page.locator("#f-contact").fill("李雷");
  await page.getByRole("button", { name: exactly(t("common.save")) }).first().click();
  await page.waitForURL(/\/feedback\/F-\d+/);
  await live(page);
  const number = new URL(page.url()).pathname.split("/").pop();
  // The three kinds stand in one line.
  await page.locator(".case-composer .segment").first().waitFor();
  const kinds = await page.locator(".case-composer .segment").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
  assert.equal(new Set(kinds).size, 1, kinds.join(" "));
  await page.locator("#message-reply").fill("抱歉");
  await page.getByRole("option", { name: /道歉/ }).click();
  assert.equal(await page.locator("#message-body").inputValue(), `李雷，非常抱歉（${number}）。`);
  await looksGood(admin, "answer from a saved reply");
}, { as: "admin" });

journey(house, "without scripts a complaint is logged and answered", face("phone", "en", "light"), async ({ page, t, watch }) => {
  // Chromium reports hints to load a module early as blocked where scripts are off.
  watch.expect(/^request failed: \S+\/pkg\/\w+\/(rapport|parts)\.js csp /);
  await page.goto("/feedback/new");
  await page.locator("#f-subject").fill("No scripts at all");
  await page.locator("#f-body").fill("It works");
  await page.getByRole("button", { name: exactly(t("common.save")) }).first().click();
  await page.waitForURL(/\/feedback\/F-\d+/);
  await page.locator(".message").getByText("It works").waitFor();
  await page.getByRole("radio", { name: t("choice.message.note"), exact: true }).check();
  await page.locator("#message-body").fill("A note");
  await page.locator(".case-composer").getByRole("button", { name: t("case.send"), exact: true }).click();
  await page.locator(".message[data-kind=note]").getByText("A note").waitFor();
  await page.goto("/feedback?kind=complaint&sort=newest");
  await page.getByRole("link", { name: /No scripts at all/ }).first().waitFor();
}, { as: "admin", javaScriptEnabled: false });
