// Details of which a role sees a part: made by an administrator, felt on every page, shown in full with a reason.
import assert from "node:assert/strict";
import { violations } from "../lib/axe.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { phoneAndDesktop } from "../lib/faces.mjs";
import { overflow } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { signIn } from "../pages/entry.mjs";
import { pane, pencil, save, type } from "../pages/customer.mjs";
import { live, message, open } from "../pages/frame.mjs";
import { openList, row, search } from "../pages/list.mjs";

const house = await House.open();
const PASSWORD = "four green boats at noon";
const PHONE = "13911112222";
const MASKED = "139****2222";

/** How far a right or a detail of a kind of records is open. */
function chooseIn({ page, t }, object) {
  return (what, option) => {
    const label = t("role.right", { action: t(what), object: t(`choice.object_title.${object}`) });
    return page.getByLabel(label, { exact: true }).selectOption({ label: t(option) });
  };
}

/** A role like a rep's that sees phones in part, takes its own customers out and shows a phone to whoever says why. */
async function makeRole({ page, t, face, ...admin }, name) {
  await open(page, "/admin/roles?copy=sales_rep");
  await page.getByLabel(t("structure.name"), { exact: true }).fill(name);
  for (const object of ["account", "person"]) {
    const choose = chooseIn({ page, t }, object);
    await choose("choice.action_title.export", "choice.reach_title.own");
    await choose("choice.action_title.reveal", "choice.reach_title.own");
    await choose("choice.detail.phone", "choice.access.masked");
    await choose("choice.detail.last_contact", "choice.access.hidden");
  }
  await page.getByRole("checkbox", { name: new RegExp(`^${t("role.asks_reason")}`) }).check();
  await shoot(page, `role details ${face.title}`, { fullPage: true });
  assert.deepEqual(await overflow(page), []);
  await page.getByRole("button", { name: t("role.review"), exact: true }).click();
  const dialog = page.getByRole("dialog");
  const phones = t("role.right", { action: t("choice.detail.phone"), object: t("choice.object_title.person") });
  await dialog.getByText(phones, { exact: true }).waitFor();
  await shoot(page, `role details reviewed ${face.title}`);
  await dialog.getByRole("button", { name: t("common.save"), exact: true }).last().click();
  await message({ page, t, face, ...admin }, t("structure.saved", { name })).waitFor();
}

