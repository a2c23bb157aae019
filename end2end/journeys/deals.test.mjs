// A deal from its first line to won: the form, the board by mouse, finger, keyboard and menu, the page, the list, the bin.
import assert from "node:assert/strict";
import { violations } from "../lib/axe.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { face, faces } from "../lib/faces.mjs";
import { overflow } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { signIn } from "../pages/entry.mjs";
import { make, makePerson, pane, stored } from "../pages/customer.mjs";
import { card, column, figures, makeDeal, names, openBoard, openMenu } from "../pages/deals.mjs";
import { live, message, open, title } from "../pages/frame.mjs";
import { fixture } from "../fixtures/files.mjs";

const house = await House.open({ files: [fixture("customers_gb18030.csv")] });

/** The stages that a new house has, as the screens call them. */
const STAGES = {
  en: { first: "New", second: "Qualified", third: "Proposal", won: "Won", lost: "Lost" },
  "zh-CN": { first: "初步接触", second: "需求确认", third: "方案报价", won: "赢单", lost: "输单" },
};

/** The answer to the next move. */
const moved = ({ page }) =>
  page.waitForResponse((answer) => /\/api\/move_opportunity/.test(answer.url()) && answer.ok());

/** Waits until a column holds these cards, from the top. */
async function holds(visitor, stage, expected) {
  const cards = column(visitor, stage).locator(".deal-name");
  // One by one, so that a failure tells which is missing; then that there are no others.
  for (const [place, name] of expected.entries()) await cards.nth(place).filter({ hasText: name }).waitFor();
  await cards.nth(expected.length).waitFor({ state: "detached" });
  assert.deepEqual(await names(visitor, stage), expected, stage);
}

async function looksGood({ page, face: look }, name) {
  await shoot(page, `${name} ${look.title}`);
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(await overflow(page), []);
}

