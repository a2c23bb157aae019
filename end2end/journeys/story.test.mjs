// A lead becomes a deal, a deal becomes money, the customer answers a survey, a bad answer becomes a case, and a manager
// sees it in a chart and opens the records behind it: the phone of a rep, the phone of a customer without scripts, and a
// manager whose open dashboard and board move by themselves.
import assert from "node:assert/strict";
import { violations } from "../lib/axe.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { face } from "../lib/faces.mjs";
import { overflow } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { openAnswer } from "../pages/answer.mjs";
import { signIn } from "../pages/entry.mjs";
import { make, pane, writeNote } from "../pages/customer.mjs";
import { card, makeDeal } from "../pages/deals.mjs";
import { live, open, title } from "../pages/frame.mjs";
import { escaped } from "../pages/list.mjs";

const house = await House.open({ demo: 60 });

const phone = (lang) => face("phone", lang, lang === "en" ? "dark" : "light");
const desktop = (lang) => face("desktop", lang, lang === "en" ? "light" : "dark");

/** The stage that a new house calls a won deal by. */
const WON = { en: "Won", "zh-CN": "赢单" };

async function looksGood({ page, face: look }, name) {
  await page.evaluate(() => window.scrollTo(0, 0));
  await shoot(page, `story ${name} ${look.title}`);
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(await overflow(page), []);
}

const answer = (page, name) =>
  page.waitForResponse((answer) => answer.url().includes(`/api/${name}`) && answer.ok());

const exactly = (text) => new RegExp(`^${escaped(text)}$`);

const figure = ({ page, t }, key) =>
  page.locator(".figure").filter({ has: page.getByText(t(key), { exact: true }) });

/** What a figure says now, to wait for another word. */
const said = (visitor, key) => figure(visitor, key).innerText();

async function moves(visitor, key, before) {
  const now = figure(visitor, key).filter({ hasNotText: before.split("\n")[1] });
  await now.waitFor({ timeout: 20_000 });
}

