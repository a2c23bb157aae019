// What is done and planned about a customer: a call in three presses, a day's list that is worked through, and the bell.
import assert from "node:assert/strict";
import { violations } from "../lib/axe.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { face, faces } from "../lib/faces.mjs";
import { overflow } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { signIn } from "../pages/entry.mjs";
import { make, pane } from "../pages/customer.mjs";
import { chip, log, planned, question } from "../pages/activities.mjs";
import { live, message, open, title } from "../pages/frame.mjs";

const house = await House.open();

async function looksGood({ page, face: look }, name) {
  await shoot(page, `${name} ${look.title}`);
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(await overflow(page), []);
}

for (const look of faces(2)) {
  journey(house, "a call is logged in three presses, and the day is worked through", look, async (admin, visit) => {
    const rep = await house.hire(`王芳${look.size}`, `day-${look.size}`, "sales_rep");
    const visitor = await visit(look, {});
    await signIn(visitor, rep);
    const { page, t } = visitor;
    await open(page, "/");
    await live(page);
    await page.getByText(t("day.empty_title")).waitFor();

    const customer = `近邻仪器 ${look.size}`;
    const address = await make(visitor, customer);
    await pane(visitor, "customer.timeline");
    // Three presses: the kind, when to go on, save. That somebody was reached is said already.
    await log(visitor, "call");
    await looksGood(visitor, "log a call");
    await chip(visitor, t("activity.in_days")).click();
    await page.getByRole("main").getByRole("button", { name: t("common.save"), exact: true }).click();
    const called = page.getByRole("listitem").filter({ hasText: t("choice.call_result.reached") });
    await called.first().waitFor();
    await planned(visitor, t("activity.follow_up")).waitFor();

    // What is wrong is said, and what was typed stays.
    await log(visitor, "task");
    const inMain = page.getByRole("main");
    await inMain.getByLabel(t("field.activity.due_time"), { exact: true }).fill("25:99");
    await inMain.getByRole("button", { name: t("common.save"), exact: true }).click();
    await inMain.getByText(t("error.field.not_a_time")).waitFor();
    await inMain.getByLabel(t("field.activity.title"), { exact: true }).fill("寄样品");
    await inMain.getByLabel(t("field.activity.due_time"), { exact: true }).fill("0:01");
    await chip(visitor, t("common.today")).click();
    await inMain.getByRole("button", { name: t("common.save"), exact: true }).click();
    const late = planned(visitor, "寄样品");
    await late.waitFor();
    assert.equal(await late.getAttribute("data-state"), "overdue");
    await looksGood(visitor, "timeline with plans");

    // The day, the most urgent first.
    await open(page, "/");
    await live(page);
    await page.locator(".day-label").filter({ hasText: t("choice.day_reason.overdue") }).waitFor();
    await planned(visitor, t("activity.follow_up")).waitFor();
    assert.equal(await page.locator(".planned .planned-title").first().textContent(), "寄样品");
    await looksGood(visitor, "my day");
    await planned(visitor, "寄样品").getByRole("link", { name: customer }).waitFor();

    // Done with one press, taken back, done again; then it asks what comes next.
    const press = () =>
      planned(visitor, "寄样品").getByRole("button", { name: t("activity.done", { title: "寄样品" }) }).click();
    await press();
    await planned(visitor, "寄样品").waitFor({ state: "detached" });
    await message(visitor, t("toast.activity_done", { title: "寄样品" })).waitFor();
    await page.getByRole("button", { name: t("common.undo"), exact: true }).first().click();
    await planned(visitor, "寄样品").waitFor();
    await press();
    await planned(visitor, "寄样品").waitFor({ state: "detached" });
    await question(visitor, t("activity.next_step_for", { record: customer })).waitFor();
    await looksGood(visitor, "what comes next");
    await page.getByLabel(t("field.activity.next_title"), { exact: true }).fill("问问样品");
    await page.getByRole("button", { name: t("activity.tomorrow"), exact: true }).click();
    await planned(visitor, "问问样品").waitFor();
    await page.locator(".day-label").filter({ hasText: t("choice.day_reason.tomorrow") }).waitFor();

    // A call asks what became of it.
    await open(page, address);
    await live(page);
    await pane(visitor, "customer.timeline");
    await log(visitor, "call");
    await page.getByRole("radio", { name: t("activity.planned"), exact: true }).check();
    await chip(visitor, t("common.today")).click();
    await inMain.getByRole("button", { name: t("common.save"), exact: true }).click();
    const call = planned(visitor, t("choice.activity.call"));
    await call.getByRole("button", { name: t("activity.done", { title: t("choice.activity.call") }) }).click();
    await page.getByRole("menuitem", { name: t("choice.call_result.no_answer") }).click();
    await call.waitFor({ state: "detached" });
    await page.getByRole("listitem").filter({ hasText: t("choice.call_result.no_answer") }).first().waitFor();

    // What is planned is changed in its place.
    const next = planned(visitor, "问问样品");
    await next.getByRole("button", { name: t("activity.actions", { title: "问问样品" }) }).click();
    await page.getByRole("menuitem", { name: t("activity.edit"), exact: true }).click();
    const dialog = page.getByRole("dialog", { name: t("choice.activity.task") });
    await dialog.getByLabel(t("field.activity.title"), { exact: true }).fill("样品到了吗");
    await looksGood(visitor, "change a plan");
    await dialog.getByRole("button", { name: t("common.save"), exact: true }).first().click();
    await dialog.waitFor({ state: "hidden" });
    await planned(visitor, "样品到了吗").waitFor();
  }, { as: "admin" });
}

