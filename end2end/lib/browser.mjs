// Chromium of the distribution, without what a browser does on its own account.
import { chromium } from "playwright-core";

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Containers have a tiny /dev/shm.
  "--disable-dev-shm-usage",
];

/** Starts the browser. Its sandbox cannot be had as root, where tests in containers run. */
export function launch() {
  const asRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: process.env.RAPPORT_CHROMIUM || "/usr/bin/chromium",
    args: asRoot ? [...FLAGS, "--no-sandbox"] : FLAGS,
  });
}

/** Options of a browser context that looks as `face` says. */
export function contextOptions(face, more = {}) {
  return {
    viewport: face.viewport,
    hasTouch: face.hasTouch,
    isMobile: face.isMobile,
    locale: face.lang,
    colorScheme: face.theme,
    timezoneId: "Asia/Shanghai",
    reducedMotion: "reduce",
    ...more,
  };
}
