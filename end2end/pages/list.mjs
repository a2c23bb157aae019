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

/** The names in the list that is open, letter by letter as the page holds them. */
export function namesOnShow({ page, face }) {
  const main = page.getByRole("main");
  const phone = face.size === "phone";
  const rows = phone ? main.getByRole("listitem").getByRole("link") : main.getByRole("rowheader").getByRole("link");
  return rows.evaluateAll((links, phone) => {
    /** In tables the name stands first beside the picture, with a second line below it. */
    const nameOf = (link) => {
      const texts = [...link.querySelectorAll("*")].filter((element) => element.children.length === 0 && !element.closest("[aria-hidden]"));
      return texts[0]?.textContent ?? "";
    };
    return links.map((link) => (phone ? link.textContent : nameOf(link)));
  }, phone);
}
