// The page that customers answer on.

/** Whoever answers sooner after the page was opened is taken for a program: `SOONEST` of the server, and a little. */
const SOONEST_MS = 2_100;

/** Opens the page; answers what came, and with what to wait until an answer to it counts at once. */
export async function openAnswer({ page }, address) {
  const came = await page.goto(address);
  const opened = Date.now();
  const countsAtOnce = () => page.waitForTimeout(Math.max(0, opened + SOONEST_MS - Date.now()));
  return { came, countsAtOnce };
}
