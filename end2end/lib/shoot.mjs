// Pictures for people who review, those of what failed, and those of the README.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const FOLDER = path("../screenshots/");
const README = path("../../docs/images/");

const fileName = (name) => name.replace(/[^\p{Letter}\p{Number}]+/gu, "-").replace(/^-|-$/g, "");

async function picture(page, file, options) {
  mkdirSync(dirname(file), { recursive: true });
  await page.screenshot({ path: file, animations: "disabled", caret: "hide", timeout: 15_000, ...options });
  return file;
}

/** Writes `end2end/screenshots/NAME.png`; answers with its path. */
export function shootNow(page, name, options = {}) {
  return picture(page, `${FOLDER}${fileName(name)}.png`, options);
}

/** The same, when asked for by RAPPORT_PICTURES=1: nobody looks at hundreds of pictures of a run that passes. */
export async function shoot(page, name, options = {}) {
  if (process.env.RAPPORT_PICTURES === "1") await shootNow(page, name, options);
}

/** Writes a picture of the README, when asked for by RAPPORT_README_IMAGES=1. */
export async function shootForReadme(page, name) {
  if (process.env.RAPPORT_README_IMAGES !== "1") return;
  await picture(page, `${README}${name}.png`);
}
