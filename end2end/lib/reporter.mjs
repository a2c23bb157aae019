// One line a test, the whole story of a failure, and at the very end `N passed, N failed, N skipped`.

/** Listens to the events of node's test runner. */
export class Reporter {
  #folder;
  #counts = { passed: 0, failed: 0, skipped: 0 };
  #began = Date.now();
  /** Files with a test that failed. */
  #failedIn = new Set();

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
      this.#counts.skipped += 1;
      this.#line("skipped", event.name, typeof event.skip === "string" ? event.skip : "");
    } else if (type === "test:fail") {
      this.#fail(file, event.name, event);
    } else {
      this.#counts.passed += 1;
      this.#line("passed", event.name, this.#seconds(event));
    }
  }

  /** Prints the counts; answers with the exit code. */
  conclude() {
    const { passed, failed, skipped } = this.#counts;
    console.log(`\nend2end took ${Math.round((Date.now() - this.#began) / 1000)} s`);
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    return failed === 0 && passed > 0 ? 0 : 1;
  }

  #fail(file, name, event) {
    this.#counts.failed += 1;
    this.#failedIn.add(file);
    this.#line("FAILED", name, this.#seconds(event));
    const error = event.details?.error;
    const cause = error?.cause ?? error;
    const story = String(cause?.stack ?? cause?.message ?? cause);
    console.log(story.split("\n").map((line) => `    ${line}`).join("\n"));
  }

  #line(outcome, name, more) {
    console.log([outcome.padEnd(8), name, more && `- ${more}`].filter(Boolean).join(" "));
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
    return event.details?.error?.failureType === "subtestsFailed" || this.#failedIn.has(this.#file(event));
  }
}
