// One line a test, the whole story of a failure, all failures once more at the end, and then `N passed, N failed, N skipped`.

/** Listens to the events of node's test runner. */
export class Reporter {
  #folder;
  #began = Date.now();
  /** What happened in each file. */
  #files = new Map();
  /** Stories of what failed and then passed, when its file ran once more. */
  #unsteady = [];

  constructor(folder) {
    this.#folder = folder;
  }

  hear(type, event) {
    if (type === "test:stdout" || type === "test:stderr") {
      // The runner's own children speak here only when a test prints something.
      process.stdout.write(event.message);
      return;
    }
    const file = this.#file(event);
    if (this.#isFile(event)) {
      // A file is no test of its own, except when it fails without one, such as when the server does not start.
      if (type === "test:fail" && !this.#isSumOfTests(event)) this.#fail(file, `${file}, the file as a whole`, event);
      return;
    }
    if (event.skip !== undefined && event.skip !== false) {
      this.#of(file).skipped += 1;
      this.#line("skipped", event.name, typeof event.skip === "string" ? event.skip : "");
    } else if (type === "test:fail") {
      this.#fail(file, event.name, event);
    } else {
      this.#of(file).passed += 1;
      this.#line("passed", event.name, this.#seconds(event));
    }
  }

  /** The files in which something failed. */
  failedFiles() {
    return [...this.#files].filter(([, { stories }]) => stories.length > 0).map(([file]) => file);
  }

  /** Forgets the counts of `files`, which run once more; what failed in them is still told at the end. */
  again(files) {
    console.log(`\nOnce more, one at a time: ${files.join(", ")}`);
    for (const file of files) {
      this.#unsteady.push(...this.#of(file).stories);
      this.#files.delete(file);
    }
  }

  /** Prints what failed and the counts; answers with the exit code. */
  conclude() {
    const all = [...this.#files.values()];
    const sum = (count) => all.map(count).reduce((one, other) => one + other, 0);
    for (const story of this.#unsteady) console.log(`\nfailed at first: ${story}`);
    for (const { stories } of all) for (const story of stories) console.log(`\nFAILED: ${story}`);
    const [passed, failed, skipped] = [sum((file) => file.passed), sum((file) => file.stories.length), sum((file) => file.skipped)];
    console.log(`\nend2end took ${Math.round((Date.now() - this.#began) / 1000)} s`);
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    return failed === 0 && passed > 0 ? 0 : 1;
  }

  #fail(file, name, event) {
    const error = event.details?.error;
    const cause = error?.cause ?? error;
    const story = String(cause?.stack ?? cause?.message ?? cause).split("\n").filter((line) => !line.includes("(node:internal/"));
    const told = `${name} - ${this.#seconds(event)}\n${story.map((line) => `    ${line}`).join("\n")}`;
    this.#of(file).stories.push(told);
    this.#line("FAILED", told);
  }

  #line(outcome, name, more) {
    console.log([outcome.padEnd(8), name, more && `- ${more}`].filter(Boolean).join(" "));
  }

  #of(file) {
    if (!this.#files.has(file)) this.#files.set(file, { passed: 0, skipped: 0, stories: [] });
    return this.#files.get(file);
  }

  #seconds(event) {
    return event.details?.duration_ms === undefined ? "" : `${(event.details.duration_ms / 1000).toFixed(1)} s`;
  }

  #file(event) {
    return this.#isFile(event)
      ? event.name.replace(this.#folder, "").replace(/^.*\//, "").replace(/\.test\.mjs$/, "")
      : event.name.split(":")[0];
  }

  #isFile(event) {
    return event.nesting === 0 && String(event.name).endsWith(".test.mjs");
  }

  #isSumOfTests(event) {
    return event.details?.error?.failureType === "subtestsFailed" || this.#of(this.#file(event)).stories.length > 0;
  }
}
