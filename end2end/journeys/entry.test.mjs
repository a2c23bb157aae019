// People get in: the one-time link, the set-up, signing in and out.
import assert from "node:assert/strict";
import { House, ORGANISATION, PEOPLE } from "../lib/house.mjs";
import { check, journey } from "../lib/journey.mjs";
import { faces } from "../lib/faces.mjs";
import { shoot } from "../lib/shoot.mjs";
import { makeAdmin, makeOrganisation, signIn, startWith, trySignIn } from "../pages/entry.mjs";
import { live, open, signOut, title } from "../pages/frame.mjs";

const SENTENCE = "seven quiet rivers run east";

// Each set-up needs a server that nobody has set up.
for (const [at, face] of faces(1).entries()) {
  const house = await House.open({ ready: false });

  journey(house, "without the right link nobody can set up", face, async ({ page, t, watch }) => {
    watch.expect(/status of (403|404)/);
    await page.goto("/setup");
    await page.getByText(t("setup.link_missing")).waitFor();
    await page.goto(`/setup?token=${"0".repeat(64)}`);
    await page.getByText(t("setup.link_wrong")).waitFor();
    assert.equal(await page.getByRole("button", { name: t("setup.create") }).count(), 0);
  });

  journey(house, "set-up by the one-time link", face, async (visitor) => {
    const { page, t, watch } = visitor;
    watch.expect(/status of 422/);
    const link = await house.server.setupLink();
    await page.goto(link);
    await shoot(page, `set-up-1 ${face.title}`);
    await page.getByRole("heading", { name: t("setup.admin_heading") }).waitFor();

    // A password that is too short is refused, and what was typed besides stays.
    await page.getByLabel(t("setup.name"), { exact: true }).fill(PEOPLE.admin.name);
    await page.getByLabel(t("setup.email"), { exact: true }).fill(PEOPLE.admin.email);
    await page.getByLabel(t("setup.password"), { exact: true }).fill("short");
    await page.getByLabel(t("setup.password_again"), { exact: true }).fill("short");
    await page.getByRole("button", { name: t("setup.create") }).click();
    await page.getByText(t("error.field.too_short", { n: 12 })).waitFor();
    assert.equal(await page.getByLabel(t("setup.email"), { exact: true }).inputValue(), PEOPLE.admin.email);

    await makeAdmin(visitor, PEOPLE.admin);
    await shoot(page, `set-up-2 ${face.title}`);
    await makeOrganisation(visitor, ORGANISATION);
    await shoot(page, `set-up-3 ${face.title}`);
    await startWith(visitor, at === 1 ? "import" : "empty");
    await live(page);
    assert.equal(new URL(page.url()).pathname, at === 1 ? "/import" : "/");
    assert.equal(await page.locator("html").getAttribute("lang"), face.lang);
    await shoot(page, `home empty ${face.title}`);
  });

  journey(house, "the link works once", face, async ({ page, t, watch }) => {
    watch.expect(/status of (403|404|410)/);
    await page.goto(await house.server.setupLink());
    assert.equal(await page.getByRole("button", { name: t("setup.create") }).count(), 0);
  });

  journey(house, "sign-in and sign-out", face, async (visitor) => {
    const { page, t, watch } = visitor;
    watch.expect(/status of (401|422)/);
    const name = face.lang === "en" ? ORGANISATION.en : ORGANISATION.zh;

    // Whoever is not signed in is led to the sign-in page, and afterwards to where they wanted.
    await page.goto("/customers?tab=people");
    await page.getByRole("heading", { name: t("auth.heading", { organisation: name }) }).waitFor();
    await shoot(page, `sign-in ${face.title}`);
    const told = [];
    for (const [email, password] of [[PEOPLE.admin.email, "not the right sentence"], ["nobody@rapport.example", SENTENCE]]) {
      await trySignIn(visitor, email, password);
      await page.getByText(t("auth.failed")).waitFor();
      told.push((await page.getByRole("main").innerText()).replace(email, ""));
      assert.equal(await page.getByLabel(t("auth.email"), { exact: true }).inputValue(), email);
    }
    assert.equal(told[0], told[1], "a wrong password and an unknown address must read the same");
    await shoot(page, `sign-in failed ${face.title}`);
    await trySignIn(visitor, PEOPLE.admin.email, PEOPLE.admin.password);
    await live(page);
    assert.match(page.url(), /\/customers\?tab=people$/);

    await signOut(visitor);
    await page.getByText(t("auth.signed_out")).waitFor();
    // Nothing is shown any more, neither by address nor by the back button.
    await page.goBack();
    await page.getByRole("button", { name: t("auth.submit"), exact: true }).waitFor();
    await page.goto("/customers");
    await page.getByRole("button", { name: t("auth.submit"), exact: true }).waitFor();
  });

  journey(house, "sign-in leads to pages of this site only", face, async (visitor) => {
    const { page } = visitor;
    for (const next of ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]) {
      await page.goto(`/login?next=${encodeURIComponent(next)}`);
      await trySignIn(visitor, PEOPLE.admin.email, PEOPLE.admin.password);
      await live(page);
      assert.equal(new URL(page.url()).origin, house.address);
      await visitor.context.clearCookies();
    }
  }, { skip: at === 0 ? false : "done at one size" });
}
