// What a colleague changes shows by itself: in the list, on the open record, and never at the cost of what is typed.
import assert from "node:assert/strict";
import { violations } from "../lib/axe.mjs";
import { House, PEOPLE } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { phoneAndDesktop } from "../lib/faces.mjs";
import { overflow } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { change, edit, make, pane, shows, stored, writeNote } from "../pages/customer.mjs";
import { open } from "../pages/frame.mjs";
import { openList, row, rowLinks } from "../pages/list.mjs";

const house = await House.open({ limits: false });
await house.hireStaff();

/** Puts the pointer where it is over nothing. */
const restPointer = ({ page }) => page.mouse.move(1, 1);

for (const look of phoneAndDesktop(2)) {
  const mark = `${look.size} ${look.lang}`;

  journey(house, "a list follows, and rows do not jump under the hand", look, async (visitor, visit) => {
    const { page, t } = visitor;
    const colleague = await visit(look, { as: "staff" });
    const first = `Alder ${mark}`;
    const address = await make(colleague, first);
    await openList(visitor);
    await restPointer(visitor);
    await row(visitor, first).waitFor();

    // Nobody works with the rows: a new one comes by itself.
    await make(colleague, `Birch ${mark}`);
    await row(visitor, `Birch ${mark}`).waitFor();

    // A row that keeps its place is renewed, also while somebody works with it: ticks it, or on phones is about to open it.
    const tick = page.getByLabel(t("list.select_row", { name: first }), { exact: true });
    const held = look.size === "phone" ? row(visitor, first) : tick;
    if (look.size === "phone") await held.focus();
    else await held.check();
    const stays = async () => {
      assert.ok(await held.evaluate((element) => element === document.activeElement), "the focus stays");
      if (look.size !== "phone") assert.ok(await held.isChecked(), "the tick stays");
    };
    await open(colleague.page, address);
    await pane(colleague, "customer.profile");
    const again = page.waitForResponse((answer) => /\/api\/list_accounts/.test(answer.url()));
    await change(colleague, t("field.account.industry"), `Timber ${mark}`);
    await again;
    // Lines of phones say what columns say, and there is none for this.
    await page.getByText(`Timber ${mark}`).first().waitFor({ state: look.size === "phone" ? "attached" : "visible" });
    await stays();

    // One that would push the others down waits for the button.
    await make(colleague, `Cedar ${mark}`);
    const button = page.getByRole("button", { name: t("list.show_changes"), exact: true });
    await button.waitFor();
    assert.equal(await row(visitor, `Cedar ${mark}`).count(), 0);
    await shoot(page, `live list ${look.title}`);
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(await overflow(page), []);
    await button.click();
    await row(visitor, `Cedar ${mark}`).waitFor();
    await button.waitFor({ state: "detached" });
    if (look.size !== "phone") assert.ok(await held.isChecked(), "the tick still stays");
    assert.ok((await rowLinks(visitor).count()) >= 3);
  }, { as: "admin" });

  journey(house, "an open record follows, and what is typed stays", look, async (visitor, visit) => {
    const { page, t, watch } = visitor;
    // The same field, asked about.
    watch.expect(/status of 409/);
    const industry = t("field.account.industry");
    const address = await make(visitor, `Dogwood ${mark}`);
    const colleague = await visit(look, { as: "staff" });
    await open(colleague.page, address);
    await Promise.all([pane(visitor, "customer.profile"), pane(colleague, "customer.profile")]);

    await change(colleague, industry, "Forestry");
    await shows(visitor, industry, "Forestry");
    await page.getByText(t("customer.merged_silently", { who: PEOPLE.staff.name, fields: industry })).waitFor();
    await shoot(page, `live record ${look.title}`);

    // Typed and not yet sent: it stays, and the server knows on what it was based.
    const control = await edit(visitor, industry);
    await control.fill("Farming");
    // While it is typed the page reads only what happened.
    const heard = page.waitForResponse(/read_timeline/);
    await change(colleague, industry, "Shipping");
    await (await heard).finished();
    assert.equal(await control.inputValue(), "Farming");
    await control.press("Enter");
    await page.getByText(t("conflict.field", { who: PEOPLE.staff.name, field: industry })).waitFor();
    await Promise.all([stored(visitor), page.getByRole("button", { name: t("common.keep_mine"), exact: true }).click()]);
    await shows(visitor, industry, "Farming");
    await shows(colleague, industry, "Farming");

    // A note that is being written stays, and the one of the colleague appears beside it.
    await pane(visitor, "customer.timeline");
    await page.getByLabel(t("note.new")).fill("half a sentence");
    await writeNote(colleague, `They called ${mark}`);
    await page.getByRole("listitem").filter({ hasText: `They called ${mark}` }).first().waitFor();
    assert.equal(await page.getByLabel(t("note.new")).inputValue(), "half a sentence");
    await page.getByLabel(t("note.new")).fill("");
  }, { as: "admin" });
}

const [, desktop] = phoneAndDesktop(1);
journey(house, "without the stream everything works, and shows what is new when it is loaded", desktop, async (visitor, visit) => {
  const { page, watch } = visitor;
  watch.expect(/events/);
  await page.route("**/events**", (route) => route.abort());
  const colleague = await visit(visitor.face, { as: "staff" });
  const refused = page.waitForEvent("requestfailed", (request) => /\/events/.test(request.url()));
  await openList(visitor);
  await refused;
  const address = await make(colleague, "Elm without a stream");
  assert.equal(await row(visitor, "Elm without a stream").count(), 0);
  await openList(visitor);
  await row(visitor, "Elm without a stream").waitFor();
  await open(page, address);
  await change(visitor, visitor.t("field.account.industry"), "Tea");
}, { as: "admin" });
