// The second step: set up with a code generator, signing in with it, recovery codes, and who has to have one.
import assert from "node:assert/strict";
import { violations } from "../lib/axe.mjs";
import { House, ORGANISATION, PEOPLE } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { face, phoneAndDesktop } from "../lib/faces.mjs";
import { codeOf, youngInterval } from "../lib/generator.mjs";
import { overflow, smallTargets } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { makeAdmin, makeOrganisation, signIn, startWith, trySignIn } from "../pages/entry.mjs";
import { make } from "../pages/customer.mjs";
import { message, open, title } from "../pages/frame.mjs";

const house = await House.open({ limits: false });

/** A colleague of their own for each size: what is set up stays with them. */
async function hire(name) {
  const person = { name, email: `${name}@rapport.example`, password: "an umbrella in the hallway" };
  await house.server.command("user add", ["--name", name, "--email", person.email, "--role", "auditor"], person.password);
  return person;
}

/** The page is fit to be used: accessible, not too wide, controls large enough for a finger. */
async function fit({ page, face }, name, { scripts = true } = {}) {
  await shoot(page, `${name} ${face.title}`, { fullPage: true });
  // axe needs scripts to run in the page.
  if (scripts) assert.deepEqual(await violations(page), [], name);
  assert.deepEqual(await overflow(page), [], name);
  if (face.size === "phone") assert.deepEqual(await smallTargets(page), [], name);
}

/** Sets it up from the page on; answers with the key and the recovery codes. */
async function setUp(visitor, name) {
  const { page, t } = visitor;
  await page.getByRole("button", { name: t("second_step.begin") }).click();
  await page.getByRole("img", { name: t("second_step.qr") }).waitFor();
  const key = (await page.getByRole("code").innerText()).trim();
  if (name) await fit(visitor, `${name} key`);
  await page.getByLabel(t("identity.code"), { exact: true }).fill("000000");
  await page.getByRole("button", { name: t("second_step.turn_on"), exact: true }).click();
  await page.getByText(t("second_step.code_wrong")).waitFor();
  await youngInterval();
  await page.getByLabel(t("identity.code"), { exact: true }).fill(codeOf(key, -1));
  await page.getByRole("button", { name: t("second_step.turn_on"), exact: true }).click();
  await page.getByRole("heading", { name: t("second_step.codes_title") }).waitFor();
  const codes = await page.getByRole("listitem").getByRole("code").allInnerTexts();
  assert.equal(codes.length, 10);
  if (name) await fit(visitor, `${name} recovery codes`);
  return { key, codes };
}

async function giveCode({ page, t }, code) {
  await page.getByLabel(t("identity.code"), { exact: true }).fill(code);
  await page.getByRole("button", { name: t("auth.submit"), exact: true }).click();
}

async function toCode(visitor, person) {
  await visitor.page.goto("/login");
  await trySignIn(visitor, person.email, person.password);
  await visitor.page.getByRole("heading", { name: visitor.t("identity.code_title") }).waitFor();
}

for (const look of phoneAndDesktop(1)) {
  journey(house, "set-up, and signing in with a code that works once", look, async (visitor, visit) => {
    const { page, t, watch } = visitor;
    watch.expect(/status of 422/);
    const person = await hire(`careful-${look.size}`);
    await signIn(visitor, person);
    await open(page, "/profile");
    await page.getByRole("link", { name: t("second_step.begin"), exact: true }).click();
    await page.getByText(t("second_step.off_body")).waitFor();
    await fit(visitor, "second step off");
    const { key, codes } = await setUp(visitor, "second step");
    await page.getByRole("link", { name: t("second_step.codes_kept") }).click();
    await page.getByRole("link", { name: t("profile.second_step_manage"), exact: true }).waitFor();
    await page.goto("/second-step");
    await page.getByText(t("second_step.on_body", { n: 10 })).waitFor();
    await fit(visitor, "second step on");

    const other = await visit(look, {});
    other.watch.expect(/status of 422/);
    await youngInterval();
    await toCode(other, person);
    await fit(other, "code");
    const code = codeOf(key);
    await giveCode(other, code);
    await title(other.page).waitFor();

    const replay = await visit(look, {});
    replay.watch.expect(/status of 422/);
    await toCode(replay, person);
    await giveCode(replay, code);
    await replay.page.getByText(t("identity.code_wrong")).waitFor();
    await fit(replay, "code wrong");
    await giveCode(replay, codes[0].toUpperCase());
    await title(replay.page).waitFor();
    await replay.page.goto("/second-step");
    await replay.page.getByText(t("second_step.on_body", { n: 9 })).waitFor();
  });
}

