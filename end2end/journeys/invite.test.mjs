// Invitations and links for a new password; and the question who one is, before them.
import assert from "node:assert/strict";
import { violations } from "../lib/axe.mjs";
import { House, PEOPLE } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { phoneAndDesktop } from "../lib/faces.mjs";
import { overflow } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { trySignIn } from "../pages/entry.mjs";
import { open, title } from "../pages/frame.mjs";

const house = await House.open({ limits: false, onPostgres: true });
const SENTENCES = ["nine orange tractors", "four purple harbours"];

/** The link of the dialog that shows it once. */
async function takeLink({ page, t }, name) {
  const told = page.getByRole("dialog", { name: t("user.link_title", { name }) });
  await told.waitFor();
  await shoot(page, `link for ${name}`);
  const link = (await told.getByRole("code").innerText()).trim();
  await told.getByRole("button", { name: t("user.told"), exact: true }).click();
  return link;
}

/** Chooses a password behind a link and signs in with it. */
async function choose(visitor, link, person) {
  const { page, t, face } = visitor;
  await page.goto(link);
  await shoot(page, `choose password ${face.title}`);
  assert.deepEqual(await overflow(page), []);
  await page.getByLabel(t("password.new"), { exact: true }).fill(person.password);
  await page.getByLabel(t("password.again"), { exact: true }).fill(person.password);
  await page.getByRole("button", { name: t("link.submit"), exact: true }).click();
  await page.getByText(t("auth.password_set")).waitFor();
  await trySignIn(visitor, person.email, person.password);
  await title(page).waitFor();
}

for (const look of phoneAndDesktop(3)) {
  journey(house, "somebody is invited, and later gets another link", look, async (admin, visit) => {
    const { page, t } = admin;
    const name = `王小${look.size}`;
    const person = { email: `invited-${look.size}@rapport.example`, password: SENTENCES[0] };
    await open(page, "/admin/users");
    await page.getByRole("button", { name: t("user.new"), exact: true }).click();
    const form = page.getByRole("dialog", { name: t("user.new_title") });
    await form.getByLabel(t("user.name"), { exact: true }).fill(name);
    await form.getByLabel(t("user.email"), { exact: true }).fill(person.email);
    await form.getByRole("button", { name: t("user.add"), exact: true }).last().click();
    const link = await takeLink(admin, name);
    const line = page.getByRole("listitem").filter({ hasText: person.email });
    await line.getByText(t("user.invited"), { exact: true }).waitFor();
    await shoot(page, `users with an invitation ${look.title}`);

    // axe needs scripts to run in the page; whoever was invited has none.
    const looked = await visit(look, {});
    await looked.page.goto(link);
    assert.deepEqual(await violations(looked.page), []);
    // Behind the link no script is needed.
    const invited = await visit(look, { javaScriptEnabled: false });
    invited.watch.expect(/status of (404|422)/);
    invited.watch.expect(/^request failed: \S+\/pkg\/\w+\/(rapport|parts)\.js csp /);
    await choose(invited, link, person);
    await invited.page.goto(link);
    await invited.page.getByText(t("link.dead_body")).waitFor();
    await shoot(invited.page, `dead link ${look.title}`);

    await open(page, "/admin/users");
    await page.getByRole("button", { name: t("common.more_for", { name }) }).click();
    await page.getByRole("menuitem", { name: t("user.reset"), exact: true }).click();
    await page.getByRole("button", { name: t("user.reset_action"), exact: true }).last().click();
    const second = await takeLink(admin, name);
    await choose(invited, second, { ...person, password: SENTENCES[1] });
  }, { as: "admin" });

  journey(house, "who one is is asked when it was long ago, and what was asked for is done then", look, async (admin) => {
    const { page, t, watch } = admin;
    watch.expect(/status of (403|422)/);
    await open(page, "/admin/users");
    const name = `Late ${look.size}`;
    await house.ageProofs();
    await page.getByRole("button", { name: t("user.new"), exact: true }).click();
    const form = page.getByRole("dialog", { name: t("user.new_title") });
    await form.getByLabel(t("user.name"), { exact: true }).fill(name);
    await form.getByLabel(t("user.email"), { exact: true }).fill(`late-${look.size}@rapport.example`);
    await form.getByRole("button", { name: t("user.add"), exact: true }).last().click();
    const question = page.getByRole("dialog", { name: t("identity.title") });
    await question.waitFor();
    await shoot(page, `confirm identity ${look.title}`);
    assert.deepEqual(await violations(page), []);
    await question.getByLabel(t("auth.password"), { exact: true }).fill("not the right sentence");
    await question.getByRole("button", { name: t("identity.submit"), exact: true }).click();
    await question.getByText(t("password.current_wrong")).waitFor();
    await question.getByLabel(t("auth.password"), { exact: true }).fill(PEOPLE.admin.password);
    await question.getByRole("button", { name: t("identity.submit"), exact: true }).click();
    assert.match(await takeLink(admin, name), /\/invite\/[0-9a-f]{64}$/);

    // Letting an export take out more: what was typed stays while it is asked.
    await open(page, "/admin/organisation");
    const rows = page.getByLabel(t("organisation.export_rows"), { exact: true });
    const name_en = page.getByLabel(t("organisation.name_en"), { exact: true });
    const more = String(60_000 + page.viewportSize().width);
    await rows.fill(more);
    await name_en.fill(`Huadong ${look.size}`);
    await house.ageProofs();
    await page.getByRole("button", { name: t("common.save"), exact: true }).click();
    await question.waitFor();
    await shoot(page, `confirm organisation ${look.title}`);
    await question.getByRole("button", { name: t("common.cancel"), exact: true }).click();
    await page.getByText(t("failure.confirm_identity")).waitFor();
    await shoot(page, `organisation not confirmed ${look.title}`, { fullPage: true });
    assert.deepEqual(await violations(page), []);
    assert.equal(await name_en.inputValue(), `Huadong ${look.size}`);
    await page.getByRole("button", { name: t("common.save"), exact: true }).click();
    await question.getByLabel(t("auth.password"), { exact: true }).fill(PEOPLE.admin.password);
    await question.getByRole("button", { name: t("identity.submit"), exact: true }).click();
    await page.getByText(t("organisation.saved")).waitFor();
    assert.equal((await rows.inputValue()).replace(/\D/g, ""), more);
    assert.equal(await name_en.inputValue(), `Huadong ${look.size}`);

    await house.ageProofs();
    await page.goto("/export/customers?format=csv");
    await page.getByRole("heading", { name: t("identity.title") }).waitFor();
    await shoot(page, `confirm page ${look.title}`);
    assert.deepEqual(await violations(page), []);
    await page.getByLabel(t("auth.password"), { exact: true }).fill(PEOPLE.admin.password);
    await page.getByRole("button", { name: t("identity.submit"), exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: t("identity.download"), exact: true }).click(),
    ]);
    assert.match(download.suggestedFilename(), /\.csv$/);
  }, { as: "admin" });
}
