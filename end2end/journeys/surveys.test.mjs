// Surveys: written and previewed, opened, answered on a phone without scripts, looked at when an answer is odd, added up,
// closed, taken off and put back.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { violations } from "../lib/axe.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { face, faces } from "../lib/faces.mjs";
import { overflow } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { openAnswer } from "../pages/answer.mjs";
import { signIn } from "../pages/entry.mjs";
import { live, open, title } from "../pages/frame.mjs";
import { escaped } from "../pages/list.mjs";

const house = await House.open();

async function looksGood({ page, face: look }, name) {
  await page.evaluate(() => window.scrollTo(0, 0));
  await shoot(page, `survey ${name} ${look.title}`);
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(await overflow(page), []);
}

const exactly = (text) => new RegExp(`^${escaped(text)}$`);

const answer = (page, name) =>
  page.waitForResponse((answer) => answer.url().includes(`/api/${name}`) && answer.ok());

const press = ({ page, t }, key) => page.getByRole("button", { name: exactly(t(key)) }).first().click();

for (const look of faces(0)) {
  journey(house, "a survey from its first word to its last answer", look, async (visitor, visit) => {
    const { page, t } = visitor;
    await signIn(visitor, await house.hire(`赵静${look.size}`, `surveys-${look.size}`, "marketer"));

    // What one wants to know is chosen first; the form begins with what is usually asked.
    await open(page, "/surveys");
    await page.getByRole("link", { name: t("survey.new"), exact: true }).first().click();
    await page.getByRole("link", { name: t("choice.survey_kind.csat"), exact: true }).click();
    await page.waitForURL(/kind=csat/);
    await live(page);
    const name = `服务满意度 ${look.size}`;
    await page.locator("#f-title_zh").fill(name);
    await page.locator("#f-title_en").fill("");
    // What customers will see follows what is typed, beside the form or in its place.
    const side = (key) => page.getByRole("radio", { name: t(`survey.side_${key}`), exact: true });
    const shown = page.frameLocator(".survey-frame");
    const narrow = await side("preview").isVisible();
    if (narrow) await side("preview").check();
    await shown.locator("h1").filter({ hasText: name }).waitFor();
    await page.locator(".survey-preview").getByRole("radio", { name: "English", exact: true }).check();
    await shown.locator("html[lang=en] h1").filter({ hasText: name }).waitFor();
    await looksGood(visitor, "form with its page");
    if (narrow) await side("form").check();
    // One more question with choices, asked second.
    await page.getByLabel(t("field.survey.question_kind"), { exact: true }).selectOption("multi");
    await press(visitor, "survey.question_add");
    await page.locator("#question-2-title_zh").fill("哪些方面好？");
    // What is missing is said, and what is typed stays.
    visitor.watch.expect(/status of 422/);
    await press(visitor, "common.save");
    await page.getByText(t("error.field.required")).first().waitFor();
    assert.equal(await page.locator("#question-2-title_zh").inputValue(), "哪些方面好？");
    await page.locator("#question-2-options_zh").fill("态度\n速度\n价格");
    await page.getByRole("button", { name: t("survey.question_up", { n: "3" }), exact: true }).click();
    assert.equal(await page.locator("#question-1-title_zh").inputValue(), "哪些方面好？");
    await looksGood(visitor, "form");
    await press(visitor, "common.save");
    await page.waitForURL(/\/surveys\/S-\d+$/);
    await live(page);
    await title(page).filter({ hasText: name }).waitFor();
    const surveyAt = new URL(page.url()).pathname;
    await page.getByText(t("survey.link_draft")).waitFor();

    // Seen as customers will see it, then opened.
    await page.goto(`${surveyAt}/preview`);
    await page.getByText(t("answer.preview")).waitFor();
    await open(page, surveyAt);
    await Promise.all([answer(page, "set_survey_status"), press(visitor, "survey.open")]);
    const link = page.locator(".survey-open .survey-link a");
    await link.waitFor();
    await page.locator(".survey-code").evaluate((image) => image.decode());
    const { pathname } = new URL(await link.getAttribute("href"));
    await looksGood(visitor, "open");

    // What somebody types there stays while answers come.
    const typing = page.locator("#survey-account");
    await typing.fill("近");

    // A customer's phone without scripts.
    const guest = await visit(face("phone", look.lang, look.theme), { javaScriptEnabled: false });
    const { countsAtOnce } = await openAnswer(guest, pathname);
    await guest.page.getByRole("checkbox", { name: "速度" }).check();
    await guest.page.getByRole("radio", { name: /^4/ }).check();
    await guest.page.locator("textarea").fill("挺好 <i>&");
    await shoot(guest.page, `survey answered ${look.title}`);
    assert.deepEqual(await overflow(guest.page), []);
    await countsAtOnce();
    await press(guest, "answer.send");
    await guest.page.getByRole("heading", { name: t("answer.thanks_title") }).waitFor();

    // One that comes at once waits until somebody has looked at it.
    await guest.page.goto(pathname);
    await guest.page.getByRole("radio", { name: /^1/ }).check();
    await press(guest, "answer.send");
    await guest.page.getByRole("heading", { name: t("answer.thanks_title") }).waitFor();
    await page.locator(".score-value").getByText("100%").waitFor();
    await page.getByText(t("survey.waiting_hint")).waitFor();
    assert.equal(await typing.inputValue(), "近");
    await typing.fill("");
    await typing.press("Escape");
    await looksGood(visitor, "results with one that waits");
    await Promise.all([answer(page, "decide_response"), press(visitor, "survey.accept")]);
    await page.locator(".score-value").getByText("50%").waitFor();
    await page.locator(".section").filter({ has: page.locator("#survey-comments") }).getByText("挺好 <i>&").waitFor();
    await page.getByText("速度").first().waitFor();

    // Its figures lead to the answers behind them, which go out as a file.
    const results = page.locator(".section").filter({ has: page.locator("#survey-results") });
    await results.locator("p.sub a").first().click();
    await page.waitForURL(/\/surveys\/answers\?survey=S-\d+$/);
    await live(page);
    const said = page.locator(".answer-list > li");
    await said.filter({ hasText: "挺好 <i>&" }).waitFor();
    assert.equal(await said.count(), 2);
    assert.equal(await page.locator(".page-count").textContent(), "2");
    await looksGood(visitor, "answers");
    await page.getByRole("link", { name: t("choice.score_class.dissatisfied"), exact: true }).click();
    await page.waitForURL(/class=dissatisfied/);
    await said.filter({ hasText: "挺好 <i>&" }).waitFor({ state: "detached" });
    assert.equal(await said.count(), 1);
    await live(page);
    if (look.size === "phone") {
      await page.getByRole("main").getByRole("button", { name: t("common.more"), exact: true }).first().click();
    }
    const out = page.getByRole("main").getByRole("button", { name: t("list.export"), exact: true });
    await out.or(page.getByRole("menuitem", { name: t("list.export"), exact: true })).first().click();
    const sheet = page.getByRole("dialog", { name: t("export.heading_all") });
    await sheet.getByRole("radio", { name: t("choice.export_format.csv") }).check();
    const [sent] = await Promise.all([
      page.waitForEvent("download"),
      sheet.getByRole("button", { name: t("export.start"), exact: true }).click(),
    ]);
    const rows = (await readFile(await sent.path(), "utf8")).trim().split(/\r?\n/);
    assert.equal(rows.length, 2, rows.join("\n"));
    assert.match(rows[1], /,1,$/);
    await open(page, surveyAt);
    await live(page);

    // Closed, its link says so; off the list and back.
    await Promise.all([answer(page, "set_survey_status"), press(visitor, "survey.close")]);
    await page.getByText(t("survey.link_closed")).waitFor();
    const over = await guest.page.goto(pathname);
    guest.watch.expect(/status of 4\d\d/);
    assert.ok(over.status() >= 400);
    await guest.page.getByRole("heading", { name: t("answer.dead_title") }).waitFor();
    assert.equal(await guest.page.getByRole("radio").count(), 0);
    await Promise.all([
      answer(page, "delete_survey"),
      page.getByRole("button", { name: t("survey.delete"), exact: true }).click(),
    ]);
    await page.waitForURL(/\/surveys$/);
    await Promise.all([
      answer(page, "delete_survey"),
      page.getByRole("button", { name: t("common.undo"), exact: true }).click(),
    ]);
    await page.getByRole("link", { name: new RegExp(escaped(name)) }).first().waitFor();
    await looksGood(visitor, "list");
  });
}
