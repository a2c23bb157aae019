// Products and deals come in by file as sales people keep them, and the list of deals goes out and comes back unchanged.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { violations } from "../lib/axe.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { phoneAndDesktop } from "../lib/faces.mjs";
import { overflow } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { make } from "../pages/customer.mjs";
import { live, open } from "../pages/frame.mjs";
import { counts, next, run, upload } from "../pages/importing.mjs";

const house = await House.open({ limits: false });

const file = (name, rows) => ({ name, mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });

async function looksGood({ page, face: look }, name) {
  await shoot(page, `${name} ${look.title}`, { fullPage: true });
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(await overflow(page), []);
}

for (const look of phoneAndDesktop(1)) {
  journey(house, "a file of products, then one of deals, out and in again", look, async (visitor) => {
    const { page, t } = visitor;
    const mark = look.size;
    await make(visitor, `Cancity ${mark}`);
    await upload(visitor, file("products.csv", ["product,series,sales_price", `GTX Basic ${mark},GTX,550`, `GTX Pro ${mark},GTX,4821`]));
    await looksGood(visitor, "import products");
    await run(visitor, "skip");
    assert.equal((await counts(visitor)).created, 2);

    const deals = file("sales_pipeline.csv", [
      "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value",
      `${mark}-1,Moses Frase,GTX Basic ${mark},Cancity ${mark},Won,2026-01-20,2026-03-01,1054`,
      `${mark}-2,Moses Frase,GTXPro ${mark},Cancity ${mark},Lost,2026-01-25,2026-03-11,0`,
      `${mark}-3,林晓,GTX Pro ${mark},,Engaging,2026-02-25,,`,
      `${mark}-4,林晓,GTX Pro ${mark},Cancity ${mark},Prospecting,,,`,
    ]);
    await upload(visitor, deals);
    // What the file calls stages and products is shown with what it is taken for.
    await page.getByText("Prospecting").first().waitFor();
    await page.getByText(`GTXPro ${mark}`).first().waitFor();
    await looksGood(visitor, "import deals");
    await next(visitor, "import.check_heading");
    await looksGood(visitor, "check deals");
    await next(visitor, "import.duplicates_heading");
    await next(visitor, "import.run_heading");
    await page.getByRole("button", { name: t("import.run_start") }).click();
    await page.getByText(t.part("import.result_in")).waitFor({ timeout: 90_000 });
    await looksGood(visitor, "deals came in");
    assert.deepEqual(await counts(visitor), { created: 4, updated: 0, unchanged: 0, refused: 0 });

    // Out, and in again: nothing is another. On phones the list of deals has no such button.
    if (look.size === "phone") return;
    await open(page, "/deals?state=all");
    await live(page);
    await page.getByRole("main").getByText(`GTX Pro ${mark}`).first().waitFor();
    await page.getByRole("main").getByRole("button", { name: t("list.export"), exact: true }).click();
    const sheet = page.getByRole("dialog").filter({ has: page.getByRole("button", { name: t("export.start"), exact: true }) });
    await sheet.getByRole("radio", { name: t("choice.export_format.csv") }).check();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      sheet.getByRole("button", { name: t("export.start"), exact: true }).click(),
    ]);
    const text = await readFile(await download.path(), "utf8");
    assert.match(text, new RegExp(`GTX Pro ${mark}`));
    await upload(visitor, file("deals.csv", [text]));
    await run(visitor, "overwrite");
    const again = await counts(visitor);
    assert.deepEqual([again.created, again.updated, again.refused], [0, 0, 0]);
  }, { as: "admin" });
}
