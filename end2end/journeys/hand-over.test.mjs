// One customer goes to a colleague with a word about it; and somebody whose role knows persons alone finds their way.
import assert from "node:assert/strict";
import { violations } from "../lib/axe.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { phoneAndDesktop } from "../lib/faces.mjs";
import { overflow } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { signIn } from "../pages/entry.mjs";
import { make, pane, save, type } from "../pages/customer.mjs";
import { live, message, open, title } from "../pages/frame.mjs";
import { openList, row } from "../pages/list.mjs";

const house = await House.open();

/** A role made here, from a built-in one, with other rights. */
async function makeRole({ page, t, ...admin }, from, name, rights) {
  await open(page, `/admin/roles?copy=${from}`);
  await page.getByLabel(t("structure.name"), { exact: true }).fill(name);
  for (const [object, action, reach] of rights) {
    const label = t("role.right", { action: t(`choice.action_title.${action}`), object: t(`choice.object_title.${object}`) });
    await page.getByLabel(label, { exact: true }).selectOption({ label: t(`choice.reach_title.${reach}`) });
  }
  await page.getByRole("button", { name: t("role.review"), exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: t("common.save"), exact: true }).last().click();
  await message({ page, t, ...admin }, t("structure.saved", { name })).waitFor();
}

for (const look of phoneAndDesktop(1)) {
  journey(house, "a customer is handed over with a note", look, async (admin, visit) => {
    const giver = await house.hire(`林晓${look.size}`, `giver-${look.size}`, "service_agent");
    const heir = await house.hire(`Ann ${look.size}`, `heir-${look.size}`, "sales_rep");
    const name = `近邻仪器 ${look.size}`;
    const mine = await visit(look, {});
    await signIn(mine, giver);
    const address = await make(mine, name);
    const { page, t } = mine;
    const dialog = page.getByRole("dialog", { name: t("hand_over.title", { name }) });
    const send = dialog.locator(".dialog-foot").getByRole("button", { name: t("hand_over.send"), exact: true });
    await page.getByRole("button", { name: t("common.more"), exact: true }).last().click();
    await page.getByRole("menuitem", { name: t("hand_over.open"), exact: true }).click();
    // To nobody: nothing that was typed is lost.
    mine.watch.expect(/status of 422/);
    await dialog.getByLabel(t("hand_over.note"), { exact: true }).fill("周一回电");
    await send.click();
    await dialog.getByRole("combobox", { name: t("hand_over.to") }).and(page.locator("[aria-invalid=true]")).waitFor();
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(await overflow(page), []);
    await shoot(page, `hand over ${look.title}`);
    await dialog.getByRole("combobox", { name: t("hand_over.to") }).fill(heir.name);
    await page.getByRole("option", { name: heir.name }).click();
    await send.click();
    await message(mine, t("hand_over.done", { name: heir.name })).waitFor();
    await title(page).filter({ hasText: name }).waitFor();

    const theirs = await visit(look, {});
    await signIn(theirs, heir);
    await openList(theirs, "filter=mine");
    await row(theirs, name).waitFor();
    await open(theirs.page, address);
    await pane(theirs, "customer.timeline");
    await theirs.page.getByText("周一回电").waitFor();
    await shoot(theirs.page, `handed over ${look.title}`);
    // Whoever gave it sees by now who is in charge.
    await pane(mine, "customer.profile");
    await page.getByText(heir.name).first().waitFor();
  }, { as: "admin" });

  journey(house, "whoever knows persons alone finds persons alone", look, async (admin, visit) => {
    const role = `联系人${look.size}`;
    await makeRole(admin, "staff", role, [["account", "view", "none"]]);
    const somebody = await house.hire(`只看${look.size}`, `persons-${look.size}`, role);
    const one = await visit(look, {});
    await signIn(one, somebody);
    const { page, t } = one;
    await live(page);
    await shoot(page, `home of persons ${look.title}`);
    assert.deepEqual(await violations(page), []);
    assert.equal(await page.getByRole("link", { name: t("nav.customers"), exact: true }).count(), 0);
    const name = `灰雀小明 ${look.size}`;
    await open(page, "/people/new");
    await type(one, "field.person.full_name", name);
    await save(one, name);
    await live(page);
    await title(page).filter({ hasText: name }).waitFor();
    await shoot(page, `person of persons ${look.title}`);
    await openList(one, "tab=people");
    await row(one, name).waitFor();
    assert.equal(await page.getByRole("link", { name: t("choice.tab.companies"), exact: true }).count(), 0);
    await shoot(page, `list of persons ${look.title}`);
    await open(page, "/bin");
    await live(page);
    await shoot(page, `bin of persons ${look.title}`);
  }, { as: "admin" });
}
