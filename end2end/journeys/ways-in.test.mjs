// Signing in by the account of another system: set up on a page, tried out in words, used with and without JavaScript.
import assert from "node:assert/strict";
import { violations } from "../lib/axe.mjs";
import { phoneAndDesktop } from "../lib/faces.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { overflow, smallTargets } from "../lib/layout.mjs";
import { CLIENT, OpenId } from "../lib/openid.mjs";
import { shoot } from "../lib/shoot.mjs";
import { message, open, title } from "../pages/frame.mjs";

const house = await House.open({ limits: false });
const provider = await OpenId.start();

async function hire(name) {
  const email = `${name}@rapport.example`;
  const words = ["--name", name, "--email", email, "--role", "staff"];
  await house.server.command("user add", words, "an umbrella in the hallway");
  return { sub: name, email };
}

/** The page is fit to be used: accessible, not too wide, controls large enough for a finger. */
async function fit({ page, face }, name, { scripts = true } = {}) {
  // Before the picture: one of the whole page makes a window without fingers of a phone's.
  if (face.size === "phone") assert.deepEqual(await smallTargets(page), [], name);
  await shoot(page, `${name} ${face.title}`, { fullPage: true });
  // axe needs scripts to run in the page.
  if (scripts) assert.deepEqual(await violations(page), [], name);
  assert.deepEqual(await overflow(page), [], name);
}

/** Goes to the other system and comes back as whoever sits there. */
async function comeBy({ page }, button) {
  await page.getByRole("link", { name: button, exact: true }).click();
  await page.getByRole("link", { name: "Go on", exact: true }).click();
}

for (const look of phoneAndDesktop(2)) {
  journey(house, "set up on a page, and come in by it", look, async (visitor, visit) => {
    const { page, t } = visitor;
    // Addresses that are none.
    visitor.watch.expect(/status of 422/);
    const button = { en: `Sign in with Acme ${look.size}`, "zh-CN": `使用企业账号登录 ${look.size}` };
    const field = (key) => page.getByLabel(t(`sign_in.${key}`), { exact: true });
    const press = (key) => page.getByRole("button", { name: t(key), exact: true }).last().click();
    await open(page, "/admin/sign-in");
    await field("issuer").fill("http://login.example.com");
    await press("sign_in.test");
    await page.getByText(t("error.field.not_an_issuer")).waitFor();
    await field("issuer").fill(`${provider.issuer}/`);
    await field("client_id").fill(CLIENT.id);
    await field("client_secret").fill("wrong");
    await field("button_en").fill(button.en);
    await field("button_zh").fill(button["zh-CN"]);
    await press("sign_in.test");
    await page.getByText(t("sign_in.fault_other_name", { name: provider.issuer })).waitFor();
    await fit(visitor, "ways in, fault");
    await field("issuer").fill(provider.issuer);
    await press("sign_in.test");
    await page.getByText(t("sign_in.fault_client")).waitFor();
    await field("client_secret").fill(CLIENT.secret);
    await press("sign_in.test");
    await page.getByText(t("sign_in.test_passed")).waitFor();
    await page.getByRole("switch", { name: new RegExp(`^${t("sign_in.on")}`) }).check();
    await press("common.save");
    await message(visitor, t("sign_in.provider_saved")).waitFor();
    await page.getByText(t("sign_in.secret_kept")).waitFor();
    await fit(visitor, "ways in, saved");
    assert.equal(await field("client_secret").inputValue(), "");

    const person = await hire(`by-account-${look.size}`);
    const guest = await visit(look, {});
    provider.account = person;
    await guest.page.goto("/login?next=/customers");
    await fit(guest, "sign-in with another account");
    await comeBy(guest, button[look.lang]);
    await title(guest.page).filter({ hasText: t("list.title") }).waitFor();

    const stranger = await visit(look, { javaScriptEnabled: false });
    stranger.watch.expect(/status of 422/, /^request failed: \S+\/pkg\/\w+\/(rapport|parts)\.js csp /);
    await stranger.page.goto("/login");
    provider.account = { sub: "nobody", email: "nobody@rapport.example" };
    await comeBy(stranger, button[look.lang]);
    await stranger.page.getByText(t("auth.provider_failed")).waitFor();
    await fit(stranger, "another account refused", { scripts: false });
    provider.account = person;
    await comeBy(stranger, button[look.lang]);
    await title(stranger.page).waitFor();
  }, { as: "admin" });
}
