// Rapport itself, started on a free port with a folder or database of its own, and stopped again.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freshDatabase, runOn } from "./database.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PROGRAM = process.env.RAPPORT_BIN ?? join(ROOT, "target/debug/rapport");
const SITE = process.env.RAPPORT_SITE ?? join(ROOT, "target/site");
const LINK = /https?:\/\/\S+\/setup\?token=[0-9a-f]+/;

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A server and what it works on. */
export class Server {
  #child;
  #ended;
  #words = "";
  #database;

  /** Starts one. `onPostgres` gives it a database of its own; `prepare(server)` runs commands before it serves. */
  static async start({ onPostgres = false, limits = true, prepare } = {}) {
    const server = new Server();
    server.data = mkdtempSync(join(tmpdir(), "rapport-end2end-"));
    if (onPostgres) server.#database = await freshDatabase();
    try {
      await prepare?.(server);
      await server.#serve(limits ? [] : ["--no-rate-limits"]);
    } catch (error) {
      await server.stop().catch(() => {});
      throw error;
    }
    return server;
  }

  get #environment() {
    const { RAPPORT_DATABASE, RAPPORT_DATA, ...rest } = process.env;
    return this.#database ? { ...rest, RAPPORT_DATABASE: this.#database.address } : rest;
  }

  /** Runs `rapport COMMAND ..` on the same data, with `input` typed in; answers with its words. */
  command(command, words, input = "") {
    return new Promise((resolve, reject) => {
      const options = { env: this.#environment, stdio: ["pipe", "pipe", "pipe"] };
      const child = spawn(PROGRAM, [...command.split(" "), "--data", this.data, ...words], options);
      let said = "";
      const hear = (chunk) => (said += chunk);
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.stdin.on("error", () => {});
      child.stdin.end(input);
      child.once("error", reject);
      child.once("close", (code) =>
        code === 0 ? resolve(said) : reject(new Error(`rapport ${command} ended with ${code}:\n${said}`)),
      );
    });
  }

  async #serve(more) {
    const port = await freePort();
    this.address = `http://127.0.0.1:${port}`;
    const words = ["serve", "--data", this.data, "--listen", `127.0.0.1:${port}`, "--site", SITE, ...more];
    this.#child = spawn(PROGRAM, words, { env: this.#environment, stdio: ["ignore", "pipe", "pipe"] });
    const hear = (chunk) => (this.#words += chunk);
    this.#child.stdout.on("data", hear);
    this.#child.stderr.on("data", hear);
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", (error) => {
        this.#words += `\n${error.message}\n`;
        resolve(-1);
      });
      this.#child.once("close", (code, signal) => resolve(code ?? signal));
    });
    // A test process that dies must not leave a server behind.
    process.once("exit", () => this.#child.kill("SIGKILL"));
    const until = Date.now() + 30_000;
    while (Date.now() < until) {
      const ended = await Promise.race([this.#ended.then((code) => ({ code })), pause(50)]);
      if (ended) throw new Error(`rapport serve ended with ${ended.code}:\n${this.log()}`);
      const ready = await fetch(`${this.address}/readyz`).then((answer) => answer.ok, () => false);
      if (ready) return;
    }
    throw new Error(`rapport serve was not ready after 30 s:\n${this.log()}`);
  }

  /** The one-time link the server printed, as it stands on its own address. */
  async setupLink() {
    const until = Date.now() + 5_000;
    while (Date.now() < until) {
      const found = LINK.exec(this.#words);
      if (found) {
        const link = new URL(found[0]);
        return `${this.address}${link.pathname}${link.search}`;
      }
      await pause(50);
    }
    throw new Error(`no set-up link among the words of the server:\n${this.log()}`);
  }

  /** Runs one statement beside it; for a server on PostgreSQL. */
  sql(statement) {
    return runOn(this.#database.address, statement);
  }

  /** Its last words. */
  log(lines = 30) {
    return this.#words.trimEnd().split("\n").slice(-lines).join("\n");
  }

  /** Asks it to stop, and takes away what it worked on. It must end by itself and without complaint. */
  async stop() {
    let code = 0;
    if (this.#child) {
      this.#child.kill("SIGTERM");
      // The timer must not keep this process for as long as the server might have taken.
      const late = new Promise((resolve) => setTimeout(resolve, 15_000, "still running after 15 s").unref());
      code = await Promise.race([this.#ended, late]);
      if (typeof code === "string") this.#child.kill("SIGKILL");
    }
    rmSync(this.data, { recursive: true, force: true });
    await this.#database?.drop();
    if (code !== 0) throw new Error(`rapport serve ended with ${code}:\n${this.log()}`);
  }
}
