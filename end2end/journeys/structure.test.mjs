// Teams and departments: an administrator divides the organisation, a lead sees what is near and nothing else.
import assert from "node:assert/strict";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { phoneAndDesktop } from "../lib/faces.mjs";
import { shoot } from "../lib/shoot.mjs";
import { signIn } from "../pages/entry.mjs";
import { make } from "../pages/customer.mjs";
import { message, open } from "../pages/frame.mjs";
import { namesOnShow, openList, row } from "../pages/list.mjs";

const house = await House.open();
const PASSWORD = "four green boats at noon";

/** Somebody with a role, known to the house. */
async function hire(name, role) {
  const person = { name, email: `${encodeURIComponent(name).replaceAll("%", "").toLowerCase()}@rapport.example`, password: PASSWORD };
  await house.server.command("user add", ["--name", person.name, "--email", person.email, "--role", role], PASSWORD);
  return person;
}

/** Opens the menu of a row and chooses. */
async function choose({ page, t }, name, item) {
  await page.getByRole("button", { name: t("common.more_for", { name }), exact: true }).click();
  await page.getByRole("menuitem", { name: t(item), exact: true }).click();
}

for (const look of phoneAndDesktop(1)) {
  journey(house, "a lead sees department and team", look, async (admin, visit) => {
    const { page, t } = admin;
    admin.watch.expect(/status of 422/);
    const lead = await hire(`主管${look.size}`, "team_lead");
    const near = await hire(`近${look.size}`, "sales_rep");
    const far = await hire(`远${look.size}`, "sales_rep");
    const [sales, east, fair] = [`销售部${look.size}`, `华东${look.size}`, `展会${look.size}`];

    // Two departments, one below the other; Enter sends the form, and a name is needed.
    await open(page, "/admin/structure");
    await page.getByRole("button", { name: t("structure.new_department"), exact: true }).first().click();
    const form = page.getByRole("dialog");
    await form.getByRole("button", { name: t("common.save"), exact: true }).last().click();
    await form.getByText(t("error.field.required")).waitFor();
    await form.getByLabel(t("structure.name"), { exact: true }).fill(sales);
    await page.keyboard.press("Enter");
    await message(admin, t("structure.saved", { name: sales })).waitFor();
    await choose(admin, sales, "structure.new_part");
    await form.getByLabel(t("structure.name"), { exact: true }).fill(east);
    await shoot(page, `new department ${look.title}`);
    await form.getByRole("button", { name: t("common.save"), exact: true }).last().click();
    await message(admin, t("structure.saved", { name: east })).waitFor();
    await page.getByRole("button", { name: t("structure.new_team"), exact: true }).first().click();
    await form.getByLabel(t("structure.name"), { exact: true }).fill(fair);
    await form.getByRole("checkbox", { name: lead.name, exact: true }).check();
    await shoot(page, `new team ${look.title}`);
    await form.getByRole("button", { name: t("common.save"), exact: true }).last().click();
    await message(admin, t("structure.saved", { name: fair })).waitFor();
    await page.getByRole("listitem").filter({ hasText: fair }).getByText(lead.name).waitFor();

    // People into them.
    await open(page, "/admin/users");
    for (const [person, department] of [[lead, sales], [near, `${sales} / ${east}`]]) {
      await choose(admin, person.name, "user.place");
      const dialog = page.getByRole("dialog", { name: t("user.place_of", { name: person.name }) });
      await dialog.getByLabel(t("structure.department"), { exact: true }).selectOption({ label: department });
      await shoot(page, `place ${person === lead ? "lead " : ""}${look.title}`);
      await dialog.getByRole("button", { name: t("common.save"), exact: true }).last().click();
      await message(admin, t("user.saved")).last().waitFor();
      await page.getByRole("listitem").filter({ hasText: person.email }).getByText(department, { exact: true }).waitFor();
    }
    await shoot(page, `users placed ${look.title}`);
    await open(page, "/admin/structure");
    await shoot(page, `structure ${look.title}`);

    // A customer of each; the lead sees the near one, and the other from the moment they share a team.
    const [ownNear, ownFar] = [`近邻仪器 ${look.size}`, `远方仪器 ${look.size}`];
    const reps = [[near, ownNear], [far, ownFar]];
    const addresses = [];
    for (const [person, name] of reps) {
      const rep = await visit(look, {});
      await signIn(rep, person);
      addresses.push(await make(rep, name));
    }
    const boss = await visit(look, {});
    await signIn(boss, lead);
    await openList(boss);
    await row(boss, ownNear).waitFor();
    assert.deepEqual(await namesOnShow(boss), [ownNear]);
    await open(page, "/admin/users");
    await choose(admin, far.name, "user.place");
    const dialog = page.getByRole("dialog", { name: t("user.place_of", { name: far.name }) });
    await dialog.getByRole("checkbox", { name: fair, exact: true }).check();
    await dialog.getByRole("button", { name: t("common.save"), exact: true }).last().click();
    await message(admin, t("user.saved")).last().waitFor();
    await openList(boss);
    await row(boss, ownFar).waitFor();
    assert.deepEqual((await namesOnShow(boss)).sort(), [ownNear, ownFar].sort());
    await shoot(boss.page, `list of a lead ${look.title}`);

    // Why, in words.
    const reasons = [t("sight.department", { owner: near.name, department: sales }), t("sight.team", { owner: far.name, team: fair })];
    for (const [place, [, name]] of reps.entries()) {
      await open(page, addresses[place]);
      await page.getByRole("button", { name: t("common.more"), exact: true }).last().click();
      await page.getByRole("menuitem", { name: t("sight.open"), exact: true }).click();
      const sights = page.getByRole("dialog", { name: t("sight.title", { name }) });
      await sights.getByRole("listitem").filter({ hasText: lead.name }).getByText(reasons[place]).waitFor();
      if (place === 0) await shoot(page, `who sees by department ${look.title}`);
    }

    // Dissolved, the team shows nothing any more.
    await open(page, "/admin/structure");
    await choose(admin, fair, "structure.dissolve");
    await page.getByRole("dialog").getByRole("button", { name: t("structure.dissolve"), exact: true }).last().click();
    await message(admin, t("structure.dissolved", { name: fair })).waitFor();
    await openList(boss);
    await row(boss, ownNear).waitFor();
    assert.deepEqual(await namesOnShow(boss), [ownNear]);
  }, { as: "admin" });
}
