// An administrator looks at Rapport as a rep, cannot change anything, and asks why a record is not there.
import assert from "node:assert/strict";
import { violations } from "../lib/axe.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { phoneAndDesktop } from "../lib/faces.mjs";
import { overflow } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { signIn } from "../pages/entry.mjs";
import { make } from "../pages/customer.mjs";
import { message, open } from "../pages/frame.mjs";
import { namesOnShow, openList, row } from "../pages/list.mjs";

const house = await House.open();
const PASSWORD = "four green boats at noon";

for (const look of phoneAndDesktop(1)) {
  journey(house, "an administrator views as a rep and asks why", look, async (admin, visit) => {
    const { page, t } = admin;
    admin.watch.expect(/status of 40[34]/);
    const person = { name: `李雷${look.size}`, email: `rep-${look.size}@rapport.example`, password: PASSWORD };
    const add = ["--name", person.name, "--email", person.email, "--role", "sales_rep"];
    await house.server.command("user add", add, PASSWORD);
    const foreign = `白鹤仪器 ${look.size}`;
    const number = (await make(admin, foreign)).split("/").at(-1);
    const rep = await visit(look, {});
    await signIn(rep, person);
    const own = `黄鹂仪器 ${look.size}`;
    await make(rep, own);

    await open(page, "/admin/users");
    const menu = page.getByRole("button", { name: t("common.more_for", { name: person.name }), exact: true });
    await menu.click();
    await shoot(page, `user menu ${look.title}`);
    await page.getByRole("menuitem", { name: t("view_as.start"), exact: true }).click();
    const banner = page.getByText(t("view_as.banner", { name: person.name }));
    await banner.waitFor();
    await shoot(page, `viewing home ${look.title}`);
    await openList(admin);
    await row(admin, own).waitFor();
    assert.deepEqual(await namesOnShow(admin), [own]);
    await shoot(page, `viewing list ${look.title}`);
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(await overflow(page), []);

    // The record that is not there, and why.
    await open(page, `/customers/${number}`);
    await banner.waitFor();
    await page.getByRole("button", { name: t("view_as.why"), exact: true }).last().click();
    const dialog = page.getByRole("dialog", { name: t("view_as.why_title", { name: person.name }) });
    await dialog.getByText(foreign, { exact: true }).waitFor();
    await dialog.getByText(t("sight.out_of_reach", { reach: t("choice.reach.own"), role: t("choice.role.sales_rep") })).waitFor();
    await shoot(page, `viewing why ${look.title}`);
    assert.deepEqual(await violations(page), []);
    await dialog.getByRole("button", { name: t("common.close"), exact: true }).last().click();

    // Nothing is changed, and the rep's own account stays closed.
    await openList(admin);
    await row(admin, own).click();
    await page.getByRole("heading", { name: own, level: 1 }).waitFor();
    await open(page, "/profile");
    await page.getByText(t("failure.viewing_as")).waitFor();
    await shoot(page, `viewing profile ${look.title}`);

    // Stopped, the page is one's own again.
    await open(page, `/customers/${number}`);
    await page.getByRole("button", { name: t("view_as.stop"), exact: true }).click();
    await page.getByRole("heading", { name: foreign, level: 1 }).waitFor();
    assert.equal(await banner.count(), 0);

    // Asked by name from the list of users; what the rep owns may be edited and not exported.
    await open(page, "/admin/users");
    await menu.click();
    await page.getByRole("menuitem", { name: t("view_as.why_open"), exact: true }).click();
    await dialog.getByLabel(t("view_as.record"), { exact: true }).fill(own);
    await dialog.getByRole("button", { name: t("view_as.ask"), exact: true }).click();
    const may = dialog.getByRole("listitem").filter({ hasText: t("choice.action_title.edit") });
    await may.getByText(t("sight.in_charge")).waitFor();
    await dialog.getByText(t("view_as.no_right")).first().waitFor();
    await shoot(page, `why asked ${look.title}`);
    assert.deepEqual(await overflow(page), []);
    await dialog.getByRole("button", { name: t("common.close"), exact: true }).last().click();

    // As a role alone: what one is in charge of oneself, and nothing that an administrator may do besides.
    await open(page, "/admin/roles?role=sales_rep");
    await page.getByRole("button", { name: t("role.view_as"), exact: true }).click();
    const as_role = page.getByText(t("view_as.banner_role", { role: t("choice.role.sales_rep") }));
    await as_role.waitFor();
    await openList(admin);
    assert.ok(!(await namesOnShow(admin)).includes(own));
    await shoot(page, `viewing as role ${look.title}`);
    assert.deepEqual(await overflow(page), []);
    await page.getByRole("button", { name: t("view_as.stop"), exact: true }).click();
    await as_role.waitFor({ state: "detached" });

    // Both lines stand in the log, with both names.
    await open(page, "/admin/audit?event=view_as_ended");
    await page.getByRole("row").filter({ hasText: person.name }).first().waitFor();
    await shoot(page, `viewing log ${look.title}`);
  }, { as: "admin" });

  journey(house, "an administrator deletes a record for good", look, async (admin) => {
    const { page, t } = admin;
    const name = `苍鹭仪器 ${look.size}`;
    await make(admin, name);
    await page.getByRole("main").getByRole("button", { name: new RegExp(`^(${t("common.more")}|${t("common.more_for", { name })})$`) }).first().click();
    await page.getByRole("menuitem", { name: t("customer.delete") }).click();
    await message(admin, t("toast.deleted", { name })).waitFor();
    await open(page, "/bin");
    await shoot(page, `bin to erase ${look.title}`);
    await page.getByRole("button", { name: t("bin.erase_name", { name }), exact: true }).click();
    const question = page.getByRole("dialog", { name: t("bin.erase_title", { name }) });
    await shoot(page, `bin question ${look.title}`);
    await question.getByRole("button", { name: t("bin.erase"), exact: true }).last().click();
    await message(admin, t("bin.erased", { name })).waitFor();
    assert.equal(await page.getByRole("row").filter({ hasText: name }).count(), 0);
    assert.deepEqual(await overflow(page), []);
  }, { as: "admin" });
}
