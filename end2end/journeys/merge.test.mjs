// Two customers that are the same become one, and are parted again: from the message and from the timeline.
import assert from "node:assert/strict";
import { violations } from "../lib/axe.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { face, phoneAndDesktop } from "../lib/faces.mjs";
import { overflow } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { signIn } from "../pages/entry.mjs";
import { change, pane, save, type, writeNote } from "../pages/customer.mjs";
import { live, message, open, title } from "../pages/frame.mjs";
import { openList, row } from "../pages/list.mjs";

const house = await House.open();
const PASSWORD = "four green boats at noon";
const PHONE = "13911112222";

/** Makes a customer with what is typed; answers with its address. */
async function made(visitor, name, fields) {
  await open(visitor.page, "/customers/new");
  await type(visitor, "field.account.name", name);
  for (const [key, text] of Object.entries(fields)) await type(visitor, key, text);
  await save(visitor, name);
  await live(visitor.page);
  return new URL(visitor.page.url()).pathname;
}

/** Ticks the rows of both and has them merged. */
async function tick(visitor, names) {
  const { page, t } = visitor;
  await openList(visitor, "sort=-created");
  for (const name of names) await page.getByRole("checkbox", { name: t("list.select_row", { name }), exact: true }).click();
}

/** Opens the screen of the merge: from the list, on phones from the menu of one with a search for the other. */
async function beside(visitor, one, other) {
  const { page, t, face: look } = visitor;
  if (look.size === "phone") {
    await open(page, one.address);
    await page.getByRole("button", { name: t("common.more"), exact: true }).last().click();
    await page.getByRole("menuitem", { name: t("merge.open"), exact: true }).click();
    await page.waitForURL(/\/customers\/merge\?/);
    await page.getByRole("combobox", { name: t("merge.with"), exact: true }).fill(other.number);
    await page.getByRole("option", { name: new RegExp(other.name) }).first().click();
  } else {
    const merge = page.getByRole("button", { name: t("bulk.merge"), exact: true });
    await tick(visitor, [one.name]);
    assert.equal(await merge.getAttribute("aria-disabled"), "true", "one alone is not merged");
    await page.getByRole("checkbox", { name: t("list.select_row", { name: other.name }), exact: true }).click();
    await shoot(page, `merge ticked ${look.title}`);
    await merge.click();
    await page.waitForURL(/\/customers\/merge\?/);
  }
  await live(page);
  await rowOf(visitor, t("field.account.name")).waitFor();
}

/** The row of a field on the screen of the merge. */
const rowOf = ({ page }, label) => page.getByRole("radiogroup", { name: label, exact: true });

