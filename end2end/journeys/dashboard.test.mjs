// Figures and the records behind them: what is asked for stands in the address, every bar leads to its list, the page
// follows what others do; by mouse, finger and keyboard, and without scripts.
import assert from "node:assert/strict";
import { violations } from "../lib/axe.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { face, faces } from "../lib/faces.mjs";
import { overflow } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { signIn } from "../pages/entry.mjs";
import { makeDeal } from "../pages/deals.mjs";
import { live, open } from "../pages/frame.mjs";
import { run, upload } from "../pages/importing.mjs";

const house = await House.open({ demo: 200, limits: false });

const file = (name, rows) => ({ name, mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });

async function looksGood({ page, face: look }, name) {
  await shoot(page, `${name} ${look.title}`, { fullPage: true });
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(await overflow(page), []);
}

const chart = ({ page, t }, key) =>
  page.getByRole("figure").filter({ has: page.getByRole("heading", { name: t(key), exact: true }) });

const figure = ({ page, t }, key) =>
  page.locator(".figure").filter({ has: page.getByText(t(key), { exact: true }) });

/** How many rows the list says it has. */
async function counted({ page }) {
  await live(page);
  return Number((await page.locator(".page-count").textContent()).replace(/\D/g, ""));
}

// A year that nothing else is in, another one for each window.
const YEARS = { phone: 2011, tablet: 2012, desktop: 2013 };

