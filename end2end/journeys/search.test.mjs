// Finding customers and people: by name, fragment, pinyin, initials, phone, e-mail, number.
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { faces } from "../lib/faces.mjs";
import { shoot } from "../lib/shoot.mjs";
import { title } from "../pages/frame.mjs";
import { countIs, openList, row, search } from "../pages/list.mjs";
import { fixture } from "../fixtures/files.mjs";

const house = await House.open({ files: [fixture("customers_gb18030.csv")] });

/** What is typed, and whom it must find; those to the right must not be among the hits. */
const COMPANIES = [
  ["huadongdianzi", "华东电子有限公司", "重庆山城餐饮管理有限公司"],
  ["HDDZ", "华东电子有限公司", "重庆山城餐饮管理有限公司"],
  ["chongqing", "重庆山城餐饮管理有限公司", "华东电子有限公司"],
  ["云", "北京云帆科技股份有限公司", "华东电子有限公司"],
  ["城餐饮", "重庆山城餐饮管理有限公司", "华东电子有限公司"],
  ["präzision", "Müller Präzision GmbH", "华东电子有限公司"],
  ["muller praz", "Müller Präzision GmbH", "华东电子有限公司"],
  ["ＧｍｂＨ", "Müller Präzision GmbH", "华东电子有限公司"],
];
const PEOPLE = [
  ["zxm", "张小明", "李雷"],
  ["zhangxiaoming", "张小明", "李雷"],
  ["小", "张小明", "李雷"],
  ["8000", "张小明", "李雷"],
  ["138-0013-8000", "张小明", "李雷"],
  ["+86 138 0013 8000", "张小明", "李雷"],
  ["１３９１１１１", "欧阳娜娜", "李雷"],
  ["oynn", "欧阳娜娜", "李雷"],
  ["ouyang", "欧阳娜娜", "李雷"],
  ["lilei@shancheng.example", "李雷", "张小明"],
  ["㛃", "陶㛃", "张小明"],
  ["shanyuqing", "单于晴", "张小明"],
];

for (const face of faces(0)) {
  journey(house, "search", face, async (visitor) => {
    const { page, t } = visitor;
    await openList(visitor);
    for (const [typed, found, other] of COMPANIES) {
      await search(visitor, typed);
      await row(visitor, found).waitFor();
      await row(visitor, other).waitFor({ state: "detached" });
    }
    await shoot(page, `search ${face.title}`);

    // Clearing brings everything back, and Back leads to the search.
    await page.getByRole("button", { name: t("common.clear"), exact: true }).click();
    await row(visitor, "北京云帆科技股份有限公司").waitFor();
    await page.goBack();
    await row(visitor, "北京云帆科技股份有限公司").waitFor({ state: "detached" });
    await row(visitor, "Müller Präzision GmbH").waitFor();

    await openList(visitor, "tab=people");
    for (const [typed, found, other] of PEOPLE) {
      await search(visitor, typed);
      await row(visitor, found).waitFor();
      await row(visitor, other).waitFor({ state: "detached" });
    }
    await row(visitor, "单于晴").click();
    await title(page).filter({ hasText: "单于晴" }).waitFor();
    const [number] = /P-\d+/.exec(page.url());
    await openList(visitor, "tab=people");
    await search(visitor, number.toLowerCase());
    await row(visitor, "单于晴").waitFor();
    await countIs(visitor, "list.count_people", 1);

    // An individual is a customer of its own.
    await openList(visitor, "tab=individuals");
    await search(visitor, "hmm");
    await row(visitor, "韩梅梅").waitFor();

    // Nothing found says what was looked for and offers to add it.
    await search(visitor, "Nobody Ltd");
    await page.getByText(t("list.none_search", { search: "Nobody Ltd" })).or(page.getByText(t("list.none_title"))).first().waitFor();
    await page.getByRole("link", { name: t("list.none_search_create", { search: "Nobody Ltd" }) }).waitFor();
    await shoot(page, `search nothing ${face.title}`);
  }, { as: "admin" });

  journey(house, "order, tabs and filters stand in the address", face, async (visitor) => {
    const { page, t } = visitor;
    await openList(visitor);
    await page.getByRole("main").getByRole("link", { name: t("choice.filter.vip"), exact: true }).click();
    await page.waitForURL(/filter=vip/);
    await row(visitor, "重庆山城餐饮管理有限公司").waitFor({ state: "detached" });
    await page.getByRole("main").getByRole("link", { name: t("choice.filter.vip"), exact: true }).click();
    await row(visitor, "重庆山城餐饮管理有限公司").waitFor();

    await page.getByRole("button", { name: t("list.sort_by") }).click();
    await page.getByRole("menuitemradio", { name: t("choice.sort.last_contact"), exact: true }).click();
    await page.waitForURL(/sort=last_contact/);
    await page.reload();
    await row(visitor, "Müller Präzision GmbH").waitFor();
    await page.getByRole("main").getByRole("link", { name: t("choice.tab.people"), exact: true })
      .or(page.getByRole("main").getByRole("tab", { name: t("choice.tab.people"), exact: true })).click();
    await page.waitForURL(/tab=people/);
    await title(page).filter({ hasText: t("nav.people") }).waitFor();
    await row(visitor, "单于晴").or(row(visitor, "欧阳娜娜")).first().waitFor();
  }, { as: "admin" });
}
