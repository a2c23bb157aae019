// The list of customers and people.
import { open } from "./frame.mjs";

export const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Opens a list; `query` as it stands in the address. */
export async function openList({ page }, query = "") {
  await open(page, query ? `/customers?${query}` : "/customers");
}

/** The search box of the list that is open. */
export const searchBox = ({ page, t }) =>
  page
    .getByRole("main")
    .getByRole("searchbox", { name: new RegExp(`^(${escaped(t("list.search_label"))}|${escaped(t("list.search_people_label"))})$`) });

/** Types into the search box and waits until the address says so. */
export async function search(visitor, text) {
  await searchBox(visitor).fill(text);
  await visitor.page.waitForURL((url) => url.searchParams.get("q") === (text === "" ? null : text));
}

/** The row of a record, by its name: the link that opens it. */
export const row = ({ page }, name) =>
  page.getByRole("main").getByRole("link", { name: new RegExp(`^${escaped(name)}(\\s|$)`) });

/** The number of rows as the list tells it, once it tells `n`. */
export async function countIs({ page, t }, key, n) {
  await page.getByRole("main").getByText(t(key, { n }), { exact: true }).waitFor();
}

/** The links of the rows on show. */
export const rowLinks = ({ page }) => page.getByRole("main").locator("a[data-row]");

/** The names in the list that is open, letter by letter as the page holds them. */
export const namesOnShow = (visitor) =>
  rowLinks(visitor)
    .locator(".cell-title")
    .evaluateAll((names) => names.map((name) => name.textContent));
