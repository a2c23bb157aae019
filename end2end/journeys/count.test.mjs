// The number of rows that somebody has counted to the end: it belongs to the list it was counted for.
import assert from "node:assert/strict";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { faces } from "../lib/faces.mjs";
import { shoot } from "../lib/shoot.mjs";
import { message } from "../pages/frame.mjs";
import { openList, rowLinks, search } from "../pages/list.mjs";

const house = await House.open({ demo: 1200 });

const countAll = ({ page, t }) => page.getByRole("button", { name: t("list.count_all"), exact: true });
/** What the foot of the list says. */
const told = ({ page }) => page.locator(".list-foot .num").innerText();

for (const look of faces(2)) {
  journey(house, "a number that comes late is not taken for another list's", look, async (visitor) => {
    const { page } = visitor;
    await openList(visitor, `q=${encodeURIComponent("公司")}`);
    let held;
    await page.route(/count_list.*exact=true/, (route) => (held = route));
    await countAll(visitor).click();
    await search(visitor, "海");
    await page.waitForFunction(() => !document.querySelector(".list-foot .num")?.textContent.includes("200"));
    const few = await told(visitor);
    const answer = page.waitForResponse(/count_list.*exact=true/);
    await held.continue();
    const { number } = await (await answer).json();
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.ok(number > 200, `${number} companies`);
    assert.equal(await told(visitor), few);

    // Back at the list that it is the number of, it stands there.
    await search(visitor, "公司");
    await page.waitForFunction(
      (number) => document.querySelector(".list-foot .num")?.textContent.replace(/\D/g, "") === number,
      String(number),
    );
    await countAll(visitor).waitFor({ state: "detached" });
    await shoot(page, `counted ${look.title}`);
  }, { as: "admin" });
}

journey(house, "a number is not kept when the rows on show have gone", faces(0)[2], async (visitor) => {
  const { page, t } = visitor;
  await openList(visitor, `q=${encodeURIComponent("公司")}`);
  await countAll(visitor).click();
  await countAll(visitor).waitFor({ state: "detached" });
  const before = Number((await told(visitor)).replace(/\D/g, ""));
  const first = await rowLinks(visitor).first().innerText();
  await page.getByRole("checkbox", { name: t("common.select_all"), exact: true }).check();
  await page.getByRole("button", { name: t("bulk.delete"), exact: true }).click();
  await message(visitor, t("toast.deleted_many", { n: 50 })).waitFor();
  await page.waitForFunction((first) => document.querySelector("main a[data-row]")?.innerText !== first, first);
  await countAll(visitor).click();
  await countAll(visitor).waitFor({ state: "detached" });
  assert.equal(Number((await told(visitor)).replace(/\D/g, "")), before - 50);
}, { as: "admin" });
