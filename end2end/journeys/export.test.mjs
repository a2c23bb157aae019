// What comes out goes back in: exports of one house, imported into another, give the same exports there.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { phoneAndDesktop } from "../lib/faces.mjs";
import { shoot } from "../lib/shoot.mjs";
import { parse } from "../fixtures/csv.mjs";
import { fixture } from "../fixtures/files.mjs";
import { counts, run, upload } from "../pages/importing.mjs";
import { openList } from "../pages/list.mjs";

const first = await House.open({ files: [fixture("customers_gb18030.csv")], limits: false });

/** Downloads the list that is open. */
async function download(visitor, query, format) {
  const { page, t, face } = visitor;
  await openList(visitor, query);
  if (face.size === "phone") await page.getByRole("main").getByRole("button", { name: t("common.more"), exact: true }).first().click();
  await page.getByRole("main").getByRole("button", { name: t("list.export"), exact: true })
    .or(page.getByRole("menuitem", { name: t("list.export"), exact: true })).first().click();
  const sheet = page.getByRole("dialog", { name: t("export.heading_all") });
  await sheet.getByRole("radio", { name: t(`choice.export_format.${format}`) }).check();
  await shoot(page, `export ${visitor.face.title}`);
  // The server may take longer to answer than a sheet to close, which must not break the download off.
  await page.route(/\/export\//, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue();
  }, { times: 1 });
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    sheet.getByRole("button", { name: t("export.start"), exact: true }).click(),
  ]);
  const bytes = await readFile(await file.path());
  return { name: file.suggestedFilename(), bytes };
}

/** Columns that are the other house's own: numbers, times, people. */
const OWN = /^(Customer number|Person number|Company number|客户编号|联系人编号|公司编号|Created|Updated|创建日期|更新日期|Owner|负责人)$/;

/** The rows without what differs from house to house, in an order of their own. */
function comparable(bytes) {
  const [headers, ...rows] = parse(bytes.toString("utf8").replace(/^\ufeff/, ""));
  const keep = headers.map((header) => !OWN.test(header));
  return [headers, ...rows.sort()].map((row) => row.filter((_, at) => keep[at]).join("|")).sort();
}

for (const look of phoneAndDesktop(0)) {
  journey(first, "export and import back", look, async (visitor) => {
    const customers = await download(visitor, "", "csv");
    const individuals = await download(visitor, "tab=individuals", "csv");
    const people = await download(visitor, "tab=people", "csv");
    assert.ok(customers.name.endsWith(".csv"));
    assert.deepEqual([...customers.bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf], "Excel wants the mark of UTF-8");
    assert.ok(comparable(customers.bytes).length > 30);

    const workbook = await download(visitor, "", "xlsx");
    assert.deepEqual([...workbook.bytes.subarray(0, 2)], [0x50, 0x4b], "a workbook is a zip");

    // Where the files come from they change nothing, and nothing is made twice.
    for (const [name, { bytes }] of Object.entries({ customers, individuals, people })) {
      await upload(visitor, { name: `${name}.csv`, mimeType: "text/csv", buffer: bytes });
      await run(visitor, "overwrite");
      const unchanged = parse(bytes.toString("utf8")).length - 1;
      assert.deepEqual(await counts(visitor), { created: 0, updated: 0, unchanged, refused: 0 }, name);
    }

    const second = await House.open({ limits: false });
    const there = await second.visitor(look, { as: "admin" });
    for (const [name, { bytes }] of Object.entries({ customers, individuals, people })) {
      await upload(there, { name: `${name}.csv`, mimeType: "text/csv", buffer: bytes });
      await run(there, "fill_empty");
      assert.equal((await counts(there)).refused, 0, name);
    }
    assert.deepEqual(comparable((await download(there, "", "csv")).bytes), comparable(customers.bytes));
    assert.deepEqual(comparable((await download(there, "tab=individuals", "csv")).bytes), comparable(individuals.bytes));
    assert.deepEqual(comparable((await download(there, "tab=people", "csv")).bytes), comparable(people.bytes));
    assert.deepEqual(there.watch.problems(), []);
    await there.close();
  }, { as: "admin" });
}
