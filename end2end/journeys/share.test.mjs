// Sharing one customer beyond roles, and handing everything over before somebody leaves.
import assert from "node:assert/strict";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { phoneAndDesktop } from "../lib/faces.mjs";
import { shoot } from "../lib/shoot.mjs";
import { signIn } from "../pages/entry.mjs";
import { make, pane, pencil } from "../pages/customer.mjs";
import { live, message, open } from "../pages/frame.mjs";
import { namesOnShow, openList, row } from "../pages/list.mjs";

const house = await House.open();

/** Opens the menu of the record and chooses. */
async function choose({ page, t }, item) {
  await page.getByRole("button", { name: t("common.more"), exact: true }).last().click();
  await page.getByRole("menuitem", { name: t(item), exact: true }).click();
}

for (const look of phoneAndDesktop(2)) {
  journey(house, "a shared customer is seen as long as it is shared, and everything is handed over", look, async (admin, visit) => {
    const owner = await house.hire(`林晓${look.size}`, `owner-${look.size}`, "sales_rep");
    const other = await house.hire(`Ann ${look.size}`, `other-${look.size}`, "sales_rep");
    const name = `近邻仪器 ${look.size}`;
    const mine = await visit(look, {});
    await signIn(mine, owner);
    const address = await make(mine, name);
    const theirs = await visit(look, {});
    theirs.watch.expect(/status of 404/);
    await signIn(theirs, other);
    assert.equal((await theirs.page.goto(address)).status(), 404);

    // Shared to see, for good.
    const { page, t } = mine;
    await choose(mine, "share.open");
    const dialog = page.getByRole("dialog", { name: t("share.title", { name }) });
    await dialog.getByText(t("share.none")).waitFor();
    await dialog.getByRole("combobox", { name: t("share.with") }).fill(other.name);
    await page.getByRole("option", { name: other.name }).click();
    await shoot(page, `share ${look.title}`);
    await dialog.getByRole("button", { name: t("share.send"), exact: true }).click();
    await message(mine, t("share.done", { name: other.name })).waitFor();
    await dialog.getByRole("listitem").filter({ hasText: other.name }).getByText(t("choice.share_level.see")).waitFor();
    await shoot(page, `shared ${look.title}`);
    // Messages stand inside of an open dialog and are closed by a word of the same name.
    await dialog.locator(".dialog-foot").getByRole("button", { name: t("common.close"), exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: t("share.mark", { n: 1 }) }).waitFor();
    await pane(mine, "customer.timeline");
    await page.getByText(t("timeline.shared", { who: owner.name, with: other.name })).waitFor();
    await shoot(page, `record that is shared ${look.title}`);

    await openList(theirs, "filter=shared");
    await row(theirs, name).waitFor();
    assert.deepEqual(await namesOnShow(theirs), [name]);
    await shoot(theirs.page, `shared with me ${look.title}`);
    await open(theirs.page, address);
    await theirs.page.getByText(t("timeline.shared", { who: owner.name, with: t("share.you") })).waitFor();
    await pane(theirs, "customer.profile");
    assert.equal(await pencil(theirs, t("field.account.short_name")).count(), 0, "seen and not changed");
    await shoot(theirs.page, `shared to see ${look.title}`);

    // Listed for administrators, and taken back by the owner.
    await open(admin.page, "/admin/shares");
    const line = admin.page.getByRole("listitem").filter({ hasText: name });
    await line.getByText(other.name).first().waitFor();
    await shoot(admin.page, `shares ${look.title}`);
    await page.getByRole("button", { name: t("share.mark", { n: 1 }) }).click();
    await dialog.getByRole("button", { name: t("share.remove", { name: other.name }) }).click();
    await message(mine, t("share.removed", { name: other.name })).waitFor();
    await dialog.getByText(t("share.none")).waitFor();
    assert.equal((await theirs.page.goto(address)).status(), 404);

    // The owner leaves: the other gets everything, and the owner is out.
    mine.watch.expect(/status of (401|422)/);
    await open(admin.page, "/admin/users");
    await admin.page.getByRole("button", { name: t("common.more_for", { name: owner.name }), exact: true }).click();
    await admin.page.getByRole("menuitem", { name: t("user.disable"), exact: true }).click();
    const leaving = admin.page.getByRole("dialog", { name: t("user.disable_title", { name: owner.name }) });
    const accounts = t("list.count", { n: 1 });
    const people = t("list.count_people", { n: 0 });
    await leaving.getByText(t("user.hand_over_held", { accounts, name: owner.name, people })).waitFor();
    await leaving.getByLabel(t("user.hand_over_to"), { exact: true }).selectOption({ label: other.name });
    await shoot(admin.page, `hand over ${look.title}`);
    await leaving.getByRole("button", { name: t("user.hand_over_and_off"), exact: true }).click();
    await message(admin, t("user.disabled_done", { name: owner.name })).waitFor();
    await openList(theirs);
    await row(theirs, name).waitFor();
    await mine.page.goto("/customers");
    await mine.page.getByRole("button", { name: t("auth.submit"), exact: true }).waitFor();
    await live(admin.page);
  }, { as: "admin" });
}
