// Accessibility by axe-core: the rules of WCAG 2.2 AA and its best practices, no exception list.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds wrong on the page as it is now, a line for each element. */
export async function violations(page) {
  // Evaluated by the browser's debugger, so that the page's policy stays as it is.
  await page.evaluate(SOURCE);
  const found = await page.evaluate(async (tags) => {
    const { violations } = await globalThis.axe.run(document, {
      runOnly: { type: "tag", values: tags },
      resultTypes: ["violations"],
    });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, any, all, none }) => {
        const why = [...any, ...all, ...none].map(({ message }) => message)[0] ?? "";
        return `${id}: ${help}: ${target.join(" ")}: ${why}`;
      }),
    );
  }, RULES);
  return found;
}
