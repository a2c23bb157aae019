// Passkeys: made, used to sign in and as the second step, and removed; and as the proof of who one is.
import assert from "node:assert/strict";
import { violations } from "../lib/axe.mjs";
import { faces } from "../lib/faces.mjs";
import { House } from "../lib/house.mjs";
import { journey } from "../lib/journey.mjs";
import { overflow, smallTargets } from "../lib/layout.mjs";
import { byName, plugIn } from "../lib/passkey.mjs";
import { shoot } from "../lib/shoot.mjs";
import { signIn, trySignIn } from "../pages/entry.mjs";
import { message, open, signOut, title } from "../pages/frame.mjs";

const house = await House.open({ limits: false, onPostgres: true });
const baseURL = byName(house);

/** A colleague of their own for each size: what is made stays with them. */
async function hire(name, role) {
  const person = { name, email: `${name}@rapport.example`, password: "an umbrella in the hallway" };
  await house.server.command("user add", ["--name", name, "--email", person.email, "--role", role], person.password);
  return person;
}

/** The page is fit to be used: accessible, not too wide, controls large enough for a finger. */
async function fit({ page, face }, name, { screen = false } = {}) {
  // Chromium forgets the finger after a picture of more than the window.
  await shoot(page, `${name} ${face.title}`, { fullPage: !screen && face.size !== "phone" });
  assert.deepEqual(await violations(page), [], name);
  assert.deepEqual(await overflow(page), [], name);
  // The sizes of controls on screens are a matter of their own journey.
  if (face.size === "phone" && !screen) assert.deepEqual(await smallTargets(page), [], name);
}

const use = ({ page, t }) => page.getByRole("button", { name: t("passkey.use"), exact: true });

/** Makes one from the profile on; it is the first, so recovery codes come with it. */
async function make(visitor, name) {
  const { page, t } = visitor;
  await open(page, "/profile");
  await page.getByRole("link", { name: t("passkey.make"), exact: true }).click();
  await page.getByRole("heading", { name: t("passkey.title") }).waitFor();
  await page.getByLabel(t("passkey.name"), { exact: true }).fill(name);
  await fit(visitor, "passkeys none");
  await page.getByRole("button", { name: t("passkey.make"), exact: true }).click();
  await page.getByRole("heading", { name: t("second_step.codes_title") }).waitFor();
  const codes = await page.getByRole("listitem").getByRole("code").allInnerTexts();
  assert.equal(codes.length, 10);
  return codes;
}

for (const look of faces(3)) {
  journey(
    house,
    "made, used instead of the password and after it, and removed",
    look,
    async (visitor) => {
      const { page, t, watch } = visitor;
      watch.expect(/status of (422|429)/);
      const person = await hire(`traveller-${look.size}`, "staff");
      const device = await plugIn(visitor);
      await signIn(visitor, person);
      await make(visitor, "蓝色手机");
      assert.equal((await device.kept()).length, 1);
      await page.getByRole("link", { name: t("second_step.codes_kept") }).click();
      await page.getByText("蓝色手机").waitFor();
      await fit(visitor, "profile with a passkey", { screen: true });

      await signOut(visitor);
      await use(visitor).waitFor();
      await fit(visitor, "sign-in with passkeys");
      await page.route("**/login/passkey/ask", (route) => route.fulfill({ status: 429 }), { times: 1 });
      await use(visitor).click();
      await page.getByText(t("passkey.limit")).waitFor();
      await use(visitor).click();
      await title(page).filter({ hasNotText: t("passkey.use") }).waitFor();
      await page.locator("html[data-live='1']").waitFor({ state: "attached" });

      // The password alone is not enough any more.
      await signOut(visitor);
      await page.getByLabel(t("auth.email"), { exact: true }).waitFor();
      await trySignIn(visitor, person.email, person.password);
      await page.getByText(t("identity.recovery_instead")).waitFor();
      await fit(visitor, "second step by a passkey");
      await use(visitor).click();
      await page.locator("html[data-live='1']").waitFor({ state: "attached" });

      await page.goto("/passkeys");
      await page.getByText(t("passkey.change")).click();
      await fit(visitor, "passkeys one");
      await page.getByLabel(t("passkey.name"), { exact: true }).first().fill("Old phone");
      await page.getByRole("button", { name: t("passkey.rename"), exact: true }).click();
      await page.getByText(t("passkey.renamed"), { exact: true }).waitFor();
      await page.getByText("Old phone", { exact: true }).waitFor();
      // The device has one for this person already.
      await page.getByRole("button", { name: t("passkey.make"), exact: true }).click();
      await page.getByText(t("passkey.known")).waitFor();
      await page.getByText(t("passkey.change")).click();
      await page.getByRole("button", { name: t("passkey.remove"), exact: true }).click();
      await page.getByText(t("passkey.removed"), { exact: true }).waitFor();
      assert.equal(await page.getByText("Old phone", { exact: true }).count(), 0);

      await page.context().clearCookies();
      await page.goto("/login");
      await use(visitor).click();
      await page.getByText(t("passkey.refused")).waitFor();
      await fit(visitor, "sign-in by a removed passkey");
    },
    { baseURL },
  );
}

for (const look of faces(1).filter(({ size }) => size !== "tablet")) {
  journey(
    house,
    "the proof of who one is, on a screen and without one",
    look,
    async (visitor) => {
      const { page, t, watch } = visitor;
      watch.expect(/status of 403/);
      const person = await hire(`careful-${look.size}`, "admin");
      await plugIn(visitor);
      await signIn(visitor, person);
      await make(visitor, "Laptop");

      await house.ageProofs();
      await page.goto("/passkeys");
      await page.getByRole("button", { name: t("passkey.make"), exact: true }).click();
      await page.getByRole("heading", { name: t("identity.title") }).waitFor();
      await fit(visitor, "proof by a passkey");
      await use(visitor).click();
      await page.getByRole("heading", { name: t("passkey.title") }).waitFor();

      await house.ageProofs();
      await open(page, "/admin/sign-in");
      await page.getByRole("button", { name: t("common.save"), exact: true }).first().click();
      await page.getByRole("dialog").getByText(t("identity.body")).waitFor();
      await fit(visitor, "proof by a passkey on a screen", { screen: true });
      await use(visitor).click();
      await message(visitor, t("sign_in.second_step_saved")).waitFor();
      await open(page, "/admin/users");
      await page.getByText(t("user.passkeys", { n: 1 })).first().waitFor();
      await shoot(page, `users with passkeys ${look.title}`, { fullPage: true });
    },
    { baseURL },
  );
}
