// Real files come in through the wizard: a Chinese spreadsheet, the same again, and taken back.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { face, faces } from "../lib/faces.mjs";
import { shoot } from "../lib/shoot.mjs";
import { counts, finished, next, run, tile, undo, upload } from "../pages/importing.mjs";
import { live, open } from "../pages/frame.mjs";
import { openList, row, rowLinks, search } from "../pages/list.mjs";
import { EXPECTED } from "../fixtures/rows.mjs";
import { beside, fixture } from "../fixtures/files.mjs";

// More files in an hour than one person hands in.
const house = await House.open({ limits: false });
const FILE = fixture("customers_gb18030.csv");

for (const look of faces(1)) {
  journey(house, "a Chinese file: read, check, run, again, take back", look, async (visitor) => {
    const { page, t } = visitor;
    await upload(visitor, FILE);
    // Characters and columns were recognised.
    await page.getByRole("cell", { name: "陶㛃", exact: true }).or(page.getByText("陶㛃")).first().waitFor();
    const chosen = await page.getByLabel(t("import.encoding"), { exact: true }).evaluate((select) => select.value);
    assert.ok(["gb18030", "gbk"].includes(chosen), chosen);
    const target = (header) => page.getByRole("combobox", { name: `${t("import.map_target")}: ${header}` });
    assert.equal(await target("客户姓名").inputValue(), "person.full_name");
    assert.equal(await target("单位名称").inputValue(), "account.name");
    assert.equal(await target("手机号码").inputValue(), "contact.mobile");
    await shoot(page, `import columns ${look.title}`, { fullPage: true });

    await run(visitor, "skip", {
      onCheck: async () => {
        assert.equal(await tile(visitor, "choice.row_result.refused"), EXPECTED.refused);
        await page.getByText("12345").or(page.getByText("不是邮箱")).first().waitFor();
        await shoot(page, `import check ${look.title}`, { fullPage: true });
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("link", { name: t("import.check_download") }).click(),
        ]);
        const remarks = await readFile(await download.path(), "utf8");
        assert.match(remarks, /不是邮箱/);
      },
    });
    await shoot(page, `import result ${look.title}`, { fullPage: true });
    const first = await counts(visitor);
    assert.equal(first.refused, EXPECTED.refused);
    assert.equal(first.created + first.updated + first.unchanged, EXPECTED.rows - EXPECTED.refused);
    const address = page.url();

    await page.getByRole("link", { name: t("import.result_open") }).click();
    await page.waitForURL(/\/customers/);
    await openList(visitor, "tab=people");
    await search(visitor, "taojie@gangtong.example");
    await row(visitor, "陶㛃").waitFor();

    // The same file again makes nothing twice.
    await upload(visitor, FILE);
    await run(visitor, "overwrite");
    const { rows, refused } = EXPECTED;
    assert.deepEqual(await counts(visitor), { created: 0, updated: 0, unchanged: rows - refused, refused });
    // Rows that were there already are listed with what they met, and there is nothing to take back.
    await page.getByRole("heading", { name: t("import.there_heading") }).waitFor();
    await page.getByRole("link", { name: /^C-\d+ 宁波港通物流有限公司 · P-\d+ 陶㛃$/ }).waitFor();
    assert.equal(await page.getByRole("button", { name: t("import.undo"), exact: true }).count(), 0);

    await open(page, address);
    await undo(visitor);
    await openList(visitor, "tab=people");
    await search(visitor, "taojie@gangtong.example");
    await row(visitor, "陶㛃").waitFor({ state: "detached" });
    await open(page, "/import");
    await page.getByText(t("choice.import_state.undone"), { exact: true }).first().waitFor();
    await shoot(page, `imports ${look.title}`);
  }, { as: "admin" });
}

const look = face("desktop", "en", "light");

journey(house, "what is no table is refused with a reason", look, async (visitor) => {
  const { page, t, watch } = visitor;
  watch.expect(/status of 4\d\d.*\/imports/);
  for (const [name, buffer, key] of [
    ["empty.csv", Buffer.from("name,phone\r\n"), "failure.file_empty"],
    ["picture.xlsx", Buffer.from("PK\u0003\u0004 not a workbook"), "failure.file_unreadable"],
  ]) {
    await open(page, "/import");
    await page.getByLabel(t("import.upload_heading")).setInputFiles({ name, mimeType: "application/octet-stream", buffer });
    await page.getByText(t(key)).waitFor();
  }
  await shoot(page, "import refused");
}, { as: "admin" });

journey(house, "a file read wrongly is put right by hand", look, async (visitor) => {
  const { page, t } = visitor;
  const buffer = Buffer.from("Firma;Wer;Tel\r\nNordwind AG;Ida;+49 40 123456\r\n");
  await upload(visitor, { name: "nordwind.csv", mimeType: "text/csv", buffer });
  const target = (header) => page.getByRole("combobox", { name: `${t("import.map_target")}: ${header}` });
  await target("Firma").selectOption("account.name");
  await target("Wer").selectOption("person.full_name");
  await target("Tel").selectOption("contact.phone");
  await run(visitor, "skip");
  assert.equal((await counts(visitor)).created, 1);
  await openList(visitor);
  await search(visitor, "nordwind");
  await row(visitor, "Nordwind AG").waitFor();
}, { as: "admin" });

const LARGE = beside("chinese/customers_gb18030.csv");

journey(house, "five thousand customers of a small firm", look, async (visitor) => {
  const { page } = visitor;
  await upload(visitor, LARGE);
  await run(visitor, "skip");
  const { created, updated, unchanged, refused } = await counts(visitor);
  assert.equal(created + updated + unchanged + refused, 5000);
  assert.ok(created > 4000, `${created} rows made a customer`);
  await openList(visitor, "tab=people");
  await search(visitor, "lidong");
  await rowLinks(visitor).first().waitFor();
}, { as: "admin", skip: LARGE ? false : "the larger file is not beside the project" });
