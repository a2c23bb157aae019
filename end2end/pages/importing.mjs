// The import wizard.
import { live, open } from "./frame.mjs";

/** Hands a file in; ends on the step of the columns. `file` is a path, or `{ name, mimeType, buffer }`. */
export async function upload({ page, t }, file) {
  await open(page, "/import");
  await page.getByLabel(t("import.upload_heading")).setInputFiles(file);
  await page.waitForURL(/\/import\/I-\d+\?step=map/, { timeout: 30_000 });
  await page.getByRole("heading", { name: t("import.map_heading") }).waitFor();
}

/** One step further. */
export async function next({ page, t }, heading) {
  await page.getByRole("button", { name: t("common.next"), exact: true })
    .or(page.getByRole("main").getByRole("link", { name: t("common.next"), exact: true }))
    .click();
  await page.getByRole("heading", { name: t(heading) }).first().waitFor({ timeout: 60_000 });
}

/** The number on the tile with this wording. */
export async function tile({ page, t }, key) {
  const face = page.getByRole("main").getByText(t(key), { exact: true }).first().locator("xpath=ancestor-or-self::*[b or .//b][1]");
  return Number((await face.locator("b").first().innerText()).replaceAll(",", ""));
}

/** From the columns to the result. `mode` says what happens to rows that are there already. */
export async function run(visitor, mode, { onCheck } = {}) {
  const { page, t } = visitor;
  await next(visitor, "import.check_heading");
  await onCheck?.();
  await next(visitor, "import.duplicates_heading");
  await page.getByRole("radio", { name: t(`choice.on_duplicate.${mode}`) }).check();
  await next(visitor, "import.run_heading");
  await page.getByRole("button", { name: t("import.run_start") }).click();
  await finished(visitor);
}

/** Waits for the result of a run. */
export async function finished({ page, t }) {
  await page.getByText(t.part("import.result_in")).waitFor({ timeout: 90_000 });
}

/** What became of the rows. */
export async function counts(visitor) {
  const of = (result) => tile(visitor, `choice.row_result.${result}`);
  return {
    created: await of("created"),
    updated: await of("updated"),
    unchanged: await of("unchanged"),
    refused: await of("refused"),
  };
}

/** Takes the import on show back. */
export async function undo({ page, t }) {
  await page.getByRole("button", { name: t("import.undo"), exact: true }).click();
  await page.getByRole("button", { name: t("import.undo_action"), exact: true }).last().click();
  await page.getByText(t.part("import.undone_at")).waitFor({ timeout: 60_000 });
  await live(page);
}
