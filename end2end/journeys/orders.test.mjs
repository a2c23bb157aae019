// An order from a won deal to delivered: the form, the page with its lines, the customer's totals, the list, and the way back.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { violations } from "../lib/axe.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { faces } from "../lib/faces.mjs";
import { overflow } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { signIn } from "../pages/entry.mjs";
import { make, pane } from "../pages/customer.mjs";
import { makeDeal } from "../pages/deals.mjs";
import { live, open, title } from "../pages/frame.mjs";
import { escaped } from "../pages/list.mjs";
import { fixture } from "../fixtures/files.mjs";

const house = await House.open({ files: [fixture("customers_gb18030.csv")] });

/** The stage that a new house calls a won deal by. */
const WON = { en: "Won", "zh-CN": "赢单" };

async function looksGood({ page, face: look }, name) {
  await shoot(page, `${name} ${look.title}`);
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(await overflow(page), []);
}

const exactly = (text) => new RegExp(`^${escaped(text)}$`);

for (const look of faces(1)) {
  journey(house, "an order is made from a won deal, delivered, taken off and put back", look, async (admin, visit) => {
    const rep = await house.hire(`王芳${look.size}`, `orders-${look.size}`, "sales_manager");
    const visitor = await visit(look, {});
    await signIn(visitor, rep);
    const { page, t } = visitor;
    const answer = (name) =>
      page.waitForResponse((answer) => answer.url().includes(`/api/${name}`) && answer.ok());

    // What is sold.
    const product = `测厚仪 ${look.size}`;
    await open(page, "/products");
    await live(page);
    await page.getByRole("button", { name: t("product.new"), exact: true }).first().click();
    const asking = page.getByRole("dialog");
    await asking.getByLabel(t("field.product.code"), { exact: true }).fill(`LT-${look.size}`);
    await asking.getByLabel(t("field.product.name"), { exact: true }).fill(product);
    await asking.getByLabel(t("field.product.price"), { exact: true }).fill("5,000");
    await asking.getByRole("button", { name: t("common.save"), exact: true }).click();
    await page.getByText(product).first().waitFor();

    // A customer without an order, and a deal that is won.
    const customer = `近邻仪器 ${look.size}`;
    await make(visitor, customer);
    await pane(visitor, "customer.related");
    await page.locator("#orders").getByText(t("order.none_here")).waitFor();
    const customerAt = new URL(page.url()).pathname;
    const number = customerAt.split("/").pop();
    await makeDeal(visitor, { name: `续约 ${look.size}`, value: "10,000" }, `/deals/new?account=${number}`);
    await pane(visitor, "customer.related");
    assert.equal(await page.getByRole("link", { name: t("order.make") }).count(), 0, "it is not won yet");
    const products = page.locator(".section").filter({ has: page.locator("#products") });
    await products.getByRole("button", { name: t("common.edit"), exact: true }).click();
    await products.getByRole("combobox").first().fill(product);
    await page.getByRole("option", { name: new RegExp(escaped(product)) }).first().click();
    await Promise.all([
      answer("set_opportunity_lines"),
      products.getByRole("button", { name: t("common.save"), exact: true }).click(),
    ]);
    await page.locator(".stage-step").filter({ hasText: WON[look.lang] }).getByRole("button").click();
    const why = page.getByRole("dialog", { name: `续约 ${look.size}`, exact: true });
    await why.getByLabel(t("field.opportunity.close_reason"), { exact: true }).selectOption("product");
    await Promise.all([
      answer("move_opportunity"),
      why.getByRole("button", { name: t("deal.win"), exact: true }).click(),
    ]);

    // The form has what the deal says.
    await page.getByRole("link", { name: t("order.make") }).click();
    await page.waitForURL(/\/orders\/new\?deal=D-/);
    await live(page);
    await page.locator(".form").getByText(`续约 ${look.size}`).waitFor();
    await looksGood(visitor, "new order");
    await page.getByRole("button", { name: exactly(t("common.save")) }).first().click();
    await page.waitForURL(/\/orders\/O-\d+/);
    await live(page);
    await title(page).filter({ hasText: /^O-\d+$/ }).waitFor();
    const orderAt = new URL(page.url()).pathname;
    await page.locator(".order-marks").getByText("¥5,000").waitFor();
    await page.locator("#order-lines").getByText(product).waitFor();
    await looksGood(visitor, "order");

    // More pieces, and on its way: the total follows.
    const lines = page.locator(".section").filter({ has: page.locator("#order-lines") });
    await lines.getByRole("button", { name: t("common.edit"), exact: true }).click();
    await lines.getByLabel(t("deal.quantity"), { exact: true }).fill("3");
    await looksGood(visitor, "order lines");
    await Promise.all([
      answer("set_order_lines"),
      lines.getByRole("button", { name: t("common.save"), exact: true }).click(),
    ]);
    await page.locator(".order-marks").getByText("¥15,000").waitFor();
    const step = (status) =>
      page.locator(".stage-step").filter({ hasText: t(`choice.order_status.${status}`) }).getByRole("button");
    await Promise.all([answer("edit_order"), step("delivered").click()]);
    await page.locator(".stage-step[aria-current]").filter({ hasText: t("choice.order_status.delivered") }).waitFor();

    // The customer's page adds it up.
    await open(page, `${customerAt}?show=related`);
    await live(page);
    const section = page.locator(".section").filter({ has: page.locator("#orders") });
    await section.getByText("¥15,000").first().waitFor();
    await section.getByText(t("order.spent")).waitFor();
    await section.getByText(`3 × ${product}`).waitFor();
    await looksGood(visitor, "orders of a customer");

    // The list, and of this customer alone.
    await open(page, "/orders");
    await live(page);
    await page.getByRole("row").filter({ hasText: customer }).first().waitFor();
    await looksGood(visitor, "orders");
    // It goes out as a file, with a row for each line.
    const out = page.getByRole("main").getByRole("button", { name: t("list.export"), exact: true });
    if (look.size === "phone") {
      await page.getByRole("main").getByRole("button", { name: t("common.more"), exact: true }).first().click();
    }
    await out.or(page.getByRole("menuitem", { name: t("list.export"), exact: true })).first().click();
    const sheet = page.getByRole("dialog", { name: t("export.heading_all") });
    await sheet.getByRole("radio", { name: t("choice.export_format.csv") }).check();
    await looksGood(visitor, "export of orders");
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      sheet.getByRole("button", { name: t("export.start"), exact: true }).click(),
    ]);
    const rows = (await readFile(await file.path(), "utf8")).trim().split(/\r?\n/);
    assert.ok(rows.some((row) => row.includes(customer) && row.includes(product) && row.includes("15000")), rows.join("\n"));
    await open(page, `/orders?account=${number}`);
    await live(page);
    await page.locator(".order-of").getByText(t("order.average")).waitFor();
    await looksGood(visitor, "orders of one");

    // Taken off, nothing of it counts; the way back brings it whole.
    await open(page, orderAt);
    await live(page);
    await Promise.all([
      answer("delete_order"),
      page.getByRole("button", { name: t("order.delete"), exact: true }).click(),
    ]);
    await page.waitForURL(/\/orders$/);
    await Promise.all([
      answer("delete_order"),
      page.getByRole("button", { name: t("common.undo"), exact: true }).click(),
    ]);
    await open(page, orderAt);
    await title(page).filter({ hasText: /^O-\d+$/ }).waitFor();
  });
}
