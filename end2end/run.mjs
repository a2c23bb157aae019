// Runs the journeys, one file more at a time than there are processors, and ends with one line of counts: half of the time
// a journey waits for what a person would wait for, too.
// Words on the command line choose files by name: `npm test -- customers import`.
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { run } from "node:test";
import { fileURLToPath } from "node:url";
import { Reporter } from "./lib/reporter.mjs";

const FOLDER = fileURLToPath(new URL("journeys/", import.meta.url));
const PICTURES = fileURLToPath(new URL("pictures/", import.meta.url));
const LONGEST_MS = 15 * 60_000;

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
const stream = run({ files, concurrency: Number(process.env.RAPPORT_END2END_JOBS ?? availableParallelism() + 1), timeout: LONGEST_MS });
for (const type of ["test:pass", "test:fail", "test:stdout", "test:stderr"]) {
  stream.on(type, (event) => reporter.hear(type, event));
}
stream.on("end", () => {
  process.exitCode = reporter.conclude();
});
stream.resume();