for (const look of phoneAndDesktop(1)) {
  journey(house, "two customers become one and are parted again", look, async (admin, visit) => {
    const { page, t } = admin;
    const [first, second] = [`白鹭仪器 ${look.size}`, `白鹭仪器有限公司 ${look.size}`];
    const one = await made(admin, first, { "field.account.phone": PHONE });
    const two = await made(admin, second, { "field.account.phone": "13933334444", "field.account.email": "hi@egret.example" });
    const [kept, other] = [one, two].map((address) => address.split("/").at(-1));
    await writeNote(admin, "展会上认识");

    // Two are looked at beside each other.
    await beside(admin, { address: two, name: second }, { number: kept, name: first });
    const names = rowOf(admin, t("field.account.name"));
    assert.ok(await names.getByRole("radio", { name: new RegExp(second) }).isChecked(), "the newest is proposed");
    await page.getByText(t("merge.moves", { number: kept, what: "" }).trim(), { exact: false }).waitFor();
    await shoot(page, `merge ${look.title}`, { fullPage: true });
    for (const wide of look.size === "desktop" ? [face("tablet", look.lang, look.theme)] : []) {
      await page.setViewportSize(wide.viewport);
      await shoot(page, `merge tablet ${look.title}`, { fullPage: true });
      await page.setViewportSize(look.viewport);
    }
    assert.deepEqual(await overflow(page), []);
    assert.deepEqual(await violations(page), []);
    // By the keyboard: an arrow chooses the other value. One address stays behind.
    await names.getByRole("radio", { checked: true }).focus();
    await page.keyboard.press("ArrowUp");
    assert.ok(await names.getByRole("radio", { name: new RegExp(`^${first}`) }).isChecked());
    await page.getByRole("checkbox", { name: /hi@egret\.example/ }).uncheck();

    // Somebody changes one of them meanwhile: what was chosen stays.
    admin.watch.expect(/status of 409/);
    const colleague = await visit(look, { as: "admin" });
    await open(colleague.page, two);
    await pane(colleague, "customer.profile");
    await change(colleague, t("field.account.value"), "5000");
    const send = page.getByRole("button", { name: t("merge.action", { n: 2 }), exact: true });
    await send.click();
    await page.getByText(t("merge.changed")).waitFor();
    await rowOf(admin, t("field.account.value")).waitFor();
    assert.ok(await names.getByRole("radio", { name: new RegExp(`^${first}`) }).isChecked());
    await shoot(page, `merge changed ${look.title}`);
    await send.click();
    await title(page).filter({ hasText: first }).waitFor();
    await message(admin, t("toast.merged", { name: first })).waitFor();
    await shoot(page, `merged ${look.title}`);
    await page.getByRole("button", { name: t("common.undo"), exact: true }).click();
    await message(admin, t("toast.split")).waitFor();
    await pane(admin, "customer.timeline");
    await page.getByText(t("timeline.split", { numbers: other, who: "林晓" })).first().waitFor();
    await openList(admin);
    await row(admin, second).waitFor();

    // Again, and parted on the timeline; until then the old number leads to what is there.
    await beside(admin, { address: two, name: second }, { number: kept, name: first });
    await send.click();
    await message(admin, t("toast.merged", { name: first })).waitFor();
    assert.ok((await (await page.request.get(two)).text()).includes(first), "the old number leads to what is there");
    await open(page, one);
    await pane(admin, "customer.timeline");
    await page.getByText(t("timeline.merged", { numbers: other, who: "林晓" })).first().waitFor();
    await page.getByText("展会上认识").waitFor();
    await shoot(page, `merged timeline ${look.title}`);
    await page.getByRole("button", { name: t("timeline.split_again"), exact: true }).click();
    await page.getByText(t("timeline.split", { numbers: other, who: "林晓" })).nth(1).waitFor();
    await page.getByRole("button", { name: t("timeline.split_again"), exact: true }).waitFor({ state: "detached" });
    await open(page, two);
    await title(page).filter({ hasText: second }).waitFor();

    // Whoever may not merge is not offered it.
    const person = { name: `销售${look.size}`, email: `merge-${look.size}@rapport.example`, password: PASSWORD };
    await house.server.command("user add", ["--name", person.name, "--email", person.email, "--role", "sales_rep"], PASSWORD);
    const rep = await visit(look, {});
    await signIn(rep, person);
    const mine = [`苍鹭 ${look.size}`, `苍鹭仪器 ${look.size}`];
    for (const name of mine) await made(rep, name, {});
    await rep.page.getByRole("button", { name: t("common.more"), exact: true }).last().click();
    await rep.page.getByRole("menuitem", { name: t("customer.delete"), exact: true }).waitFor();
    assert.equal(await rep.page.getByRole("menuitem", { name: t("merge.open"), exact: true }).count(), 0);
    if (look.size === "phone") return;
    await tick(rep, mine);
    await rep.page.getByRole("button", { name: t("bulk.delete"), exact: true }).waitFor();
    assert.equal(await rep.page.getByRole("button", { name: t("bulk.merge"), exact: true }).count(), 0);
  }, { as: "admin" });
}