const fresh = await House.open({ ready: false });

journey(fresh, "powerful accounts are guarded from the first day on", face("phone", "zh-CN", "light"), async (visitor) => {
  const { page, t } = visitor;
  visitor.watch.expect(/status of 422/);
  await page.goto(await fresh.server.setupLink());
  await makeAdmin(visitor, PEOPLE.admin);
  await makeOrganisation(visitor, ORGANISATION);
  await fit(visitor, "set-up with a second step");
  await startWith(visitor, "empty", { guarded: true });
  await page.getByText(t("second_step.held")).waitFor();
  await setUp(visitor);
  await open(page, "/");
});

for (const look of phoneAndDesktop(2)) {
  journey(house, "who has to have one is led to it first, without JavaScript", look, async (visitor, visit) => {
    const { page, t, watch } = visitor;
    watch.expect(/status of (401|422)/);
    watch.expect(/^request failed: \S+\/pkg\/\w+\/(rapport|parts)\.js csp /);
    const person = await hire(`held-${look.size}`);
    const admin = await visit(look, { as: "admin" });
    await open(admin.page, "/admin/sign-in");
    const auditor = admin.page.getByRole("checkbox", { name: t("choice.role.auditor") });
    await auditor.check();
    await shoot(admin.page, `second step required ${look.title}`, { fullPage: true });
    await admin.page.getByRole("button", { name: t("common.save"), exact: true }).first().click();
    await message(admin, t("sign_in.second_step_saved")).waitFor();

    await page.goto("/customers");
    await trySignIn(visitor, person.email, person.password);
    await page.getByText(t("second_step.held")).waitFor();
    await fit(visitor, "second step held", { scripts: false });

    // Whoever asks what they may do with a record is told that first.
    const asker = await visit(look, { as: "admin" });
    const number = (await make(asker, `孤雁仪器 ${look.size}`)).split("/").at(-1);
    await open(asker.page, "/admin/users");
    await asker.page.getByRole("button", { name: t("common.more_for", { name: person.name }), exact: true }).click();
    await asker.page.getByRole("menuitem", { name: t("view_as.why_open"), exact: true }).click();
    const why = asker.page.getByRole("dialog", { name: t("view_as.why_title", { name: person.name }) });
    await why.getByLabel(t("view_as.record"), { exact: true }).fill(number);
    await why.getByRole("button", { name: t("view_as.ask"), exact: true }).click();
    await why.getByText(t("view_as.second_step", { role: t("choice.role.auditor") })).waitFor();
    await shoot(asker.page, `second step why ${look.title}`);
    assert.deepEqual(await violations(asker.page), []);

    await page.goto("/customers");
    await page.getByText(t("second_step.held")).waitFor();
    await setUp(visitor);
    await page.goto("/customers");
    await title(page).filter({ hasText: t("list.title") }).waitFor();
    await page.goto("/second-step");
    await page.getByText(t("second_step.required")).waitFor();

    await auditor.uncheck();
    const saved = admin.page.waitForResponse(/require_second_step/);
    await admin.page.getByRole("button", { name: t("common.save"), exact: true }).first().click();
    await (await saved).finished();
    // Switched off again after the question who one is, if that was too long ago; here it was not.
    await page.goto("/second-step");
    await page.getByRole("button", { name: t("second_step.turn_off"), exact: true }).click();
    await page.getByText(t("second_step.off_body")).waitFor();
  }, { javaScriptEnabled: false });
}
