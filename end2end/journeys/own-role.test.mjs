// A role of the organisation's own: copied, changed, looked through, given to somebody, and felt at once.
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

/** Chooses in the table by keys alone: into a cell, its first choice, and back; one Tab leads out and one back in. */
async function byKeys(page, label) {
  const focused = (ask) => page.evaluate(ask);
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await page.getByRole("grid").first().getByRole("gridcell").first().focus();
  await press("ArrowRight", "ArrowRight", "Enter");
  assert.equal(await focused(() => document.activeElement.ariaLabel), label("edit"));
  await press("Home", "Escape", "ArrowRight", "ArrowRight", "ArrowRight", "F2");
  assert.equal(await focused(() => document.activeElement.ariaLabel), label("delete"));
  await press("Home", "Escape", "ArrowDown", "Control+End", "Control+Home");
  assert.equal(await focused(() => document.activeElement.role), "columnheader");
  await press("ArrowDown");
  assert.equal(await focused(() => document.activeElement.role), "rowheader");
  await press("Tab");
  assert.ok(await focused(() => document.activeElement.closest("[role=grid]") !== document.querySelector("[role=grid]")));
  await press("Shift+Tab");
  assert.equal(await focused(() => document.activeElement.role), "rowheader");
}

for (const look of phoneAndDesktop(1)) {
  journey(house, "an administrator makes a role", look, async (admin, visit) => {
    const { page, t } = admin;
    const person = { name: `柜台${look.size}`, email: `desk-${look.size}@rapport.example`, password: PASSWORD };
    await house.server.command("user add", ["--name", person.name, "--email", person.email], PASSWORD);
    const foreign = `灰雀仪器 ${look.size}`;
    await make(admin, foreign);

    // Looked at, a built-in role stays as it is; compared, it tells what differs.
    await open(page, "/admin/roles");
    await shoot(page, `roles list ${look.title}`);
    await page.getByRole("link", { name: t("choice.role.sales_rep"), exact: true }).click();
    await page.getByText(t("role.fixed")).waitFor();
    await page.getByRole("button", { name: t("role.compare"), exact: true }).click();
    await page.getByRole("menuitemradio", { name: t("choice.role.auditor"), exact: true }).click();
    await page.getByText(t("role.there", { reach: t("choice.reach_title.all") })).first().waitFor();
    const row_of = (object) => page.getByRole("rowheader", { name: new RegExp(`^${t(`choice.object_title.${object}`)}`) });
    await row_of("import").waitFor();
    await page.getByRole("checkbox", { name: t("role.only"), exact: true }).check();
    await row_of("import").waitFor({ state: "hidden" });
    await row_of("audit").waitFor();
    await shoot(page, `role compared ${look.title}`, { fullPage: true });

    // Its copy begins the same and is changed.
    await page.getByRole("link", { name: t("role.copy"), exact: true }).click();
    const name = page.getByLabel(t("structure.name"), { exact: true });
    await name.waitFor();
    assert.equal(await name.inputValue(), t("role.copy_of", { name: t("choice.role.sales_rep") }));
    const role = `柜台角色${look.size}`;
    await name.fill(role);
    const label = (action, object = "account") =>
      t("role.right", { action: t(`choice.action_title.${action}`), object: t(`choice.object_title.${object}`) });
    const right = (...of) => page.getByLabel(label(...of), { exact: true });
    const none = { label: t("choice.reach_title.none") };
    if (look.size === "desktop") {
      await byKeys(page, label);
    } else {
      await right("edit").selectOption(none);
      await right("delete").selectOption(none);
    }
    for (const action of ["edit", "delete"]) assert.equal(await right(action).inputValue(), "none");

    // A row at once: what reaches no further than wanted, and nothing that is all or none.
    await page.getByRole("button", { name: t("role.fill_row", { name: t("choice.object_title.person") }), exact: true }).first().click();
    await page.getByRole("menuitem", { name: t("choice.reach_title.own"), exact: true }).click();
    for (const [action, reach] of [["view", "own"], ["export", "own"], ["create", "none"]]) {
      assert.equal(await right(action, "person").inputValue(), reach, action);
    }
    await shoot(page, `role copied ${look.title}`, { fullPage: true });
    assert.deepEqual(await violations(page), []);
    if (look.size === "phone") {
      await page.setViewportSize({ ...look.viewport, width: 320 });
      assert.deepEqual(await overflow(page), []);
      await page.setViewportSize(look.viewport);
    }
    await page.getByRole("button", { name: t("role.review"), exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(t("role.right", { action: t("choice.action_title.view"), object: t("choice.object_title.account") })).waitFor();
    await shoot(page, `role reviewed ${look.title}`);
    await dialog.getByRole("button", { name: t("common.save"), exact: true }).last().click();
    await message(admin, t("structure.saved", { name: role })).waitFor();
    await page.waitForURL(/role=[0-9a-f-]{36}/);

    // Given to a colleague, who sees own customers and cannot change them.
    await open(page, "/admin/users");
    await page.getByRole("button", { name: t("common.more_for", { name: person.name }), exact: true }).click();
    await page.getByRole("menuitem", { name: t("user.roles"), exact: true }).click();
    const roles = page.getByRole("dialog", { name: t("user.roles_of", { name: person.name }) });
    await roles.getByRole("checkbox", { name: new RegExp(`^${t("choice.role.staff")}\\s`) }).uncheck();
    await roles.getByRole("checkbox", { name: new RegExp(`^${role}\\s`) }).check();
    await roles.getByRole("button", { name: t("common.save"), exact: true }).last().click();
    await message(admin, t("user.saved")).waitFor();
    await page.getByRole("listitem").filter({ hasText: person.email }).getByText(role, { exact: true }).waitFor();
    const desk = await visit(look, {});
    await signIn(desk, person);
    const own = `白鹭仪器 ${look.size}`;
    await make(desk, own);
    const pencils = desk.page.getByRole("button", { name: new RegExp(`^${t("common.edit")}: `) });
    assert.equal(await pencils.count(), 0, "nothing to edit");
    await openList(desk);
    await row(desk, own).waitFor();
    assert.deepEqual(await namesOnShow(desk), [own]);

    // Widened, it shows all at the next click; held by somebody, it cannot be deleted.
    await open(page, "/admin/roles");
    await page.getByRole("link", { name: role, exact: true }).click();
    await right("view").selectOption({ label: t("choice.reach_title.all") });
    await page.getByText(t("role.changes", { n: 1 })).waitFor();
    await page.getByText(t("role.holders", { n: 1 }), { exact: true }).waitFor();
    await shoot(page, `role changed ${look.title}`, { fullPage: true });
    await page.getByRole("button", { name: t("role.review"), exact: true }).click();
    await dialog.getByRole("button", { name: t("common.save"), exact: true }).last().click();
    await message(admin, t("structure.saved", { name: role })).last().waitFor();
    await openList(desk);
    await row(desk, foreign).waitFor();

    // Both changes stand in its history, under its name.
    await page.getByRole("link", { name: t("role.history"), exact: true }).click();
    await page.getByText(t("audit.of", { event: t("choice.event.created"), what: role })).first().waitFor();
    await page.getByText(t("audit.of", { event: t("choice.event.changed"), what: role })).first().waitFor();
    await shoot(page, `role history ${look.title}`);
    await open(page, "/admin/roles");
    await page.getByRole("button", { name: t("common.more_for", { name: role }), exact: true }).click();
    const gone = page.getByRole("menuitem", { name: t("role.delete") });
    assert.equal(await gone.getAttribute("aria-disabled"), "true");
    await shoot(page, `role held ${look.title}`);
  }, { as: "admin" });
}
