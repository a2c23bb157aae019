// Language, theme, palette, keyboard.
import assert from "node:assert/strict";
import { House, ORGANISATION } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { face, faces } from "../lib/faces.mjs";
import { shoot } from "../lib/shoot.mjs";
import { texts } from "../pages/texts.mjs";
import { live, open, title } from "../pages/frame.mjs";
import { entry, line, palette } from "../pages/palette.mjs";
import { escaped, openList, row } from "../pages/list.mjs";
import { fixture } from "../fixtures/files.mjs";

const house = await House.open({ files: [fixture("customers_gb18030.csv")] });
const other = { en: "zh-CN", "zh-CN": "en", light: "dark", dark: "light" };

/** Chooses a language or theme where the size of the window offers it. */
async function choose({ page, t, face: look }, label) {
  if (look.size === "phone") {
    await open(page, "/more");
    await page.getByRole("main").getByRole("button", { name: label, exact: true }).click();
  } else {
    await page.getByRole("button", { name: t("nav.account_menu") }).click();
    await page.getByRole("menuitemradio", { name: label, exact: true }).click();
  }
  await page.waitForLoadState();
  await live(page);
}

/** The colour behind everything stands on the root; the body lets it through. */
const background = (page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

for (const look of faces(3)) {
  journey(house, "language and theme", look, async (visitor) => {
    const { page, t } = visitor;
    const html = page.locator("html");
    await open(page, "/");
    const before = await background(page);

    await choose(visitor, t(`choice.theme.${other[look.theme]}`));
    assert.equal(await html.getAttribute("data-theme"), other[look.theme]);
    assert.notEqual(await background(page), before, "the other theme has another background");

    const lang = other[look.lang];
    await choose(visitor, t(`choice.lang.${lang}`));
    assert.equal(await html.getAttribute("lang"), lang);
    await openList(visitor);
    await title(page).filter({ hasText: texts(lang)("list.title") }).waitFor();
    const organisation = lang === "en" ? ORGANISATION.en : ORGANISATION.zh;
    assert.equal(await page.title(), `${texts(lang)("choice.tab.companies")} · ${organisation}`);
    assert.equal(await html.getAttribute("data-theme"), other[look.theme], "the theme stays");
    await shoot(page, `switched ${look.title}`);
  }, { as: "admin" });
}

for (const look of faces(1)) {
  journey(house, "palette", look, async (visitor) => {
    const { page, t } = visitor;
    await open(page, "/");
    if (look.size === "phone") {
      await page.getByRole("link", { name: t("nav.search"), exact: true }).click();
      await line(visitor).fill("hddz");
      await entry(visitor, "华东电子有限公司").click();
      await title(page).filter({ hasText: "华东电子有限公司" }).waitFor();
      return;
    }
    await page.keyboard.press("Control+K");
    await palette(visitor).waitFor();
    await page.keyboard.type("hddz");
    await entry(visitor, "华东电子有限公司").waitFor();
    await shoot(page, `palette ${look.title}`);
    await page.keyboard.press("Enter");
    await title(page).filter({ hasText: "华东电子有限公司" }).waitFor();
    await palette(visitor).waitFor({ state: "hidden" });

    // What was opened last stands first, feedback, too; pages are reached by name.
    await open(page, "/feedback/new");
    await live(page);
    await page.locator("#f-subject").fill(`Vergessen ${look.size}`);
    await page.locator("#f-body").fill("Nichts");
    await page.getByRole("button", { name: new RegExp(`^${escaped(t("common.save"))}$`) }).first().click();
    await page.waitForURL(/\/feedback\/F-\d+/);
    await title(page).filter({ hasText: `Vergessen ${look.size}` }).waitFor();
    await page.keyboard.press("Control+K");
    await entry(visitor, "华东电子有限公司").waitFor();
    await entry(visitor, `Vergessen ${look.size}`).waitFor();
    await page.keyboard.press("Escape");
    await palette(visitor).waitFor({ state: "hidden" });
    // Closed and opened again in one breath it stays: the browser tells of the closing a moment after it.
    await page.keyboard.press("Control+K");
    await palette(visitor).waitFor();
    await page.evaluate(async () => {
      const dialog = document.getElementById("palette");
      const closed = new Promise((told) => dialog.addEventListener("close", told, { once: true }));
      dialog.dispatchEvent(new Event("cancel", { cancelable: true }));
      for (let turn = 0; dialog.open && turn < 1000; turn += 1) await Promise.resolve();
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, bubbles: true }));
      await closed;
      await new Promise(requestAnimationFrame);
    });
    assert.ok(await palette(visitor).isVisible());
    await page.keyboard.type("zxm");
    await entry(visitor, "张小明").waitFor();
    await line(visitor).fill(`>${t("nav.new_customer")}`);
    await entry(visitor, t("nav.new_customer")).waitFor();
    await entry(visitor, "张小明").waitFor({ state: "detached" });
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/customers\/new/);
  }, { as: "admin" });
}

