// What is on every screen: navigation, title, messages.

/** Waits until the page listens: the browser part has taken over from the server's rendering. */
export async function live(page) {
  await page.locator("html[data-live='1']").waitFor({ state: "attached" });
}

/** Opens a screen by address and waits until it listens; pages of the server's own have nothing that could. */
export async function open(page, address) {
  // A sheet of a phone takes its entry out of the history a moment after it closed, which calls off what comes between.
  const answer = await page.goto(address).catch((error) => {
    if (!/ERR_ABORTED/.test(error.message)) throw error;
    return page.goto(address);
  });
  if ((await page.locator("html[data-live]").count()) > 0) await live(page);
  return answer;
}

/** The one title of the screen. */
export const title = (page) => page.getByRole("heading", { level: 1 });

/** Follows an entry of the navigation, which stands at the side or at the bottom. */
export async function follow({ page, t }, key) {
  await page.getByRole("navigation", { name: t("common.navigation") }).getByRole("link", { name: t(key) }).click();
}

/** The message that was just shown. */
export const message = ({ page, t }, text) =>
  page.getByRole("region", { name: t("common.messages") }).getByText(text);

/** Signs out by the menu at the top, on phones on the page "More". */
export async function signOut({ page, t, face }) {
  if (face.size === "phone") await open(page, "/more");
  else await page.getByRole("button", { name: t("nav.account_menu") }).click();
  await page.getByRole("button", { name: t("nav.sign_out") }).or(page.getByRole("menuitem", { name: t("nav.sign_out") })).click();
}
