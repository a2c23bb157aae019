// The board of a pipeline, the form for a new deal, and the page of one.
import { live, open } from "./frame.mjs";
import { escaped } from "./list.mjs";

/** The column of a stage. */
export const column = ({ page }, stage) =>
  page.locator(".board-column").filter({ has: page.locator(".board-title", { hasText: stage }) });

/** The card of a deal, wherever it is. */
export const card = ({ page }, name) =>
  page.locator(".deal-card").filter({ has: page.locator(".deal-name", { hasText: name }) });

/** Opens the board. */
export async function openBoard({ page }, query = "") {
  await open(page, `/pipeline${query ? `?${query}` : ""}`);
  await live(page);
}

/** Makes a deal with the form at `path`, or with the one that is open; `fields` are keys of the catalogue with what is typed. Answers with its address. */
export async function makeDeal({ page, t }, fields, path = "/deals/new") {
  if (path) {
    await open(page, path);
    await live(page);
  }
  for (const [field, text] of Object.entries(fields)) {
    await page.getByLabel(t(`field.opportunity.${field}`), { exact: true }).fill(text);
  }
  await page.getByRole("button", { name: new RegExp(`^${escaped(t("common.save"))}$`) }).first().click();
  await page.waitForURL(/\/deals\/D-\d+/);
  await live(page);
  return new URL(page.url()).pathname;
}

/** The figures above a column, as they stand there. */
export const figures = (visitor, stage) => column(visitor, stage).locator(".board-head");

/** The names of the cards of a column, from the top. */
export const names = (visitor, stage) => column(visitor, stage).locator(".deal-name").allTextContents();

/** The menu of a card. */
export async function openMenu(visitor, name) {
  const { page, t } = visitor;
  await card(visitor, name).getByRole("button", { name: t("common.more_for", { name }), exact: true }).click();
  return page.getByRole("dialog", { name, exact: true });
}
