// Every screen, in both languages, themes and on phone and desktop: accessible, fitting, hittable; with a picture
// of each for people who review.
import assert from "node:assert/strict";
import { violations } from "../lib/axe.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { face } from "../lib/faces.mjs";
import { overflow, smallTargets } from "../lib/layout.mjs";
import { shoot } from "../lib/shoot.mjs";
import { open } from "../pages/frame.mjs";
import { fixture } from "../fixtures/files.mjs";

const house = await House.open({ files: [fixture("customers_gb18030.csv")] });

const SCREENS = [
  ["home", "/"],
  ["list companies", "/customers"],
  ["list individuals", "/customers?tab=individuals"],
  ["list people", "/customers?tab=people"],
  ["list searched", "/customers?q=hd"],
  ["list without a match", "/customers?q=qqqqqq&filter=vip"],
  ["new customer", "/customers/new"],
  ["new individual", "/customers/new?kind=individual"],
  ["board", "/pipeline"],
  ["deals", "/deals"],
  ["new deal", "/deals/new"],
  ["orders", "/orders"],
  ["new order", "/orders/new"],
  ["feedback", "/feedback"],
  ["new feedback", "/feedback/new"],
  ["products", "/products"],
  ["customer", "/customers/C-1"],
  ["new person", "/people/new"],
  ["person", "/people/P-1"],
  ["imports", "/import"],
  ["bin", "/bin"],
  ["profile", "/profile"],
  ["users", "/admin/users"],
  ["structure", "/admin/structure"],
  ["shares", "/admin/shares"],
  ["roles", "/admin/roles"],
  ["pipelines", "/admin/pipelines"],
  ["role", "/admin/roles?role=sales_manager"],
  ["organisation", "/admin/organisation"],
  ["sign-in", "/admin/sign-in"],
  ["status", "/admin/status"],
  ["audit log", "/admin/audit"],
  ["more", "/more"],
  ["nothing there", "/nowhere"],
];

const LOOKS = [
  face("phone", "en", "light"),
  face("phone", "zh-CN", "dark"),
  face("desktop", "zh-CN", "light"),
  face("desktop", "en", "dark"),
];

/** Runs `examine` on every screen and tells all that it finds at once. */
async function tour(page, examine) {
  const found = [];
  for (const [name, path] of SCREENS) {
    await open(page, path);
    for (const fault of await examine(name)) found.push(`${name} (${path}): ${fault}`);
  }
  assert.deepEqual(found, [], found.join("\n"));
}

for (const look of LOOKS) {
  const finger = look.size === "phone";
  journey(house, finger ? "every screen is accessible, and made for a finger" : "every screen is accessible", look, async ({ page, watch }) => {
    watch.expect(/status of 404/);
    await tour(page, async (name) => {
      await shoot(page, `${name} ${look.title}`, { fullPage: true });
      return [...(finger ? await smallTargets(page) : []), ...(await violations(page))];
    });
  }, { as: "admin" });
}

const NARROW = { ...face("phone", "en", "light"), viewport: { width: 320, height: 640 }, isMobile: false, title: "320 px" };

journey(house, "no screen scrolls sideways", NARROW, async ({ page, watch }) => {
  watch.expect(/status of 404/);
  await tour(page, () => overflow(page));
}, { as: "admin" });

for (const size of ["tablet", "desktop"]) {
  journey(house, "no screen scrolls sideways with text twice as large", face(size, "en", "light"), async ({ page, watch }) => {
    watch.expect(/status of 404/);
    await tour(page, async (name) => {
      await page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%"));
      await shoot(page, `large text ${name} ${size}`);
      return overflow(page);
    });
  }, { as: "admin" });
}
