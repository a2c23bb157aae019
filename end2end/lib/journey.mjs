// One test: a visitor, what they do, and the proof that nothing else went wrong on the way.
import { basename } from "node:path";
import { test } from "node:test";
import { shootNow } from "./shoot.mjs";

const LIMIT_MS = 240_000;
const FILE = basename(process.argv[1] ?? "", ".test.mjs");

/** Declares a test that needs no window of its own. */
export function check(name, run, { skip = false } = {}) {
  test(`${FILE}: ${name}`, { skip, timeout: LIMIT_MS }, run);
}

/**
 * Declares a test in `house`, seen through `face`. `run` is given the visitor and `visit(options)` for further
 * ones. `as` says who is signed in (nobody by default); other options are those of a browser context.
 */
export function journey(house, name, face, run, { skip = false, ...options } = {}) {
  const title = `${name} (${face.title})`;
  const perform = async () => {
    const visitors = [];
    const visit = async (look = face, more = options) => {
      const visitor = await house.visitor(look, more);
      visitors.push(visitor);
      return visitor;
    };
    try {
      const visitor = await visit();
      await run(visitor, visit);
      const problems = visitors.flatMap((each) => each.watch.problems());
      if (problems.length > 0) throw new Error(`the browser complained:\n  ${problems.join("\n  ")}`);
    } catch (error) {
      throw await explained(error, title, visitors, house);
    } finally {
      await Promise.all(visitors.map((visitor) => visitor.close().catch(() => {})));
    }
  };
  check(title, perform, { skip });
}

/** Where in these files it happened. */
function ownFrames(error) {
  const frames = String(error?.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return frames.filter((line) => /end2end\/(journeys|pages)/.test(line)).join("\n");
}

/** The error with what a person needs to find its cause: pictures, addresses, complaints, the server's last words. */
async function explained(error, title, visitors, house) {
  // Playwright colours its words.
  const story = [String(error?.message ?? error).replace(/\u001b\[\d+m/g, "")];
  let number = 0;
  for (const { page, watch } of visitors) {
    number += 1;
    const file = await shootNow(page, `failed ${title} ${number}`).catch((cause) => `no picture: ${cause.message}`);
    story.push(`at ${page.url()}`, `picture: ${file}`, ...watch.problems().map((problem) => `browser: ${problem}`));
  }
  story.push("the server's last words:", house.server.log(12));
  const told = new Error(story.join("\n"));
  told.stack = `${told.message}\n${ownFrames(error)}`;
  return told;
}
