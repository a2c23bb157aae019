// From a record to another of its kind, as links of the page lead there: the window is named after it and keys go on working.
import assert from "node:assert/strict";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { face } from "../lib/faces.mjs";
import { live, open, title } from "../pages/frame.mjs";

const house = await House.open({ demo: 200 });

const KINDS = ["/customers", "/customers?tab=people", "/deals", "/orders", "/feedback"];

/** Follows a link to the address within the page, which a link of a timeline or of a field would do. */
const follow = (page, address) =>
  page.evaluate((address) => {
    const link = document.createElement("a");
    link.href = address;
    document.querySelector("main").append(link);
    link.click();
  }, address);

for (const list of KINDS) {
  journey(house, `from one of ${list} to the next`, face("desktop", "zh-CN", "light"), async ({ page }) => {
    await open(page, list);
    const rows = page.locator("main a[data-row]");
    await rows.nth(1).waitFor();
    const [one, other] = [await rows.first().getAttribute("href"), await rows.nth(1).getAttribute("href")];
    await rows.first().click();
    await page.waitForURL(`${house.address}${one}`);
    await live(page);
    await title(page).waitFor();
    const named = await page.title();
    for (const address of [other, one]) {
      await follow(page, address);
      await page.waitForURL(`${house.address}${address}`);
      await page.waitForFunction((named) => ![named, ""].includes(document.title), address === one ? "" : named);
      await title(page).waitFor();
    }
    await page.waitForFunction((named) => document.title === named, named);
    await page.locator("body").press("?");
    await page.getByRole("dialog").waitFor();
    assert.equal(await page.title(), named);
  }, { as: "admin" });
}