for (const look of phoneAndDesktop(2)) {
  journey(house, "a rep sees phones in part, everywhere", look, async (admin, visit) => {
    const { t } = admin;
    const role = `半显${look.size}`;
    await makeRole(admin, role);
    const person = { name: `销售${look.size}`, email: `half-${look.size}@rapport.example`, password: PASSWORD };
    const add = ["--name", person.name, "--email", person.email, "--role", role];
    await house.server.command("user add", add, PASSWORD);
    const rep = await visit(look, {});
    const { page } = rep;
    // No reason given.
    rep.watch.expect(/status of 422/);
    await signIn(rep, person);

    // What the rep types into a new record is kept whole, and shown in part from then on.
    const firm = `灰雀仪器 ${look.size}`;
    await open(page, "/customers/new");
    await type(rep, "field.account.name", firm);
    await type(rep, "field.account.phone", PHONE);
    await save(rep, firm);
    await live(page);
    const address = new URL(page.url()).pathname;
    await pane(rep, "customer.profile");
    await page.getByText(MASKED, { exact: true }).waitFor();
    assert.equal(await pencil(rep, t("choice.contact.mobile")).count(), 0, "not to be changed");
    assert.equal(await page.locator(`a[href^="tel:"]`).count(), 0, "nobody is called by a part of a number");
    await shoot(page, `masked record ${look.title}`);
    const colleague = `灰雀小明 ${look.size}`;
    await open(page, "/people/new");
    await type(rep, "field.person.full_name", colleague);
    await type(rep, "field.person.phone", PHONE);
    await save(rep, colleague);

    // The list, its search, its orders and what it takes out.
    await openList(rep, "tab=people");
    await row(rep, colleague).waitFor();
    if (look.size !== "phone") await page.getByText(MASKED, { exact: true }).waitFor();
    assert.equal(await page.getByRole("link", { name: t("choice.filter.quiet"), exact: true }).count(), 0);
    await shoot(page, `masked list ${look.title}`);
    await search(rep, "灰雀");
    await row(rep, colleague).waitFor();
    await search(rep, PHONE);
    await page.getByText(t("list.none_title"), { exact: true }).first().waitFor();
    // Nobody is found by a number that is not seen; the rows of the search before go a moment after the title comes.
    await page.locator("[data-row]").first().waitFor({ state: "detached" });
    const csv = await page.evaluate(() => fetch("/export/people?format=csv").then((answer) => answer.text()));
    assert.ok(csv.includes(MASKED) && !csv.includes(PHONE), csv);

    // A new record with the same number hints at nobody, one with the same name does, without the number.
    await open(page, "/people/new");
    const looked = page.waitForResponse(/find_duplicates/);
    await type(rep, "field.person.full_name", colleague);
    await (await looked).finished();
    await page.getByText(t("duplicate.found_people", { n: 1 })).waitFor();
    await shoot(page, `masked hint ${look.title}`);
    assert.ok(!(await page.content()).includes(PHONE));
    // What is half written would ask before it is left.
    await type(rep, "field.person.full_name", "");

    // Shown in full with a reason, which stands on the timeline and in the log.
    await open(page, address);
    await pane(rep, "customer.profile");
    await page.getByRole("button", { name: t("reveal.title", { what: t("choice.contact.mobile") }), exact: true }).click();
    const question = page.getByRole("dialog", { name: t("reveal.show") });
    await question.getByRole("button", { name: t("reveal.show"), exact: true }).last().click();
    await question.getByText(t("error.field.required")).waitFor();
    await question.getByLabel(t("reveal.reason"), { exact: true }).fill("回电");
    await shoot(page, `reveal ${look.title}`);
    assert.deepEqual(await violations(page), []);
    await question.getByRole("button", { name: t("reveal.show"), exact: true }).last().click();
    await page.getByText(PHONE, { exact: true }).waitFor();
    await shoot(page, `revealed ${look.title}`);
    // On a phone a sheet goes back by one a moment after it closes, which would break off what is opened meanwhile.
    await page.waitForFunction(() => history.state !== "dialog:reveal");
    await open(page, address);
    await pane(rep, "customer.timeline");
    const said = { who: person.name, what: t("field.contact.mobile"), reason: "回电" };
    await page.getByText(t("timeline.revealed_why", said)).waitFor();
    await open(admin.page, "/admin/audit?event=revealed");
    await admin.page.getByRole("row").filter({ hasText: firm }).first().waitFor();
    await shoot(admin.page, `revealed log ${look.title}`);
    assert.deepEqual(await overflow(admin.page), []);

    // Opened to whoever is in charge: the own customer's number is whole, dialled and changed.
    await open(admin.page, "/admin/roles");
    await admin.page.getByRole("link", { name: role, exact: true }).click();
    for (const object of ["account", "person"]) {
      await chooseIn(admin, object)("choice.detail.phone", "choice.access.masked_unless_own");
    }
    await admin.page.getByRole("button", { name: t("role.review"), exact: true }).click();
    await admin.page.getByRole("dialog").getByRole("button", { name: t("common.save"), exact: true }).last().click();
    await message(admin, t("structure.saved", { name: role })).last().waitFor();
    await open(page, address);
    await pane(rep, "customer.profile");
    await page.locator(`a[href^="tel:"]:visible`).first().waitFor();
    assert.equal(await page.getByText(MASKED, { exact: true }).count(), 0);
    assert.ok((await pencil(rep, t("choice.contact.mobile")).count()) > 0, "and to be changed");
    await shoot(page, `own phone whole ${look.title}`);
  }, { as: "admin" });
}
