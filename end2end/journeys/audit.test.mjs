// The audit log: an administrator narrows it, looks at one line, and takes it out; others are refused.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { violations } from "../lib/axe.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { phoneAndDesktop } from "../lib/faces.mjs";
import { overflow } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { parse } from "../fixtures/csv.mjs";
import { signIn } from "../pages/entry.mjs";
import { make } from "../pages/customer.mjs";
import { live, open } from "../pages/frame.mjs";

const house = await House.open();

/** An auditor reads how the house is set up, and is shown no way to change it. */
async function looksAround({ page, t, face }) {
  for (const [key, path] of [["users", "users"], ["roles", "roles"], ["structure", "structure"], ["shares", "shares"], ["system", "status"]]) {
    await page.getByRole("navigation", { name: t("admin.title") }).getByRole("link", { name: t(`nav.${key}`), exact: true }).click();
    await page.waitForURL(new RegExp(`/admin/${path}$`));
    await page.locator(".settings-body :is(.entry, .status-list, .empty-title)").first().waitFor();
    await shoot(page, `auditor ${path} ${face.title}`, { fullPage: true });
    const ways = page.locator(".settings-body .menu-button, .settings-body .entry > .btn, .page-actions .btn-primary, .card-head .btn");
    assert.equal(await ways.count(), 0, path);
    assert.deepEqual(await violations(page), []);
  }
  for (const hidden of ["nav.organisation", "nav.sign_in"]) {
    assert.equal(await page.getByRole("link", { name: t(hidden), exact: true }).count(), 0, hidden);
  }
  await open(page, "/admin/roles?role=sales_rep");
  await page.getByRole("heading", { name: t("choice.role.sales_rep"), exact: true }).waitFor();
  for (const action of ["role.copy", "role.view_as", "role.review"]) {
    assert.equal(await page.getByRole("button", { name: t(action) }).or(page.getByRole("link", { name: t(action) })).count(), 0, action);
  }
  await shoot(page, `auditor role ${face.title}`, { fullPage: true });
}

for (const look of phoneAndDesktop(1)) {
  journey(house, "the audit log tells who did what", look, async (admin, visit) => {
    const { page, t } = admin;
    const name = `=青鸟仪器 ${look.size}`;
    const number = (await make(admin, name)).split("/").at(-1);

    await open(page, "/admin/audit");
    await shoot(page, `audit log ${look.title}`, { fullPage: true });
    assert.deepEqual(await violations(page), []);
    await page.getByText(t("audit.filters"), { exact: true }).click();
    await page.getByLabel(t("audit.record"), { exact: true }).fill(number);
    await page.getByLabel(t("audit.event"), { exact: true }).selectOption("created");
    await page.getByRole("button", { name: t("audit.show"), exact: true }).click();
    await page.waitForURL(/event=created&record=C-/);
    const line = page.getByRole("row").filter({ hasText: `${number} ${name}` });
    await line.first().waitFor();
    assert.equal(await line.count(), 1);
    await shoot(page, `audit log filtered ${look.title}`);
    assert.deepEqual(await overflow(page), []);

    await line.getByRole("button").click();
    const dialog = page.getByRole("dialog", { name: t("audit.line_title") });
    await dialog.getByText(t("field.account.name"), { exact: true }).waitFor();
    await dialog.locator("ins", { hasText: name }).waitFor();
    await dialog.getByText(t("audit.browser"), { exact: true }).waitFor();
    await shoot(page, `audit line ${look.title}`);
    assert.deepEqual(await violations(page), []);
    await dialog.getByRole("button", { name: t("common.close"), exact: true }).last().click();

    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: t("audit.export"), exact: true }).click(),
    ]);
    const [headings, ...rows] = parse((await readFile(await file.path())).toString("utf8").replace(/^\ufeff/, ""));
    assert.ok(headings.includes(t("audit.before")));
    assert.ok(rows.some((cells) => cells.includes(`'${name}`)), "what a spreadsheet would run is guarded");
    await open(page, "/admin/audit?event=exported");
    await page.getByRole("row").filter({ hasText: `record=${number}` }).first().waitFor();

    await page.getByRole("link", { name: t("audit.clear"), exact: true }).click();
    await page.waitForURL(/\/admin\/audit$/);

    // An auditor reads it; a rep does not.
    const people = [["auditor", 200], ["sales_rep", 403]];
    for (const [role, status] of people) {
      const who = { email: `${role}-${look.size}@rapport.example`, password: "four green boats at noon" };
      await house.server.command("user add", ["--role", role, "--email", who.email], who.password);
      const visitor = await visit(look, {});
      if (status === 403) visitor.watch.expect(/status of 403/);
      await signIn(visitor, who);
      const answer = await visitor.page.goto("/admin/audit");
      assert.equal(answer.status(), status, role);
      if (status === 200) {
        await live(visitor.page);
        await visitor.page.getByRole("row").nth(1).waitFor();
        await looksAround(visitor);
      } else {
        await visitor.page.getByRole("heading", { name: t("page.denied_title") }).waitFor();
        const refused = await visitor.page.request.get("/export/audit");
        assert.equal(refused.status(), 403);
      }
    }
  }, { as: "admin" });
}
