// Before one is in: the set-up link and signing in. These pages need no script.
import { live } from "./frame.mjs";

/** Step 1 of the set-up: the administrator. */
export async function makeAdmin({ page, t }, person) {
  await page.getByLabel(t("setup.name"), { exact: true }).fill(person.name);
  await page.getByLabel(t("setup.email"), { exact: true }).fill(person.email);
  await page.getByLabel(t("setup.password"), { exact: true }).fill(person.password);
  await page.getByLabel(t("setup.password_again"), { exact: true }).fill(person.password);
  await page.getByRole("button", { name: t("setup.create") }).click();
  await page.getByRole("heading", { name: t("setup.organisation_heading") }).waitFor();
}

/** Step 2: the organisation. */
export async function makeOrganisation({ page, t }, organisation) {
  await page.getByLabel(t("organisation.name_zh"), { exact: true }).fill(organisation.zh);
  await page.getByLabel(t("organisation.name_en"), { exact: true }).fill(organisation.en);
  await page.getByLabel(t("organisation.lang"), { exact: true }).selectOption({ label: t("choice.lang.zh-CN") });
  await page.getByLabel(t("organisation.currency"), { exact: true }).selectOption({ label: t("choice.currency.cny") });
  await page.getByLabel(t("organisation.time_zone"), { exact: true }).selectOption({ label: "Asia/Shanghai" });
  await page.getByLabel(t("organisation.region"), { exact: true }).selectOption({ label: t("choice.region.cn") });
  await page.getByRole("button", { name: t("setup.continue") }).click();
  await page.getByRole("heading", { name: t("setup.data_heading") }).waitFor();
}

/** Step 3: where to start; without `guarded`, nobody needs a second step. */
export async function startWith({ page, t }, choice, { guarded = false } = {}) {
  const box = page.getByRole("checkbox", { name: t("setup.second_step") });
  if (!guarded) await box.uncheck();
  await page.getByRole("radio", { name: t(`setup.data_${choice}`) }).check();
  await page.getByRole("button", { name: t("setup.open") }).click();
}

/** The whole set-up, ending on an empty Home. */
export async function setUp(visitor, link, person, organisation) {
  await visitor.page.goto(link);
  await makeAdmin(visitor, person);
  await makeOrganisation(visitor, organisation);
  await startWith(visitor, "empty");
  await live(visitor.page);
}

/** Fills the sign-in form and sends it. */
export async function trySignIn({ page, t }, email, password) {
  await page.getByLabel(t("auth.email"), { exact: true }).fill(email);
  await page.getByLabel(t("auth.password"), { exact: true }).fill(password);
  await page.getByRole("button", { name: t("auth.submit"), exact: true }).click();
}

/** Signs in from the sign-in page on. */
export async function signIn(visitor, person) {
  await visitor.page.goto("/login");
  await trySignIn(visitor, person.email, person.password);
  await live(visitor.page);
}
