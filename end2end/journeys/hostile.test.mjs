// Names that try to be script, markup, formulas or queries: shown as they are, everywhere, and running nothing.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { face, faces } from "../lib/faces.mjs";
import { shoot } from "../lib/shoot.mjs";
import { counts, run, upload } from "../pages/importing.mjs";
import { open, title } from "../pages/frame.mjs";
import { namesOnShow, openList, rowLinks } from "../pages/list.mjs";
import { line, palette } from "../pages/palette.mjs";
import { beside } from "../fixtures/files.mjs";
import { csv } from "../fixtures/csv.mjs";
import { HOSTILE } from "../fixtures/hostile.mjs";

const house = await House.open({ limits: false });
const desk = face("desktop", "en", "light");

/** A name as it is kept: without the blanks around it. Two blanks differ between languages. */
const kept = (name) => name.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");

/** A file with one company a row. */
const file = (name, names) => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(`\ufeff${csv([["Company"], ...names.map((each) => [each])])}`),
});

/** Every name in the list, page after page. */
async function allNames(visitor) {
  const names = [];
  let address = "/customers?sort=created";
  while (address) {
    await open(visitor.page, address);
    names.push(...(await namesOnShow(visitor)));
    const more = visitor.page.getByRole("main").getByRole("link", { name: visitor.t("list.load_more") });
    address = (await more.count()) ? await more.getAttribute("href") : null;
  }
  return names;
}

journey(house, "they come in through the wizard", desk, async (visitor) => {
  const { page } = visitor;
  await upload(visitor, file("<img src=x onerror=alert(1)>.csv", HOSTILE));
  await shoot(page, "hostile columns", { fullPage: true });
  await run(visitor, "create");
  const { created, refused } = await counts(visitor);
  assert.deepEqual({ created, refused }, { created: HOSTILE.length, refused: 0 });
  await open(page, "/import");
  await page.getByText("<img src=x onerror=alert(1)>.csv", { exact: true }).waitFor();
}, { as: "admin" });

for (const look of faces(2)) {
  journey(house, "lists show them as they are", look, async (visitor) => {
    const names = new Set(await allNames(visitor));
    assert.deepEqual(HOSTILE.filter((name) => !names.has(kept(name))), []);
    assert.equal(names.size, HOSTILE.length);
    await shoot(visitor.page, `hostile list ${look.title}`, { fullPage: true });
  }, { as: "admin" });
}

journey(house, "search, detail and title show them as they are", desk, async (visitor) => {
  const { page, t } = visitor;
  for (const name of HOSTILE) {
    await openList(visitor, `q=${encodeURIComponent(name)}`);
    // A search for nothing but marks finds nothing; whatever is found, the box holds what was typed.
    const typed = await page.getByRole("main").getByRole("searchbox").inputValue();
    assert.equal(typed, kept(name).slice(0, 200));
  }
  await openList(visitor, "sort=created");
  const links = await rowLinks(visitor).evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  const seen = [];
  for (const href of links) {
    await open(page, href);
    const name = await title(page).evaluate((heading) => heading.textContent);
    seen.push(name);
    const tab = await page.evaluate(() => document.querySelector("title").textContent);
    assert.ok(tab.startsWith(name), `${tab} starts with ${name}`);
    assert.ok(await page.getByRole("main").isVisible());
  }
  assert.ok(seen.every((name) => HOSTILE.map(kept).includes(name)));

  await page.keyboard.press("Control+K");
  for (const name of HOSTILE.slice(0, 20)) {
    const answer = page.waitForResponse((each) => each.url().includes("/api/find") && each.ok());
    await line(visitor).fill(name);
    await answer;
    // What was found is drawn.
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  }
  await palette(visitor).waitFor();
  await page.keyboard.press("Escape");
  assert.ok(t);
}, { as: "admin" });

journey(house, "typed into the form and into notes they stay what they are", face("phone", "zh-CN", "dark"), async (visitor) => {
  const { page, t } = visitor;
  await open(page, "/customers/new");
  const name = "</script><script>alert(9)</script>\"'`";
  await page.getByLabel(t("field.account.name"), { exact: true }).fill(name);
  await page.getByRole("button", { name: t("common.save"), exact: true }).first().click();
  await page.waitForURL(/\/customers\/C-\d+/);
  assert.equal(await title(page).evaluate((heading) => heading.textContent), name);
  await page.reload();
  assert.equal(await title(page).evaluate((heading) => heading.textContent), name);
}, { as: "admin" });

const NAUGHTY = beside("hostile/blns.json");

journey(house, "the Big List of Naughty Strings", desk, async (visitor) => {
  const strings = JSON.parse(await readFile(NAUGHTY, "utf8"));
  // Nothing but blanks is no name, and NUL is a character neither database can hold.
  const names = strings.filter((name) => kept(name) !== "" && !name.includes("\0") && [...kept(name)].length <= 200);
  // Rows that an earlier file brought word for word stay as they are.
  const known = names.filter((name) => HOSTILE.includes(name)).length;
  await upload(visitor, file("blns.csv", names));
  await run(visitor, "create");
  assert.deepEqual(await counts(visitor), { created: names.length - known, updated: 0, unchanged: known, refused: 0 });
  const shown = new Set(await allNames(visitor));
  assert.deepEqual(names.filter((name) => !shown.has(kept(name))), []);
}, { as: "admin", skip: NAUGHTY ? false : "the list is not beside the project" });
