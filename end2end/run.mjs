// Runs the journeys, one file more at a time than there are processors, and ends with one line of counts: half of the time
// a journey waits for what a person would wait for, too. A file that fails runs once more by itself, and both are told.
// Words on the command line choose files by name: `npm test -- customers import`.
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { run } from "node:test";
import { fileURLToPath } from "node:url";
import { Reporter } from "./lib/reporter.mjs";

const FOLDER = fileURLToPath(new URL("journeys/", import.meta.url));
const PICTURES = fileURLToPath(new URL("pictures/", import.meta.url));
const LONGEST_MS = 15 * 60_000;
/** So many files that failed are run once more: that few may be late on a busy machine, and more have a cause of their own. */
const FEW = 3;

const words = process.argv.slice(2);
const folders = process.env.RAPPORT_README_IMAGES === "1" ? [FOLDER, PICTURES] : [FOLDER];
const files = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".test.mjs"))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort()
    .map((file) => folder + file),
);
if (files.length === 0) {
  console.error(`Stopped: no journey is called like ${words.join(", ")}. There are: ${readdirSync(FOLDER).join(", ")}`);
  process.exit(1);
}

const reporter = new Reporter(FOLDER);

/** Runs `files`, so many at a time, and answers when all have ended. */
function runAll(files, concurrency) {
  return new Promise((resolve) => {
    const stream = run({ files, concurrency, timeout: LONGEST_MS });
    for (const type of ["test:pass", "test:fail", "test:stdout", "test:stderr"]) {
      stream.on(type, (event) => reporter.hear(type, event));
    }
    stream.on("end", resolve);
    stream.resume();
  });
}

await runAll(files, Number(process.env.RAPPORT_END2END_JOBS ?? availableParallelism() + 1));
const failed = reporter.failedFiles();
if (failed.length > 0 && failed.length <= FEW) {
  reporter.again(failed);
  await runAll(files.filter((path) => failed.includes(basename(path, ".test.mjs"))), 1);
}
process.exitCode = reporter.conclude();