for (const look of faces(1)) {
  journey(house, "a deal is made, moved, won and found again", look, async (admin, visit) => {
    const rep = await house.hire(`王芳${look.size}`, `deals-${look.size}`, "sales_manager");
    const visitor = await visit(look, {});
    await signIn(visitor, rep);
    const { page, t } = visitor;
    const stage = STAGES[look.lang];
    const customer = `近邻仪器 ${look.size}`;
    await make(visitor, customer);
    await pane(visitor, "customer.related");
    await page.locator("#deals").getByText(t("deal.none_here")).waitFor();
    const at = await page.locator("a[href^='/deals/new?account=']").first().getAttribute("href");

    // What is wrong is said, and nothing that was typed is lost.
    await open(page, at);
    await live(page);
    await page.getByLabel(t("field.opportunity.value"), { exact: true }).fill("86,000");
    await page.getByLabel(t("field.opportunity.next_step"), { exact: true }).fill(t("common.call"));
    await looksGood(visitor, "new deal");
    const name = `续约 ${look.size}`;
    const address = await makeDeal(visitor, { name, value: "86,000", next_step: "电话" }, "");
    await title(page).filter({ hasText: name }).waitFor();
    await page.locator(".record-sub").getByText("¥86,000").waitFor();
    await looksGood(visitor, "deal");

    // Two people take part: the first is the main contact, the other gets a role and takes that place.
    const [first, second] = [`许静 ${look.size}`, `马超 ${look.size}`];
    for (const person of [first, second]) await makePerson(visitor, person);
    await open(page, address);
    await live(page);
    await pane(visitor, "customer.profile");
    const people = page.locator(".section").filter({ has: page.locator("#deal-people") });
    const ofPerson = (person) => people.locator("li").filter({ hasText: person });
    const choose = async (person, label) => {
      await ofPerson(person).getByRole("button", { name: t("common.more_for", { name: person }), exact: true }).click();
      await page.getByRole("menuitem", { name: label, exact: true }).click();
    };
    for (const person of [first, second]) {
      await people.getByRole("button", { name: t("customer.people_link"), exact: true }).click();
      await people.getByRole("combobox", { name: t("field.opportunity.participant"), exact: true }).fill(person);
      await page.getByRole("option", { name: new RegExp(person) }).first().click();
      await ofPerson(person).waitFor();
    }
    await ofPerson(first).getByText(t("deal.main_person")).waitFor();
    await choose(second, t("choice.buying_role.decision_maker"));
    await ofPerson(second).getByText(t("choice.buying_role.decision_maker")).waitFor();
    await choose(second, t("deal.main_person_make"));
    await ofPerson(second).getByText(t("deal.main_person")).waitFor();
    await looksGood(visitor, "people of a deal");
    await choose(first, t("common.remove"));
    await message(visitor, t("deal.person_removed", { name: first })).waitFor();
    await ofPerson(first).waitFor({ state: "detached" });
    await ofPerson(second).getByRole("link", { name: second, exact: true }).click();
    await title(page).filter({ hasText: second }).waitFor();
    await pane(visitor, "customer.related");
    await page.locator(".section").filter({ has: page.locator("#deals") })
      .getByRole("link", { name, exact: true }).click();
    await title(page).filter({ hasText: name }).waitFor();
    await live(page);

    // A stage that wants to know more asks for it; cancelling leaves everything as it was.
    const step = (label) => page.locator(".stage-step").filter({ hasText: label }).getByRole("button");
    visitor.watch.expect(/status of 422/);
    await step(stage.third).click();
    const asking = page.getByRole("dialog", { name, exact: true });
    await asking.getByText(t("deal.missing", { stage: stage.third })).waitFor();
    await looksGood(visitor, "deal asked");
    await asking.getByRole("button", { name: t("common.cancel"), exact: true }).click();
    await asking.waitFor({ state: "hidden" });
    await page.locator(".stage-step[aria-current]").filter({ hasText: stage.first }).waitFor();
    await step(stage.third).click();
    await asking.getByLabel(t("field.opportunity.expected_close"), { exact: true }).fill("2027-01-31");
    await Promise.all([moved(visitor), asking.getByRole("button", { name: t("deal.move"), exact: true }).click()]);
    await page.locator(".stage-step[aria-current]").filter({ hasText: stage.third }).waitFor();

    // A note on the deal, and a field where it stands.
    await pane(visitor, "customer.timeline");
    await page.getByLabel(t("note.new"), { exact: true }).fill("周一回电");
    await page.getByRole("main").getByRole("button", { name: t("note.add"), exact: true }).first().click();
    await page.getByText("周一回电").first().waitFor();
    await page.getByText(stage.third).first().waitFor();

    // The board has it, with its figures.
    await openBoard(visitor, "filter=mine");
    if (look.size === "phone") {
      await page.locator(".board-tabs").getByRole("link", { name: stage.third }).click();
      await page.locator(".board-tabs a[aria-current]").filter({ hasText: stage.third }).waitFor();
    }
    await card(visitor, name).waitFor();
    await figures(visitor, stage.third).getByText(/86K|8\.6万/).first().waitFor();
    await looksGood(visitor, "board");

    // Won by the menu of the card, which asks why.
    const menu = await openMenu(visitor, name);
    await looksGood(visitor, "card menu");
    await menu.getByRole("button", { name: stage.won }).click();
    await asking.getByText(t("deal.closing", { stage: stage.won })).waitFor();
    await asking.getByLabel(t("field.opportunity.close_reason"), { exact: true }).selectOption("product");
    await Promise.all([moved(visitor), asking.getByRole("button", { name: t("deal.win"), exact: true }).click()]);
    await card(visitor, name).waitFor({ state: "detached" });

    // The list finds it among the won ones, and so does the customer.
    await open(page, "/deals?state=won&filter=mine");
    await page.getByRole("link", { name: new RegExp(`^${name}`) }).first().waitFor();
    await looksGood(visitor, "deals");
    await open(page, address);
    await page.locator(".stage-step[aria-current]").filter({ hasText: stage.won }).waitFor();

    // Into the bin and out of it.
    await live(page);
    await page.getByRole("button", { name: t("common.more"), exact: true }).last().click();
    await page.getByRole("menuitem", { name: t("deal.delete"), exact: true }).click();
    await message(visitor, t("toast.deleted", { name })).waitFor();
    await open(page, "/bin?tab=opportunities");
    await live(page);
    await looksGood(visitor, "bin of deals");
    await page.getByRole("button", { name: t("bin.restore_name", { name }) }).first().click();
    await message(visitor, t("bin.restored", { name })).waitFor();
    await open(page, address);
    await title(page).filter({ hasText: name }).waitFor();
  }, { as: "admin" });
}

