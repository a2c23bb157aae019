// Several people and devices: signing out elsewhere, a colleague with fewer rights.
import assert from "node:assert/strict";
import { House, PEOPLE } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { phoneAndDesktop } from "../lib/faces.mjs";
import { shoot } from "../lib/shoot.mjs";
import { signIn, trySignIn } from "../pages/entry.mjs";
import { live, message, open, title } from "../pages/frame.mjs";

const house = await House.open();

for (const look of phoneAndDesktop(3)) {
  journey(house, "signing out elsewhere takes effect at once", look, async (here, visit) => {
    const { page, t } = here;
    const elsewhere = await visit(look, {});
    elsewhere.watch.expect(/status of 401/);
    await signIn(elsewhere, PEOPLE.admin);
    await open(page, "/profile");
    await page.getByText(t.part("session.elsewhere")).first().waitFor();
    await shoot(page, `profile ${look.title}`, { fullPage: true });
    await page.getByRole("button", { name: t("session.sign_out_others"), exact: true }).click();
    await message(here, t.part("session.others_signed_out")).waitFor();
    await page.getByText(t("session.only_this")).first().waitFor();

    await elsewhere.page.goto("/customers");
    await elsewhere.page.getByRole("button", { name: t("auth.submit"), exact: true }).waitFor();
    // Here one is still signed in.
    await open(page, "/customers");
    await title(page).waitFor();
  }, { as: "admin" });

  journey(house, "an administrator adds a colleague, who sees no administration", look, async (visitor, visit) => {
    const { page, t } = visitor;
    const email = `new-${look.size}@rapport.example`;
    const name = `王小${look.size}`;
    await open(page, "/admin/users");
    await page.getByRole("button", { name: t("user.new"), exact: true }).click();
    const form = page.getByRole("dialog", { name: t("user.new_title") });
    await form.getByLabel(t("user.name"), { exact: true }).fill(name);
    await form.getByLabel(t("user.email"), { exact: true }).fill(email);
    await shoot(page, `new user ${look.title}`);
    await form.getByRole("button", { name: t("user.add"), exact: true }).last().click();
    const told = page.getByRole("dialog", { name: t("user.link_title", { name }) });
    await told.waitFor();
    await shoot(page, `invitation ${look.title}`);
    const link = (await told.getByRole("code").innerText()).trim();
    await told.getByRole("button", { name: t("user.told"), exact: true }).click();
    await page.getByRole("listitem").filter({ hasText: email }).waitFor();
    await shoot(page, `users ${look.title}`);

    const colleague = await visit(look, {});
    colleague.watch.expect(/status of 403/);
    const password = "nine orange tractors";
    await colleague.page.goto(link);
    await colleague.page.getByLabel(t("password.new"), { exact: true }).fill(password);
    await colleague.page.getByLabel(t("password.again"), { exact: true }).fill(password);
    await colleague.page.getByRole("button", { name: t("link.submit"), exact: true }).click();
    await colleague.page.getByText(t("auth.password_set")).waitFor();
    await signIn(colleague, { email, password });
    const navigation = colleague.page.getByRole("navigation", { name: t("common.navigation") });
    await navigation.getByRole("link", { name: t("nav.customers"), exact: true }).waitFor();
    if (look.size === "phone") await open(colleague.page, "/more");
    for (const key of ["nav.import", "nav.admin"]) {
      assert.equal(await colleague.page.getByRole("link", { name: t(key), exact: true }).count(), 0, key);
    }
    for (const path of ["/import", "/admin/users", "/admin/roles", "/admin/structure", "/admin/organisation", "/admin/sign-in", "/admin/status"]) {
      const answer = await colleague.page.goto(path);
      assert.equal(answer.status(), 403, path);
      await colleague.page.getByRole("heading", { name: t("page.denied_title") }).waitFor();
    }
    await shoot(colleague.page, `denied ${look.title}`);
    await open(colleague.page, "/customers");
    await title(colleague.page).waitFor();

    // One device of the colleague is signed out from afar.
    const menu = page.getByRole("button", { name: t("common.more_for", { name }) });
    await menu.click();
    await page.getByRole("menuitem", { name: t("session.title"), exact: true }).click();
    const devices = page.getByRole("dialog", { name: t("user.devices_of", { name }) });
    await devices.getByRole("listitem").getByText("127.0.0.1").waitFor();
    await shoot(page, `devices of a colleague ${look.title}`);
    await devices.getByRole("button", { name: t.part("session.sign_out_device") }).click();
    await devices.getByText(t("user.devices_none"), { exact: true }).waitFor();
    await devices.locator(".dialog-foot").getByRole("button").click();
    await colleague.page.goto("/customers");
    await trySignIn(colleague, email, password);
    await title(colleague.page).filter({ hasText: t("list.title") }).waitFor();

    // Switched off, the colleague is out at once and cannot come back.
    await menu.click();
    await page.getByRole("menuitem", { name: t("user.disable"), exact: true }).click();
    await page.getByRole("button", { name: t("user.disable_action"), exact: true }).last().click();
    await message(visitor, t("user.disabled_done", { name })).waitFor();
    colleague.watch.expect(/status of 422/);
    await colleague.page.goto("/customers");
    await trySignIn(colleague, email, password);
    await colleague.page.getByText(t("auth.failed")).waitFor();
    await live(page);
  }, { as: "admin" });
}