for (const look of [face("phone", "zh-CN", "dark"), face("desktop", "en", "light")]) {
  journey(house, "whoever is given something hears of it, and the giver that it is done", look, async (admin, visit) => {
    const rep = await house.hire(`Grace ${look.size}`, `bell-${look.size}`, "sales_manager");
    const blind = await house.hire(`Ada ${look.size}`, `blind-${look.size}`, "sales_rep");
    const grace = await visit(look, {});
    await signIn(grace, rep);
    await open(grace.page, "/");
    await live(grace.page);
    const bell = ({ page, t }, count) =>
      page.getByRole("button", { name: count ? t("bell.unread", { n: count }) : t("bell.title"), exact: true });
    await bell(grace, 0).waitFor();

    const { page, t } = admin;
    await make(admin, `Bell ${look.size}`);
    await pane(admin, "customer.timeline");
    await log(admin, "task");
    const main = page.getByRole("main");
    await main.getByLabel(t("field.activity.title"), { exact: true }).fill("Check the valve");
    await chip(admin, t("common.today")).click();
    await main.getByText(t("common.optional_fields"), { exact: true }).click();
    // Whoever would not see the customer is not given it.
    admin.watch.expect(/status of 422/);
    const owner = main.getByLabel(t("field.activity.owner"), { exact: true });
    await owner.selectOption({ label: blind.name });
    await main.getByRole("button", { name: t("common.save"), exact: true }).click();
    await main.getByText(t("error.field.out_of_sight_share")).first().waitFor();
    await owner.selectOption({ label: rep.name });
    await main.getByRole("button", { name: t("common.save"), exact: true }).click();
    await planned(admin, "Check the valve").waitFor();

    // Nobody loads a page again.
    await bell(grace, 1).click();
    const told = grace.page.getByRole("dialog", { name: grace.t("bell.title") });
    await told.getByText("Check the valve").waitFor();
    await looksGood(grace, "bell");
    await told.getByRole("link").first().click();
    await title(grace.page).filter({ hasText: `Bell ${look.size}` }).waitFor();
    await pane(grace, "customer.timeline");
    const line = planned(grace, "Check the valve");
    await line.getByRole("button", { name: grace.t("activity.done", { title: "Check the valve" }) }).click();
    await line.waitFor({ state: "detached" });
    // Phones have the bell where there is no record's own head.
    await open(grace.page, "/");
    await bell(grace, 0).waitFor();

    await open(page, "/");
    await bell(admin, 1).click();
    // The newest stands on top: the other window of this journey had its own.
    await page.getByRole("dialog", { name: t("bell.title") }).getByText("Check the valve").first().waitFor();
    await page.getByRole("button", { name: t("bell.read_all"), exact: true }).click();
    await page.keyboard.press("Escape");
    await bell(admin, 0).waitFor();
  }, { as: "admin" });
}