for (const lang of ["en", "zh-CN"]) {
  journey(house, "from a lead to a satisfied customer", desktop(lang), async (manager, visit) => {
    const { page: dashboard, t } = manager;
    await signIn(manager, await house.hire(`周敏 ${lang}`, `manager-${lang}`, "sales_manager"));

    // The manager asks customers whether they would recommend the house, and leaves the dashboard and the board open.
    await open(dashboard, "/surveys/new?kind=nps");
    await looksGood(manager, "new survey");
    await dashboard.getByRole("button", { name: exactly(t("common.save")) }).first().click();
    await dashboard.waitForURL(/\/surveys\/S-\d+$/);
    await live(dashboard);
    const surveyAt = new URL(dashboard.url()).pathname;
    await Promise.all([
      answer(dashboard, "set_survey_status"),
      dashboard.getByRole("button", { name: t("survey.open"), exact: true }).click(),
    ]);
    await dashboard.locator(".survey-link").first().waitFor();
    await looksGood(manager, "open survey");
    await open(dashboard, "/dashboard");
    await looksGood(manager, "dashboard");
    const board = { ...manager, page: await manager.context.newPage(), face: manager.face, t };
    await open(board.page, "/pipeline");

    // A lead on the rep's phone: a customer and a deal, which the board shows by itself.
    const rep = await visit(phone(lang), {});
    await signIn(rep, await house.hire(`陈刚 ${lang}`, `rep-${lang}`, "sales_rep"));
    const customer = `新安科技 ${lang}`;
    const customerAt = await make(rep, customer);
    const number = customerAt.split("/").pop();
    const deal = `首单 ${lang}`;
    const open_value = await said(manager, "metric.open_value");
    const dealAt = await makeDeal(rep, { name: deal, value: "98,765" }, `/deals/new?account=${number}`);
    await card(board, deal).waitFor({ timeout: 20_000 });
    await moves(manager, "metric.open_value", open_value);
    await looksGood(board, "board");

    // The deal is won and becomes an order.
    const won = await said(manager, "metric.won_value");
    await rep.page.locator(".stage-step").filter({ hasText: WON[lang] }).getByRole("button").click();
    const why = rep.page.getByRole("dialog", { name: deal, exact: true });
    await why.getByLabel(t("field.opportunity.close_reason"), { exact: true }).selectOption("product");
    await Promise.all([
      answer(rep.page, "move_opportunity"),
      why.getByRole("button", { name: t("deal.win"), exact: true }).click(),
    ]);
    await moves(manager, "metric.won_value", won);
    await pane(rep, "customer.related");
    await rep.page.getByRole("link", { name: t("order.make") }).click();
    await rep.page.waitForURL(/\/orders\/new\?deal=D-/);
    await live(rep.page);
    await rep.page.getByRole("button", { name: exactly(t("common.save")) }).first().click();
    await rep.page.waitForURL(/\/orders\/O-\d+/);

    // The deal's story tells the order; what is noted there is told on the customer's page, too.
    await open(rep.page, dealAt);
    await live(rep.page);
    const noted = `合同已寄出 ${lang}`;
    await writeNote(rep, noted);
    const ordered = { has: rep.page.getByRole("link", { name: /O-\d+$/ }) };
    await rep.page.locator(".timeline li").filter(ordered).waitFor();
    await looksGood(rep, "story of the deal");

    // The rep makes the customer's own link on the phone.
    await open(rep.page, `${surveyAt}?account=${number}`);
    await Promise.all([
      answer(rep.page, "make_survey_link"),
      rep.page.getByRole("button", { name: t("survey.personal_make"), exact: true }).click(),
    ]);
    const link = rep.page.locator(".survey-made .survey-link a");
    await rep.page.locator(".survey-made").getByText(customer).waitFor();
    const { pathname } = new URL(await link.getAttribute("href"), house.address);
    await looksGood(rep, "link for a customer");

    // The customer answers without scripts and without signing in; opening the page alone answers nothing.
    const guest = await visit(phone(lang), { javaScriptEnabled: false });
    const { came, countsAtOnce } = await openAnswer(guest, pathname);
    assert.ok((await came.body()).length <= 15 * 1024);
    await guest.page.getByText(t("survey.question_nps")).waitFor();
    await shoot(guest.page, `story answer ${guest.face.title}`);
    await guest.page.getByRole("radio", { name: "3", exact: true }).check();
    const reason = `Zu spät geliefert <b>&${lang}`;
    await guest.page.getByLabel(new RegExp(escaped(t("survey.question_why")))).fill(reason);
    const cases = await said(manager, "metric.cases_open");
    await countsAtOnce();
    await guest.page.getByRole("button", { name: t("answer.send"), exact: true }).click();
    await guest.page.getByRole("heading", { name: t("answer.thanks_title") }).waitFor();
    await shoot(guest.page, `story thanks ${guest.face.title}`);
    guest.watch.expect(/status of 404/);
    await guest.page.goto(pathname);
    assert.equal(await guest.page.getByRole("radio").count(), 0, "the link worked once");

    // It opened a case for the rep, who is told, answers and solves it on the phone.
    await moves(manager, "metric.cases_open", cases);
    await open(rep.page, "/feedback");
    await rep.page.getByRole("row").filter({ hasText: customer }).locator("a[data-row]").click();
    await rep.page.waitForURL(/\/feedback\/F-\d+/);
    await live(rep.page);
    await rep.page.locator(".message").getByText(reason).waitFor();
    const caseAt = new URL(rep.page.url()).pathname;
    await looksGood(rep, "case from an answer");
    await rep.page.getByRole("radio", { name: t("choice.message.answer"), exact: true }).check();
    await rep.page.locator("#message-body").fill("我们今天补发。");
    await Promise.all([
      answer(rep.page, "write_case_message"),
      rep.page.locator(".case-composer").getByRole("button", { name: t("case.send"), exact: true }).click(),
    ]);

    // The manager opens the records behind the figure, and what the survey came to.
    await figure(manager, "metric.cases_open").getByRole("link").first().click();
    await dashboard.waitForURL(/\/feedback(\?|$)/);
    await dashboard.getByRole("row").filter({ hasText: customer }).locator("a[data-row]").click();
    await dashboard.waitForURL((address) => address.pathname === caseAt);
    await dashboard.locator(".message").getByText("我们今天补发。").waitFor();
    await looksGood(manager, "case");
    await open(dashboard, surveyAt);
    await dashboard.locator(".score-value").getByText("−100").waitFor();
    await dashboard.getByRole("link", { name: customer }).first().waitFor();
    await looksGood(manager, "results");

    // The score of the dashboard leads to as many answers as it is made from.
    await open(dashboard, "/dashboard?period=ever");
    await live(dashboard);
    const nps = figure(manager, "metric.nps");
    const made = Number((await nps.locator(".figure-change .sub").textContent()).replace(/\D/g, ""));
    await nps.getByRole("link").first().click();
    await dashboard.waitForURL(/\/surveys\/answers\?scale=nps/);
    await live(dashboard);
    assert.equal(Number((await dashboard.locator(".page-count").textContent()).replace(/\D/g, "")), made);
    await dashboard.locator(".answer-list > li").filter({ hasText: customer }).first().waitFor();
    await looksGood(manager, "answers behind the score");
    // So does each of its bars.
    await open(dashboard, "/dashboard?period=ever");
    await live(dashboard);
    const bar = dashboard.locator(".score-bar[href]").last();
    const counted = Number((await bar.locator(".bar-value").textContent()).split("·")[1].replace(/\D/g, ""));
    await bar.click();
    await dashboard.waitForURL(/\/surveys\/answers\?scale=nps/);
    await live(dashboard);
    assert.equal(Number((await dashboard.locator(".page-count").textContent()).replace(/\D/g, "")), counted);
    await open(dashboard, customerAt);
    await title(dashboard).filter({ hasText: customer }).waitFor();

    // The customer's story holds all of it: the order, what was answered, and what came of it.
    const ofDeal = dashboard.locator(".timeline li").filter({ hasText: noted });
    await ofDeal.getByRole("link", { name: deal, exact: true }).waitFor();
    const chip = dashboard.locator(".timeline").getByRole("button", { name: t("timeline.filter_happenings"), exact: true });
    await chip.click();
    const entry = (name) => dashboard.locator(".timeline li").filter({ has: dashboard.getByRole("link", { name }) });
    await entry(/O-\d+$/).waitFor();
    await entry(new RegExp(`${caseAt.split("/").pop()}$`)).waitFor();
    await dashboard.locator(".timeline li").getByText(reason).first().waitFor();
    await looksGood(manager, "story of the customer");
  });
}
