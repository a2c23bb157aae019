// Ticked rows get another owner and tags together, and get back what they had.
import assert from "node:assert/strict";
import { violations } from "../lib/axe.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { faces } from "../lib/faces.mjs";
import { overflow } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { signIn } from "../pages/entry.mjs";
import { make, save, type } from "../pages/customer.mjs";
import { live, message, open } from "../pages/frame.mjs";
import { makeDeal } from "../pages/deals.mjs";
import { openList, row } from "../pages/list.mjs";

const house = await House.open();

/** A whole row of the list. */
const line = ({ page }, name) => page.locator("tr", { hasText: name });

/** Ticks rows: by their boxes, or where there are none by the keyboard. */
async function tick(visitor, names) {
  const { page, t, face } = visitor;
  for (const name of names) {
    if (face.size === "phone") {
      await row(visitor, name).focus();
      await page.keyboard.press("x");
    } else {
      await page.getByRole("checkbox", { name: t("list.select_row", { name }), exact: true }).click();
    }
  }
  await page.getByText(t("list.selected", { n: names.length }), { exact: true }).waitFor();
}

/** Chooses what to do with the ticked rows, in the bar or in its menu. */
async function choose({ page, t, face }, key) {
  if (face.size === "phone") {
    await page.locator("#bulk-menu-button").click();
    await page.getByRole("menuitem", { name: t(key), exact: true }).click();
  } else {
    await page.getByRole("button", { name: t(key), exact: true }).click();
  }
}

for (const look of faces(0)) {
  journey(house, "ticked rows get another owner and tags, and back", look, async (admin, visit) => {
    const { page, t } = admin;
    const heir = await house.hire(`苏晴${look.size}`, `heir-${look.size}`, "sales_rep");
    const names = [`青鸟贸易 ${look.size}`, `云雀科技 ${look.size}`];
    for (const name of names) await make(admin, name);

    await openList(admin, "sort=-created");
    await tick(admin, names);
    await shoot(page, `ticked ${look.title}`);
    assert.deepEqual(await overflow(page), []);
    await choose(admin, "bulk.assign");
    const dialog = page.getByRole("dialog", { name: t("bulk.assign_title"), exact: true });
    const send = dialog.locator(".dialog-foot").getByRole("button", { name: t("bulk.assign_send"), exact: true });
    await send.click();
    const field = dialog.getByRole("combobox", { name: t("bulk.owner") });
    await field.and(page.locator("[aria-invalid=true]")).waitFor();
    assert.deepEqual(await violations(page), []);
    await shoot(page, `change owner ${look.title}`);
    await field.fill(heir.name);
    await page.getByRole("option", { name: heir.name }).click();
    await send.click();
    await message(admin, t("toast.assigned", { n: 2, name: heir.name })).waitFor();
    await page.locator(".bulk-bar").waitFor({ state: "hidden" });
    for (const name of names) await line(admin, name).getByText(heir.name).first().waitFor({ state: "attached" });
    await shoot(page, `owner changed ${look.title}`);

    // The colleague sees them at once, and no more once it was taken back.
    const theirs = await visit(look, {});
    await signIn(theirs, heir);
    await openList(theirs, "filter=mine");
    for (const name of names) await row(theirs, name).waitFor();
    await page.getByRole("button", { name: t("common.undo"), exact: true }).click();
    await line(admin, names[0]).getByText(heir.name).first().waitFor({ state: "detached" });
    await open(theirs.page, "/customers?filter=mine");
    await live(theirs.page);
    for (const name of names) assert.equal(await row(theirs, name).count(), 0);

    // Tags: typed ones, a comma ends one.
    await tick(admin, names);
    await choose(admin, "bulk.tag");
    const tags = page.getByRole("dialog", { name: t("bulk.tag_title"), exact: true });
    const typed = tags.getByRole("combobox", { name: t("customer.tags") });
    const tag = `展会${look.size}`;
    await typed.fill(tag);
    await page.getByRole("option", { name: `${t("customer.tag_add")}: ${tag}` }).click();
    await shoot(page, `add tags ${look.title}`);
    assert.deepEqual(await violations(page), []);
    await tags.locator(".dialog-foot").getByRole("button", { name: t("bulk.tag_send"), exact: true }).click();
    await message(admin, t("toast.tagged", { n: 2 })).waitFor();
    await openList(admin, `tag=${encodeURIComponent(tag)}`);
    for (const name of names) await row(admin, name).waitFor();

    // Persons have owners and no tags.
    if (look.size !== "desktop") return;
    await open(page, "/people/new");
    await type(admin, "field.person.full_name", "何小雨");
    await save(admin, "何小雨");
    await openList(admin, "tab=people");
    await tick(admin, ["何小雨"]);
    assert.equal(await page.getByRole("button", { name: t("bulk.tag"), exact: true }).count(), 0);
    await choose(admin, "bulk.assign");
    await field.fill(heir.name);
    await page.getByRole("option", { name: heir.name }).click();
    await send.click();
    await message(admin, t("toast.assigned", { n: 1, name: heir.name })).waitFor();
  }, { as: "admin" });
}

for (const look of faces(1).filter(({ size }) => size !== "phone")) {
  journey(house, "ticked deals get another owner or go into the bin, and back", look, async (admin) => {
    const { page, t } = admin;
    const heir = await house.hire(`林岚${look.size}`, `deals-heir-${look.size}`, "sales_rep");
    const names = [`续约甲 ${look.size}`, `续约乙 ${look.size}`];
    for (const name of names) await makeDeal(admin, { name });
    await open(page, "/deals?sort=created");
    await live(page);
    await tick(admin, names);
    await shoot(page, `ticked deals ${look.title}`);
    assert.deepEqual(await overflow(page), []);
    assert.deepEqual(await violations(page), []);
    await choose(admin, "bulk.assign");
    const dialog = page.getByRole("dialog", { name: t("bulk.assign_title"), exact: true });
    await dialog.getByRole("combobox", { name: t("bulk.owner") }).fill(heir.name);
    await page.getByRole("option", { name: heir.name }).click();
    await dialog.locator(".dialog-foot").getByRole("button", { name: t("bulk.assign_send"), exact: true }).click();
    await message(admin, t("toast.assigned", { n: 2, name: heir.name })).waitFor();
    for (const name of names) await line(admin, name).getByText(heir.name).first().waitFor({ state: "attached" });
    await page.getByRole("button", { name: t("common.undo"), exact: true }).click();
    for (const name of names) {
      await line(admin, name).getByText(heir.name).first().waitFor({ state: "detached" });
    }

    await tick(admin, names);
    await page.locator(".bulk-bar").getByRole("button", { name: t("bulk.delete"), exact: true }).click();
    await message(admin, t("toast.deleted_many_deals", { n: 2 })).waitFor();
    for (const name of names) await line(admin, name).waitFor({ state: "detached" });
    await page.getByRole("button", { name: t("common.undo"), exact: true }).last().click();
    for (const name of names) await line(admin, name).waitFor();
  }, { as: "admin" });
}
