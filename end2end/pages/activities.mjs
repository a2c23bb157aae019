// What is put down about a record, what is planned, and what comes next.

/** Chooses what is put down: `call`, `visit`, `meeting` or `task`. */
export const log = ({ page, t }, kind) =>
  page.locator(".composer-kinds").getByRole("button", { name: t(`choice.activity.${kind}`), exact: true }).click();

/** A choice that is one press away. */
export const chip = ({ page }, label) =>
  page.getByRole("main").locator(".activity-form").getByRole("button", { name: label, exact: true });

/** The line of something that is planned. */
export const planned = ({ page }, name) =>
  page.locator(".planned").filter({ has: page.locator(".planned-title", { hasText: name }) });

/** The question what comes next. */
export const question = ({ page }, lead) => page.getByRole("region", { name: lead });
