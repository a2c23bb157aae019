// What must not happen on any page: errors in the console, exceptions, files that do not load, reports of the
// content security policy, pages that differ between server and browser, windows that pop up.

const CSP = "Content security policy:";

/** How Chromium says that a page was left before its program had come. One that never comes is missed by the journey. */
const LEFT_WHILE_LOADING = /WebAssembly compilation aborted: Network error: Response body loading was aborted/;

/** Runs in every page before its own scripts. */
function reportViolations(prefix) {
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(prefix, event.effectiveDirective, event.blockedURI, event.sourceFile ?? "", event.lineNumber ?? "");
  });
}

/** Watches all pages of a browser context. */
export class Watch {
  #problems = [];
  #expected = [];

  static async over(context) {
    const watch = new Watch();
    await context.addInitScript(reportViolations, CSP);
    context.on("page", (page) => watch.#follow(page));
    return watch;
  }

  /** Things that match happen on purpose. */
  expect(...patterns) {
    this.#expected.push(...patterns);
  }

  /** What happened that should not have. */
  problems() {
    return this.#problems.filter((problem) => !this.#expected.some((pattern) => pattern.test(problem)));
  }

  #follow(page) {
    const note = (problem) => this.#problems.push(`${problem} (${page.url()})`);
    page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error") note(`console: ${text} ${message.location().url}`);
      else if (message.type() === "warning" && /hydrat|mismatch|panicked/i.test(text)) note(`console: ${text}`);
    });
    page.on("pageerror", (error) => {
      if (!LEFT_WHILE_LOADING.test(error.message)) note(`exception: ${error.message}`);
    });
    page.on("dialog", (dialog) => {
      note(`window of type ${dialog.type()}: ${dialog.message()}`);
      dialog.dismiss().catch(() => {});
    });
    page.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "";
      // A page that is left stops what it was loading, and a download takes over from a navigation.
      if (!/ERR_ABORTED/.test(reason)) note(`request failed: ${request.url()} ${reason}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 500) note(`answer ${response.status()}: ${response.url()}`);
    });
    page.on("crash", () => note("the page crashed"));
  }
}
