// What a role shows: a rep works with own customers and finds no trace of the others.
import assert from "node:assert/strict";
import { House, PEOPLE } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { phoneAndDesktop } from "../lib/faces.mjs";
import { shoot } from "../lib/shoot.mjs";
import { signIn } from "../pages/entry.mjs";
import { make, pane, save, type } from "../pages/customer.mjs";
import { live, message, open } from "../pages/frame.mjs";
import { namesOnShow, openList, row, search } from "../pages/list.mjs";

const house = await House.open();

for (const look of phoneAndDesktop(1)) {
  journey(house, "a rep sees own customers only", look, async (admin, visit) => {
    const { page, t } = admin;
    const person = { name: `销售${look.size}`, email: `rep-${look.size}@rapport.example`, password: "four green boats at noon" };
    await house.server.command("user add", ["--name", person.name, "--email", person.email], person.password);
    const foreign = `灰雀仪器 ${look.size}`;
    const address = await make(admin, foreign);

    const staff = await visit(look, {});
    await signIn(staff, person);
    await openList(staff);
    await row(staff, foreign).waitFor();

    // The administrator makes a rep of the colleague, who has to sign in again.
    await open(page, "/admin/users");
    await page.getByRole("button", { name: t("common.more_for", { name: person.name }) }).click();
    await page.getByRole("menuitem", { name: t("user.roles"), exact: true }).click();
    const dialog = page.getByRole("dialog", { name: t("user.roles_of", { name: person.name }) });
    const role = (code) => dialog.getByRole("checkbox", { name: new RegExp(`^${t(`choice.role.${code}`)}\\s`) });
    await role("staff").uncheck();
    await dialog.getByText(t("user.role_needed")).waitFor();
    assert.ok(await dialog.getByRole("button", { name: t("common.save"), exact: true }).last().isDisabled());
    await role("sales_rep").check();
    await shoot(page, `roles ${look.title}`);
    await dialog.getByRole("button", { name: t("common.save"), exact: true }).last().click();
    await message(admin, t("user.saved")).waitFor();
    await page.getByRole("listitem").filter({ hasText: person.email }).getByText(t("choice.role.sales_rep"), { exact: true }).waitFor();
    await shoot(page, `users with roles ${look.title}`);

    const rep = await visit(look, {});
    rep.watch.expect(/status of 404/);
    await signIn(rep, person);
    await openList(rep);
    assert.deepEqual(await namesOnShow(rep), []);
    await search(rep, "灰雀");
    await rep.page.getByText(t("list.none_search", { search: "灰雀" })).first().waitFor();
    const answer = await rep.page.goto(address);
    assert.equal(answer.status(), 404);
    await live(rep.page);
    assert.ok(!(await rep.page.content()).includes("灰雀"), "the page of another's customer tells nothing");

    // A form for a new one hints at nothing of others, and the new one is the rep's own.
    await open(rep.page, "/customers/new");
    const looked = rep.page.waitForResponse(/find_duplicates/);
    await type(rep, "field.account.name", foreign);
    await (await looked).finished();
    await rep.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.equal(await rep.page.getByText(t.part("duplicate.found")).count(), 0);
    const own = `白鹭仪器 ${look.size}`;
    await type(rep, "field.account.name", own);
    await save(rep, own);
    await live(rep.page);
    await pane(rep, "customer.profile");
    const owner = rep.page.getByRole("button", { name: `${t("common.edit")}: ${t("field.account.owner")}`, exact: true });
    assert.equal(await owner.count(), 0, "who is in charge is not for a rep to say");
    await shoot(rep.page, `own customer ${look.title}`);
    await openList(rep);
    await row(rep, own).waitFor();
    assert.deepEqual(await namesOnShow(rep), [own]);
    await shoot(rep.page, `own list ${look.title}`);

    // The administrator is told why, and sees both.
    await open(page, address);
    await page.getByRole("button", { name: t("common.more"), exact: true }).last().click();
    await page.getByRole("menuitem", { name: t("sight.open"), exact: true }).click();
    const sights = page.getByRole("dialog", { name: t("sight.title", { name: foreign }) });
    const sight = sights.getByRole("listitem").filter({ hasText: person.name });
    await sight.getByText(t("sight.out_of_reach", { role: t("choice.role.sales_rep"), reach: t("choice.reach.own") })).waitFor();
    await sight.getByText(t("sight.no"), { exact: true }).waitFor();
    await sights.getByRole("listitem").filter({ hasText: PEOPLE.admin.name }).getByText(t("sight.yes"), { exact: true }).waitFor();
    await shoot(page, `who sees ${look.title}`);
    await openList(admin);
    await row(admin, foreign).waitFor();
    await row(admin, own).waitFor();
  }, { as: "admin" });
}
