// The pictures of the README, of an invented company: RAPPORT_README_IMAGES=1 npm test -- readme
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { face } from "../lib/faces.mjs";
import { shootForReadme } from "../lib/shoot.mjs";
import { live } from "../pages/frame.mjs";
import { openList, rowLinks } from "../pages/list.mjs";

const house = await House.open({ demo: 400 });

journey(house, "desktop", face("desktop", "en", "light"), async (visitor) => {
  await openList(visitor, "sort=value");
  await rowLinks(visitor).first().click();
  await visitor.page.waitForURL(/\/customers\/C-/);
  await visitor.page.reload();
  await live(visitor.page);
  await visitor.page.mouse.move(0, 0);
  await shootForReadme(visitor.page, "desktop");
}, { as: "admin" });

journey(house, "phone", face("phone", "zh-CN", "light"), async (visitor) => {
  await openList(visitor, "sort=last_contact");
  await shootForReadme(visitor.page, "phone");
}, { as: "admin", deviceScaleFactor: 2 });