const desk = face("desktop", "en", "light");

journey(house, "cards are dragged, and carried by keys; two who move one lose nothing", desk, async (admin, visit) => {
  const rep = await house.hire("Ada Drag", "drag", "sales_rep");
  const visitor = await visit(desk, {});
  await signIn(visitor, rep);
  const { page, t } = visitor;
  const stage = STAGES.en;
  await make(visitor, "Gaoyuan Optics");
  for (const name of ["Alpha", "Beta", "Gamma"]) {
    await makeDeal(visitor, { name, value: "1000" });
  }
  await openBoard(visitor);
  await holds(visitor, stage.first, ["Gamma", "Beta", "Alpha"]);

  // By mouse within the column: Alpha goes on top.
  const drag = async (name, target, offset) => {
    const from = await card(visitor, name).boundingBox();
    const to = await target.boundingBox();
    await page.mouse.move(from.x + from.width / 2, from.y + from.height - 12);
    await page.mouse.down();
    await page.mouse.move(from.x + from.width / 2 + 10, from.y + from.height - 4, { steps: 3 });
    await page.locator(".deal-flying").waitFor();
    await page.mouse.move(to.x + to.width / 2, to.y + offset, { steps: 8 });
  };
  await drag("Alpha", card(visitor, "Gamma"), 4);
  await page.locator("[data-drop=true]").waitFor();
  await shoot(page, "board dragging");
  await Promise.all([moved(visitor), page.mouse.up()]);
  await holds(visitor, stage.first, ["Alpha", "Gamma", "Beta"]);
  await page.reload();
  await live(page);
  await holds(visitor, stage.first, ["Alpha", "Gamma", "Beta"]);

  // Into another stage that asks for a customer; Escape puts the card back.
  visitor.watch.expect(/status of 422/);
  await drag("Beta", column(visitor, stage.second), 90);
  await page.mouse.up();
  const asking = page.getByRole("dialog", { name: "Beta", exact: true });
  await asking.waitFor();
  await page.keyboard.press("Escape");
  await asking.waitFor({ state: "hidden" });
  await holds(visitor, stage.first, ["Alpha", "Gamma", "Beta"]);
  await drag("Beta", column(visitor, stage.second), 90);
  await page.mouse.up();
  await asking.getByRole("combobox", { name: t("field.opportunity.account") }).fill("gaoyuan");
  await page.getByRole("option", { name: /Gaoyuan Optics/ }).waitFor();
  await page.getByRole("option", { name: /Gaoyuan Optics/ }).click();
  await Promise.all([moved(visitor), asking.getByRole("button", { name: t("deal.move"), exact: true }).click()]);
  await holds(visitor, stage.second, ["Beta"]);
  await holds(visitor, stage.first, ["Alpha", "Gamma"]);
  await figures(visitor, stage.second).getByText("¥1K").waitFor();
  await card(visitor, "Beta").getByText("Gaoyuan Optics").waitFor();

  // Escape while it is carried changes nothing.
  await drag("Gamma", column(visitor, stage.second), 90);
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await page.locator(".deal-flying").waitFor({ state: "detached" });
  await holds(visitor, stage.first, ["Alpha", "Gamma"]);

  // By keys: lifted, carried down, dropped; and put back.
  await card(visitor, "Alpha").locator(".deal-name").focus();
  await page.keyboard.press(" ");
  await page.locator("[data-lifted=true]").waitFor();
  await page.keyboard.press("ArrowDown");
  await holds(visitor, stage.first, ["Gamma", "Alpha"]);
  await Promise.all([moved(visitor), page.keyboard.press(" ")]);
  await card(visitor, "Alpha").locator(".deal-name:focus").waitFor();
  await page.keyboard.press(" ");
  await page.locator("[data-lifted=true]").waitFor();
  await page.keyboard.press("ArrowUp");
  await holds(visitor, stage.first, ["Alpha", "Gamma"]);
  await page.keyboard.press("Escape");
  await holds(visitor, stage.first, ["Gamma", "Alpha"]);

  // Two who move one card: the second is told, and sees where it is.
  const other = await visit(desk, {});
  await signIn(other, rep);
  await openBoard(other);
  await holds(other, stage.first, ["Gamma", "Alpha"]);
  // What somebody else makes comes by itself, with the figures.
  await makeDeal(visitor, { name: "Delta", value: "500" });
  await holds(other, stage.first, ["Delta", "Gamma", "Alpha"]);
  await figures(other, stage.first).getByText("¥2.5K").waitFor();
  await openBoard(visitor);
  const theirs = await openMenu(other, "Gamma");
  const menu = await openMenu(visitor, "Gamma");
  await menu.getByRole("button", { name: stage.lost }).click();
  const losing = page.getByRole("dialog", { name: "Gamma", exact: true });
  await losing.getByLabel(t("field.opportunity.close_reason"), { exact: true }).selectOption("price");
  await Promise.all([moved(visitor), losing.getByRole("button", { name: t("deal.lose"), exact: true }).click()]);
  await card(visitor, "Gamma").waitFor({ state: "detached" });
  other.watch.expect(/status of 4(09|22)/);
  await theirs.getByRole("button", { name: stage.won }).click();
  const winning = other.page.getByRole("dialog", { name: "Gamma", exact: true });
  await winning.getByLabel(t("field.opportunity.close_reason"), { exact: true }).selectOption("price");
  await winning.getByRole("button", { name: t("deal.win"), exact: true }).click();
  await message(other, /changed|meanwhile/).first().waitFor();
}, { as: "admin" });

