// Without JavaScript: signing in, list, search, detail, creating, notes and the language work all the same.
import assert from "node:assert/strict";
import { House, PEOPLE } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { faces } from "../lib/faces.mjs";
import { shoot } from "../lib/shoot.mjs";
import { texts } from "../pages/texts.mjs";
import { trySignIn } from "../pages/entry.mjs";
import { title } from "../pages/frame.mjs";
import { fixture } from "../fixtures/files.mjs";

const house = await House.open({ files: [fixture("customers_gb18030.csv")] });

for (const face of faces(2)) {
  journey(house, "without JavaScript", face, async (visitor) => {
    const { page, t, watch } = visitor;
    // Chromium reports hints to load a module early as blocked where scripts are off.
    watch.expect(/^request failed: \S+\/pkg\/\w+\/(rapport|parts)\.js csp /);
    await page.goto("/customers");
    await trySignIn(visitor, PEOPLE.admin.email, PEOPLE.admin.password);
    await page.waitForURL(/\/customers$/);

    // The language belongs to the person, who may have left another one.
    await page.goto("/profile");
    await page.getByRole("main").getByRole("button", { name: t(`choice.lang.${face.lang}`), exact: true }).click();
    await title(page).filter({ hasText: t("profile.title") }).waitFor();

    await page.goto("/customers");
    await title(page).filter({ hasText: t("list.title") }).waitFor();
    await shoot(page, `plain list ${face.title}`);
    await page.getByRole("searchbox", { name: t("list.search_label") }).fill("shancheng");
    await page.keyboard.press("Enter");
    await page.waitForURL(/[?&]q=shancheng/);
    await page.getByRole("main").getByRole("link", { name: "重庆山城餐饮管理有限公司" }).click();
    await title(page).filter({ hasText: "重庆山城餐饮管理有限公司" }).waitFor();
    await shoot(page, `plain customer ${face.title}`);

    const words = `Without a script ${face.size} <b>&`;
    await page.getByLabel(t("note.new")).fill(words);
    await page.getByRole("button", { name: t("note.add") }).click();
    await page.getByText(words).first().waitFor();

    await page.goto("/customers/new");
    await page.getByLabel(t("field.account.name"), { exact: true }).fill(`Plain & Sons ${face.size}`);
    await page.getByRole("button", { name: t("common.save"), exact: true }).first().click();
    await page.waitForURL(/\/customers\/C-\d+$/);
    await title(page).filter({ hasText: `Plain & Sons ${face.size}` }).waitFor();

    // What was typed wrongly comes back with its reason.
    await page.goto("/customers/new");
    await page.getByLabel(t("field.account.name"), { exact: true }).fill(`Half ${face.size}`);
    await page.getByLabel(t("field.account.email"), { exact: true }).fill("no address");
    await page.getByRole("button", { name: t("common.save"), exact: true }).first().click();
    await page.getByText(t("error.field.not_an_email")).first().waitFor();
    assert.equal(await page.getByLabel(t("field.account.name"), { exact: true }).inputValue(), `Half ${face.size}`);

    await page.goto("/profile");
    const other = face.lang === "en" ? "zh-CN" : "en";
    await page.getByRole("main").getByRole("button", { name: t(`choice.lang.${other}`) }).click();
    await title(page).filter({ hasText: texts(other)("profile.title") }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), other);

    await page.goto("/more");
    await page.getByRole("main").getByRole("button", { name: texts(other)("nav.sign_out") }).click();
    await page.getByText(texts(other)("auth.signed_out")).waitFor();
  }, { javaScriptEnabled: false });
}