for (const look of faces(2)) {
  journey(house, "figures lead to their records and follow what others do", look, async (visitor, visit) => {
    const { page, t } = visitor;
    const year = YEARS[look.size];
    await upload(visitor, file("products.csv", ["product,series,sales_price", `Valve ${look.size},V,550`]));
    await run(visitor, "skip");
    await upload(visitor, file("deals.csv", [
      "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value",
      `${look.size}-1,Moses Frase,Valve ${look.size},,Won,${year}-01-20,${year}-03-01,1000`,
      `${look.size}-2,Moses Frase,Valve ${look.size},,Won,${year}-02-01,${year}-05-02,500`,
      `${look.size}-3,Moses Frase,Valve ${look.size},,Lost,${year}-01-25,${year}-03-11,0`,
    ]));
    await run(visitor, "skip");

    // What is asked for by hand stands in the address.
    await open(page, "/dashboard");
    await looksGood(visitor, "dashboard");
    await page.getByText(t("dashboard.other_days"), { exact: true }).click();
    await page.getByLabel(t("dashboard.from"), { exact: true }).fill(`${year}-01-01`);
    await page.getByLabel(t("dashboard.until"), { exact: true }).fill(`${year}-12-31`);
    await page.getByRole("button", { name: t("dashboard.show"), exact: true }).click();
    await page.waitForURL(/from=/);
    await live(page);
    await figure(visitor, "metric.win_rate").getByText("66.7%").waitFor();
    const won = t("dashboard.won_of", { lost: "1", won: "2" });
    await figure(visitor, "metric.win_rate").getByText(won).waitFor();
    await looksGood(visitor, "dashboard of a year");

    // A column is read out by keyboard and leads to its deals.
    const months = chart(visitor, "dashboard.months");
    const march = months.locator("a.column").nth(2);
    await march.focus();
    const said = await march.getAttribute("aria-label");
    assert.match(said, /1,?000/);
    await months.getByRole("status").getByText(said, { exact: true }).waitFor();
    await page.keyboard.press("ArrowRight");
    await months.getByRole("status").getByText(await months.locator("a.column").nth(3).getAttribute("aria-label"), { exact: true }).waitFor();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/deals\?.*closed=/);
    assert.equal(await counted(visitor), 1);
    await looksGood(visitor, "deals of a month");
    await page.goBack();
    await live(page);

    // What it is told apart by has as many rows as it says; so has every step of the funnel.
    const ranking = chart(visitor, "dashboard.ranking");
    const byProduct = ranking.getByRole("link", { name: t("choice.breakdown.product"), exact: true });
    // A mouse left there would point at what comes under it.
    await (look.hasTouch ? byProduct.tap() : byProduct.click());
    await page.waitForURL(/by=product/);
    const bar = ranking.locator("a.bar").filter({ hasText: `Valve ${look.size}` });
    // A finger's first tap reads it out, the second one opens it.
    if (look.hasTouch) {
      await bar.tap();
      await ranking.getByRole("status").filter({ hasText: `Valve ${look.size}` }).waitFor();
      assert.doesNotMatch(page.url(), /product=/);
      await bar.tap();
    } else {
      await bar.click();
    }
    await page.waitForURL(/product=/);
    assert.equal(await counted(visitor), 2);
    await page.goBack();
    await live(page);
    const funnel = chart(visitor, "dashboard.funnel");
    await funnel.locator("a.bar").first().focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/reached=/);
    assert.equal(await counted(visitor), 3);
    await page.goBack();
    await live(page);

    // Meaning and data are there for everybody.
    await chart(visitor, "dashboard.months").getByText(t("dashboard.table"), { exact: true }).click();
    assert.equal(await months.locator("tbody tr").count(), 12);
    await chart(visitor, "dashboard.months").getByText(t("dashboard.explain"), { exact: true }).click();
    await months.getByText(t("metric.formula.won_value")).waitFor();
    await looksGood(visitor, "dashboard with its data");

    // Somebody else makes a deal: the figure is another without a press.
    await open(page, "/dashboard");
    const before = await figure(visitor, "metric.open_value").locator(".figure-change").textContent();
    const rep = await house.hire(`Rep ${look.size}`, `figures-${look.size}`, "staff");
    const other = await visit(look, {});
    await signIn(other, rep);
    await makeDeal(other, { name: `New ${look.size}`, value: "4321" });
    await page.waitForFunction(
      ([now]) => {
        const figures = [...document.querySelectorAll(".figure-change")].map((one) => one.textContent);
        return figures.length > 0 && !figures.includes(now);
      },
      [before],
    );

    // What people did leads to a list of it, by kind and by whom.
    await open(page, "/dashboard?period=ever");
    const done = chart(visitor, "dashboard.activities");
    const calls = done.locator("a.bar").first();
    const many = Number((await calls.locator(".bar-value").textContent()).replace(/\D/g, ""));
    await calls.focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/activities\?/);
    assert.equal(await counted(visitor), many);
    await looksGood(visitor, "activities");
    await page.locator("[data-row]").first().click();
    await page.waitForURL(/\/(customers|people|deals)\//);

    // Home tells the same at a glance, and follows likewise; each figure leads to its records.
    const openValue = async () => figure(visitor, "metric.open_value").locator(".figure-change").textContent();
    await open(page, "/dashboard");
    const now = await openValue();
    await open(page, "/");
    await page.getByRole("heading", { name: t("home.figures"), exact: true }).waitFor();
    assert.equal(await openValue(), now);
    await looksGood(visitor, "home with figures");
    await makeDeal(other, { name: `Newer ${look.size}`, value: "1234" });
    await page.waitForFunction(
      ([was]) => {
        const figures = [...document.querySelectorAll(".figure-change")].map((one) => one.textContent);
        return figures.length > 0 && !figures.includes(was);
      },
      [now],
    );
    await figure(visitor, "metric.win_rate").getByRole("link").click();
    await page.waitForURL(/\/deals\?/);
    await live(page);

    // Whoever sees only what is theirs is told their own.
    const alone = await house.hire(`Alone ${look.size}`, `alone-${look.size}`, "sales_rep");
    const own = await visit(look, {});
    await signIn(own, alone);
    await makeDeal(own, { name: `Own ${look.size}`, value: "77" });
    await open(own.page, "/");
    await own.page.getByRole("heading", { name: own.t("home.figures_own"), exact: true }).waitFor();
    await figure(own, "metric.open_value").getByText("77").first().waitFor();
    await looksGood(own, "home of a sales rep");
  }, { as: "admin" });
}

journey(house, "figures without scripts", face("phone", "en", "light"), async (visitor) => {
  const { page, t } = visitor;
  // Chromium reports hints to load a module early as blocked where scripts are off.
  visitor.watch.expect(/^request failed: \S+\/pkg\/\w+\/(rapport|parts)\.js csp /);
  await page.goto("/dashboard?period=ever&by=quarter");
  await chart(visitor, "dashboard.months").getByText(t("dashboard.table"), { exact: true }).click();
  await chart(visitor, "dashboard.months").getByRole("table").waitFor();
  await chart(visitor, "dashboard.stages").locator("a.bar").first().click();
  await page.waitForURL(/\/deals\?/);
}, { as: "admin", javaScriptEnabled: false });
