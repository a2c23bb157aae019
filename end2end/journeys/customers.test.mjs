// Working with a customer: creating, editing where it stands, two people at once, notes, deleting and getting back.
// On SQLite, and where a server is named also on PostgreSQL.
import assert from "node:assert/strict";
import { SERVER } from "../lib/database.mjs";
import { House, PEOPLE } from "../lib/house.mjs";
import { check, journey } from "../lib/journey.mjs";
import { faces } from "../lib/faces.mjs";
import { shoot } from "../lib/shoot.mjs";
import { change, edit, make, newCustomer, pane, pencil, save, shows, stored, type, writeNote } from "../pages/customer.mjs";
import { message, open, title } from "../pages/frame.mjs";
import { openList, row, search } from "../pages/list.mjs";
import { fixture } from "../fixtures/files.mjs";

/** The journeys of one database. */
async function journeys(kind, looks, options) {
  const house = await House.open({ files: [fixture("customers_gb18030.csv")], ...options });
  await house.hireStaff();
  const named = (name) => (kind ? `${name}, ${kind}` : name);
  const run = (name, look, steps) => journey(house, named(name), look, steps, { as: "admin" });

  for (const look of looks) {
    const mark = look.size;

    run("create with a hint at duplicates", look, async (visitor) => {
      const { page, t } = visitor;
      await openList(visitor);
      await newCustomer(visitor);
      await type(visitor, "field.account.name", "华东电子");
      await page.getByText(t.part("duplicate.found")).first().waitFor();
      await page.getByRole("link", { name: /华东电子有限公司/ }).first().waitFor();
      await shoot(page, `duplicate hint ${look.title}`);
      // A hint never stands in the way.
      await type(visitor, "field.account.name", `华东电子 ${mark}`);
      await type(visitor, "field.account.phone", "０２１-5888 6666");
      await type(visitor, "field.account.email", ` Info@Huadong-${mark}.Example`);
      await save(visitor, `华东电子 ${mark}`);
      await pane(visitor, "customer.profile");
      await page.getByRole("link", { name: /5888/ }).first().waitFor();
      await openList(visitor);
      await search(visitor, `info@huadong-${mark}.example`);
      await row(visitor, `华东电子 ${mark}`).waitFor();
    });

    run("a form says what is wrong and keeps what was typed", look, async (visitor) => {
      const { page, t, watch } = visitor;
      await open(page, "/customers/new");
      await type(visitor, "field.account.email", "no address");
      await page.getByRole("button", { name: t("common.save"), exact: true }).first().click();
      await page.getByText(t("error.field.required")).or(page.getByText(t("error.field.required_named", { field: t("field.account.name") }))).first().waitFor();
      await page.getByText(t("error.field.not_an_email")).first().waitFor();
      // The first fault has the focus, and the summary above leads to each of them.
      await page.waitForFunction(() => document.activeElement?.id === "f-name");
      assert.equal(await page.getByRole("alert").locator("a[href^='#f-']").count(), 2);
      assert.equal(await page.getByLabel(t("field.account.email"), { exact: true }).inputValue(), "no address");
      await shoot(page, `form with faults ${look.title}`);
      // Leaving asks once.
      await page.getByRole("link", { name: t("common.cancel"), exact: true }).click();
      await page.getByRole("dialog", { name: t("common.leave_title") }).waitFor();
      await shoot(page, `leave ${look.title}`);
      await page.getByRole("button", { name: t("common.leave_action"), exact: true }).click();
      await page.waitForURL(/\/customers$/);
    });

    run("edit where it stands", look, async (visitor) => {
      const { page, t, watch } = visitor;
      watch.expect(/status of 422/);
      const address = await make(visitor, `Inline ${mark}`);
      await pane(visitor, "customer.profile");
      const industry = t("field.account.industry");
      await change(visitor, industry, "精密机械 & <Tools>");
      await shows(visitor, industry, "精密机械 & <Tools>");

      // Escape puts back, a wrong value is kept with its reason.
      const control = await edit(visitor, industry);
      await control.fill("something else");
      await control.press("Escape");
      await shows(visitor, industry, "精密机械 & <Tools>");
      const value = t("field.account.value");
      const amount = await edit(visitor, value);
      await amount.fill("many");
      await amount.press("Enter");
      await page.getByText(t("error.field.not_a_number")).first().waitFor();
      await shoot(page, `inline failure ${look.title}`);
      await page.getByRole("button", { name: t("common.revert"), exact: true }).click();
      await change(visitor, value, "１２，８８２.5");
      await shows(visitor, value, "¥12,882.50");

      await open(page, address);
      await pane(visitor, "customer.profile");
      await shows(visitor, industry, "精密机械 & <Tools>");
      await shows(visitor, value, "¥12,882.50");
      await shoot(page, `customer edited ${look.title}`);
      await pane(visitor, "customer.timeline");
      await page.getByText(t.part("timeline.filled", { who: PEOPLE.admin.name, field: industry })).or(page.getByText(t.part("timeline.show_changes"))).first().waitFor();
    });

    journey(house, named("two people edit one customer and nothing is lost"), look, async (visitor, visit) => {
      const { page, t, watch } = visitor;
      watch.expect(/status of 409/);
      const address = await make(visitor, `Conflict ${mark}`);
      const colleague = await visit(look, { as: "staff" });
      await open(colleague.page, address);
      await pane(visitor, "customer.profile");
      await pane(colleague, "customer.profile");
      const industry = t("field.account.industry");
      const value = t("field.account.value");

      // Different fields: both are kept, and the later one is told.
      await change(colleague, value, "5000");
      await change(visitor, industry, "Fishery");
      await page.getByText(t("customer.merged_silently", { who: PEOPLE.staff.name, fields: value })).waitFor();
      await shows(visitor, value, "¥5,000.00");
      await shoot(page, `merged ${look.title}`);

      // The same field: the later one is asked, and what they typed stays until they decide.
      await open(colleague.page, address);
      await pane(colleague, "customer.profile");
      const control = await edit(visitor, industry);
      await control.fill("Farming");
      await change(colleague, industry, "Forestry");
      await control.press("Enter");
      await page.getByText(t("conflict.field", { who: PEOPLE.staff.name, field: industry })).waitFor();
      await page.getByText("Forestry", { exact: true }).first().waitFor();
      await page.getByText("Farming", { exact: true }).first().waitFor();
      await shoot(page, `conflict ${look.title}`);
      await page.getByRole("button", { name: t("common.use_theirs"), exact: true }).click();
      await shows(visitor, industry, "Forestry");

      await (await edit(visitor, industry)).fill("Railway");
      await change(colleague, industry, "Shipping");
      await page.keyboard.press("Enter");
      const keep = page.getByRole("button", { name: t("common.keep_mine"), exact: true });
      await Promise.all([stored(visitor), keep.click()]);
      await shows(visitor, industry, "Railway");
      await open(colleague.page, address);
      await pane(colleague, "customer.profile");
      await shows(colleague, industry, "Railway");
    }, { as: "admin" });

    run("notes", look, async (visitor) => {
      const { page, t } = visitor;
      const address = await make(visitor, `Notes ${mark}`);
      const words = `报价已谈好 <b>80%</b>\n第二行 "quoted" ${mark}`;
      await writeNote(visitor, "报价已谈好");
      await page.getByLabel(t("note.new")).fill(words);
      await page.keyboard.press("Control+Enter");
      await page.getByText("第二行").first().waitFor();
      await shoot(page, `notes ${look.title}`);
      await open(page, address);
      await pane(visitor, "customer.timeline");
      const note = page.getByRole("listitem").filter({ hasText: "第二行" });
      const shown = await note.first().evaluate((item, text) => {
        const all = [...item.querySelectorAll("*")];
        return all.some((element) => element.textContent === text) && !item.querySelector("b");
      }, words);
      assert.ok(shown, "the note reads as it was typed");
    });

    run("what is half written is there again", look, async (visitor) => {
      const { page, t } = visitor;
      const address = await make(visitor, `Draft ${mark}`);
      await pane(visitor, "customer.timeline");
      await page.getByLabel(t("note.new")).fill("half a note");
      await open(page, "/customers");
      await open(page, address);
      await pane(visitor, "customer.timeline");
      await page.waitForFunction(() => document.getElementById("note-body")?.value === "half a note");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: t("note.add") }).click();
      await page.getByRole("listitem").filter({ hasText: "half a note" }).first().waitFor();
      await page.waitForFunction(() => document.getElementById("note-body")?.value === "");
    });

    run("delete, undo, and back from the bin", look, async (visitor) => {
      const { page, t } = visitor;
      const name = `Delete ${mark} & Söhne`;
      const address = await make(visitor, name);
      const remove = async () => {
        await page.getByRole("main").getByRole("button", { name: new RegExp(`^(${t("common.more")}|${t("common.more_for", { name })})$`) }).first().click();
        await page.getByRole("menuitem", { name: t("customer.delete") }).click();
        await message(visitor, t("toast.deleted", { name })).waitFor();
      };
      await remove();
      await page.waitForURL(/\/customers(\?|$)/);
      await shoot(page, `deleted ${look.title}`);
      await page.getByRole("button", { name: t("common.undo"), exact: true }).click();
      await message(visitor, t("toast.restored", { name })).waitFor();
      await open(page, address);
      await title(page).filter({ hasText: name }).waitFor();

      await remove();
      await openList(visitor);
      await search(visitor, name);
      await row(visitor, name).waitFor({ state: "detached" });
      await open(page, "/bin");
      await page.getByText(name).filter({ visible: true }).first().waitFor();
      await shoot(page, `bin ${look.title}`);
      await page.getByRole("button", { name: t("bin.restore_name", { name }) }).click();
      await message(visitor, t("bin.restored", { name })).waitFor();
      await open(page, address);
      await title(page).filter({ hasText: name }).waitFor();
    });
  }
}

const looks = faces(2);
await journeys("", looks, {});
if (SERVER) await journeys("PostgreSQL", [looks[0]], { onPostgres: true });
else check("the same on PostgreSQL", () => {}, { skip: "RAPPORT_TEST_POSTGRES names no server" });