const desk = face("desktop", "en", "light");

journey(house, "by keyboard alone: list, open, edit, back", desk, async (visitor) => {
  const { page, t } = visitor;
  await open(page, "/");
  await page.keyboard.press("Tab");
  await page.getByRole("link", { name: t("common.skip_to_content") }).and(page.locator(":focus")).waitFor();

  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await title(page).and(page.locator(":focus")).filter({ hasText: t("list.title") }).waitFor();

  await page.keyboard.press("/");
  await page.keyboard.type("chongqing");
  await row(visitor, "常州食品2厂").waitFor({ state: "detached" });
  // Out of the search box the keys of the list work again.
  await page.keyboard.press("Tab");
  await page.keyboard.press("j");
  await row(visitor, "重庆山城餐饮管理有限公司").and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Enter");
  await title(page).filter({ hasText: "重庆山城餐饮管理有限公司" }).waitFor();
  await title(page).and(page.locator(":focus")).waitFor();

  const label = t("field.account.industry");
  const edit = page.getByRole("button", { name: `${t("common.edit")}: ${label}`, exact: true });
  for (let step = 0; step < 60; step += 1) {
    if (await edit.and(page.locator(":focus")).count()) break;
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.keyboard.type("Catering");
  // What is typed is on show before the server has it.
  const saved = page.waitForResponse(/edit_account/);
  await page.keyboard.press("Enter");
  await edit.and(page.locator(":focus")).waitFor();
  await page.getByRole("main").getByText("Catering", { exact: true }).first().waitFor();
  await (await saved).finished();
  await page.reload();
  await live(page);
  await page.getByRole("main").getByText("Catering", { exact: true }).first().waitFor();

  // The key for Back belongs to the window around the page, which a browser without a screen does not have.
  await page.goBack();
  await page.waitForURL(/\/customers\?q=chongqing/);
  await row(visitor, "重庆山城餐饮管理有限公司").waitFor();
}, { as: "admin" });

journey(house, "keys: sheet of shortcuts, help, and quiet while typing", desk, async (visitor) => {
  const { page, t } = visitor;
  await openList(visitor);
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: t("shortcut.title") });
  await sheet.getByText(t("shortcut.new_customer"), { exact: true }).waitFor();
  await shoot(page, "shortcuts");
  // Keys of the page rest while something lies over it.
  await page.keyboard.press("g");
  await page.keyboard.press("h");
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "hidden" });
  assert.match(page.url(), /\/customers$/);

  await page.keyboard.press("/");
  await page.keyboard.type("g h ?");
  assert.match(page.url(), /\/customers/);
  assert.equal(await sheet.isVisible(), false);

  await page.getByRole("button", { name: t("help.open") }).click();
  const help = page.getByRole("dialog", { name: t("help.title") });
  await help.waitFor();
  await shoot(page, "help");
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "hidden" });
}, { as: "admin" });
