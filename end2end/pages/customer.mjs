// The page of a customer or person, and the forms that make them.
import { escaped } from "./list.mjs";
import { live, open, title } from "./frame.mjs";

/** Opens a pane of the page. Wide windows show all of them. */
export async function pane({ page, t, face }, key) {
  if (face.size === "desktop") return;
  const tab = page.getByRole("main").getByRole("link", { name: new RegExp(`^${escaped(t(key))}(\\s|$)`) });
  await tab.first().click();
}

/** The button that starts editing a field. */
export const pencil = ({ page, t }, label) =>
  page.getByRole("button", { name: `${t("common.edit")}: ${label}`, exact: true });

/** Puts a field into its editing state; answers with the control. */
export async function edit(visitor, label) {
  const control = visitor.page.getByRole("main").getByRole("textbox", { name: label, exact: true });
  // On a page that has just come a click may meet a row that is being drawn; people press again.
  for (let tries = 0; tries < 3; tries += 1) {
    await pencil(visitor, label).click();
    const shown = await control.waitFor({ timeout: 3_000 }).then(() => true, () => false);
    if (shown) return control;
  }
  throw new Error(`the field ${label} does not open`);
}

/** The server's answer to the next change of a field. The page shows a change before it is stored. */
export const stored = ({ page }) =>
  page.waitForResponse((answer) => /\/api\/edit_(account|person)/.test(answer.url()) && answer.ok());

/** Changes a field where it stands, and waits until it shows and is stored. */
export async function change(visitor, label, text) {
  const control = await edit(visitor, label);
  await control.fill(text);
  await Promise.all([stored(visitor), control.press("Enter")]);
  await pencil(visitor, label).waitFor();
}

/** The row of a field, with its label, value and whatever the field says. */
export const field = (visitor, label) =>
  visitor.page
    .getByRole("main")
    .locator("*")
    .filter({ has: pencil(visitor, label) })
    .last();

/** Waits until a field at rest shows this text. */
export async function shows(visitor, label, text) {
  await field(visitor, label).locator("..").getByText(text, { exact: true }).first().waitFor();
}

/** Opens the form for a new customer by the ways people have. */
export async function newCustomer({ page, t, face }) {
  if (face.size === "phone") {
    await page.getByRole("button", { name: t("nav.new"), exact: true }).click();
    await page.getByRole("menuitem", { name: t("customer.new_company") }).click();
  } else {
    await page.getByRole("main").getByRole("link", { name: t("customer.new_company") }).first().click();
  }
  await page.waitForURL(/\/customers\/new/);
}

/** Types into a field of the form. */
export const type = ({ page, t }, key, text) => page.getByLabel(t(key), { exact: true }).fill(text);

/** Saves the form and waits for the new page. */
export async function save({ page, t }, name) {
  await page.getByRole("button", { name: new RegExp(`^${escaped(t("common.save"))}$`) }).first().click();
  await page.waitForURL(/\/(customers|people)\/[CP]-\d+/);
  await title(page).filter({ hasText: name }).waitFor();
}

/** Makes a customer with nothing but a name; answers with its address. */
export async function make(visitor, name) {
  await open(visitor.page, "/customers/new");
  await type(visitor, "field.account.name", name);
  await save(visitor, name);
  await live(visitor.page);
  return new URL(visitor.page.url()).pathname;
}

/** Makes a person with nothing but a name; answers with its address. */
export async function makePerson(visitor, name) {
  await open(visitor.page, "/people/new");
  await type(visitor, "field.person.full_name", name);
  await save(visitor, name);
  await live(visitor.page);
  return new URL(visitor.page.url()).pathname;
}

/** Writes a note on the page that is open. */
export async function writeNote(visitor, text) {
  const { page, t } = visitor;
  await pane(visitor, "customer.timeline");
  await page.getByLabel(t("note.new")).fill(text);
  await page.getByRole("button", { name: t("note.add") }).click();
  await page.getByRole("listitem").filter({ hasText: text }).first().waitFor();
}