for (const look of faces(2).filter(({ size }) => size !== "tablet")) {
  journey(house, "a product is put on a deal, and a pipeline gets a stage", look, async (visitor) => {
    const { page, t } = visitor;
    const mark = look.size;
    await open(page, "/products");
    await live(page);
    await page.getByRole("button", { name: t("product.new"), exact: true }).click();
    const form = page.getByRole("dialog", { name: t("product.new"), exact: true });
    visitor.watch.expect(/status of 422/);
    await form.getByRole("button", { name: t("common.save"), exact: true }).last().click();
    await form.locator("[aria-invalid=true]").first().waitFor();
    await form.getByLabel(t("field.product.code"), { exact: true }).fill(`V-${mark}`);
    await form.getByLabel(t("field.product.name"), { exact: true }).fill(`Valve ${mark}`);
    await form.getByLabel(t("field.product.price"), { exact: true }).fill("1200");
    await form.getByRole("button", { name: t("common.save"), exact: true }).last().click();
    await message(visitor, t("product.saved", { name: `Valve ${mark}` })).waitFor();
    await page.getByRole("rowheader", { name: new RegExp(`Valve ${mark}`) }).waitFor();
    await looksGood(visitor, "products");

    await makeDeal(visitor, { name: `Plant ${mark}` });
    await pane(visitor, "customer.related");
    await page.locator(".section").filter({ has: page.locator("#products") })
      .locator(".section-actions").getByRole("button", { name: t("common.edit"), exact: true }).click();
    await page.getByRole("combobox", { name: t("field.opportunity.products") }).fill(`v-${mark}`);
    await page.getByRole("option", { name: new RegExp(`Valve ${mark}`) }).click();
    await page.getByLabel(t("deal.quantity"), { exact: true }).fill("3");
    await looksGood(visitor, "products of a deal");
    await page.locator(".deal-lines").getByRole("button", { name: t("common.save"), exact: true }).click();
    await page.locator(".deal-total").getByText("¥3,600").waitFor();

    await open(page, "/admin/pipelines");
    await live(page);
    await looksGood(visitor, "pipelines");
    await page.getByRole("button", { name: new RegExp(`^${t("common.edit")}`) }).first().click();
    const pipeline = page.locator("#pipeline");
    await pipeline.getByRole("button", { name: t("pipeline.stage_add"), exact: true }).click();
    const added = pipeline.locator(".stage-row").nth(-3);
    await added.getByLabel(t("field.pipeline.name_en"), { exact: true }).fill(`Pilot ${mark}`);
    await added.getByLabel(t("pipeline.probability"), { exact: true }).fill("40");
    await looksGood(visitor, "pipeline edited");
    await pipeline.locator(".dialog-foot").getByRole("button", { name: t("common.save"), exact: true }).click();
    await page.locator(".entry-title").getByText(`Pilot ${mark}`).waitFor();
    await openBoard(visitor);
    await column(visitor, `Pilot ${mark}`).waitFor({ state: "attached" });

    // Another pipeline is moved to the top by the keyboard and deleted; one with deals stays.
    await open(page, "/admin/pipelines");
    await live(page);
    await page.getByRole("button", { name: t("pipeline.new"), exact: true }).click();
    const second = `Partners ${mark}`;
    await pipeline.getByLabel(t("field.pipeline.name_en"), { exact: true }).first().fill(second);
    await pipeline.locator(".stage-row").first().getByLabel(t("field.pipeline.name_en"), { exact: true }).fill("Open");
    await pipeline.locator(".dialog-foot").getByRole("button", { name: t("common.save"), exact: true }).click();
    const heads = page.locator(".card-title");
    await heads.filter({ hasText: second }).waitFor();
    const first = (await heads.first().innerText()).trim();
    await page.getByRole("button", { name: t("pipeline.stage_up", { name: second }), exact: true }).press("Enter");
    await heads.first().filter({ hasText: second }).waitFor();
    await page.getByRole("button", { name: t("pipeline.stage_down", { name: second }), exact: true })
      .and(page.locator(":focus")).waitFor();
    await looksGood(visitor, "pipelines in order");
    const remove = async (name) => {
      await page.getByRole("button", { name: t("pipeline.stage_remove", { name }), exact: true }).click();
      await page.locator("#delete-pipeline").getByRole("button", { name: t("bulk.delete"), exact: true }).click();
    };
    visitor.watch.expect(/status of 422/);
    await remove(first);
    await message(visitor, /deal|商机/).first().waitFor();
    await heads.filter({ hasText: first }).waitFor();
    await remove(second);
    await message(visitor, t("pipeline.deleted", { name: second })).waitFor();
    await heads.filter({ hasText: second }).waitFor({ state: "detached" });
  }, { as: "admin" });
}

journey(house, "without scripts the board, the list and the form work", face("phone", "zh-CN", "light"), async ({ page, t, watch }) => {
  // Chromium reports hints to load a module early as blocked where scripts are off.
  watch.expect(/^request failed: \S+\/pkg\/\w+\/(rapport|parts)\.js csp /);
  await page.goto(`${house.address}/deals/new`);
  await page.getByLabel(t("field.opportunity.name"), { exact: true }).fill("无脚本商机");
  await page.getByRole("button", { name: t("common.save"), exact: true }).first().click();
  await page.waitForURL(/\/deals\/D-\d+/);
  await title(page).filter({ hasText: "无脚本商机" }).waitFor();
  await page.goto(`${house.address}/pipeline`);
  await page.getByRole("link", { name: "无脚本商机" }).first().waitFor();
  await page.goto(`${house.address}/deals`);
  await page.getByRole("link", { name: /^无脚本商机/ }).first().waitFor();
}, { as: "admin", javaScriptEnabled: false });
