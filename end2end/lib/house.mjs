// A server that is set up, the people who work there, and the windows they look through.
import { after } from "node:test";
import { texts } from "../pages/texts.mjs";
import { setUp, signIn } from "../pages/entry.mjs";
import { contextOptions, launch } from "./browser.mjs";
import { face } from "./faces.mjs";
import { Server } from "./server.mjs";
import { Watch } from "./watch.mjs";

/** Who works there. Names as colleagues see them. */
export const PEOPLE = {
  admin: { name: "林晓", email: "lin@rapport.example", password: "seven quiet rivers run east" },
  staff: { name: "Ann Weber", email: "ann@rapport.example", password: "an umbrella in the hallway" },
};
export const ORGANISATION = { zh: "华东器材", en: "Huadong Supplies" };

/** The first sign-in that `rapport demo` prints. */
function adminOf(words) {
  const found = /^\s*(\S+@\S+)\s+(\S+)\s+admin,/m.exec(words);
  if (!found) throw new Error(`no administrator among the words of rapport demo:\n${words}`);
  return { email: found[1], password: found[2] };
}

/** One person at one browser. */
export class Visitor {
  #leaving;

  /** `leaving` is told of the window before it closes. */
  constructor(context, page, watch, look, leaving = async () => {}) {
    Object.assign(this, { context, page, watch, face: look, t: texts(look.lang) });
    this.#leaving = leaving;
  }

  async close() {
    await this.#leaving(this).catch(() => {});
    await this.context.close();
  }
}

/** A house is shared by the tests of one file. */
export class House {
  #browser;
  #sessions = new Map();
  server;

  /**
   * Starts server and browser. `files` are imported first; `demo` is the size of an invented company instead;
   * `limits: false` lets one person do more than the server lets people do; with `ready: false` nobody has been
   * set up yet.
   */
  static async open({ files = [], demo = 0, onPostgres = false, limits = true, ready = true } = {}) {
    const house = new House();
    let admin = PEOPLE.admin;
    after(() => house.close());
    [house.server, house.#browser] = await Promise.all([
      Server.start({
        onPostgres,
        limits,
        prepare: async (server) => {
          for (const file of files) await server.command("import", [file]);
          if (demo) admin = adminOf(await server.command("demo", ["--customers", String(demo)]));
        },
      }),
      launch(),
    ]);
    if (demo) await house.#signIn("admin", admin);
    else if (ready) await house.#setUp();
    return house;
  }

  get address() {
    return this.server.address;
  }

  async #setUp() {
    const visitor = await this.visitor(face("desktop", "en", "light"));
    await setUp(visitor, await this.server.setupLink(), PEOPLE.admin, ORGANISATION);
    await this.keepSession("admin", visitor);
    await visitor.close();
  }

  /** Remembers the session of a visitor who has signed in, for `visitor(face, { as })`. */
  async keepSession(who, visitor) {
    this.#sessions.set(who, await visitor.context.storageState());
  }

  /** Opens a window: of a stranger, or of `as` who has signed in before. */
  async visitor(look, { as, ...options } = {}) {
    const storageState = as ? this.#sessions.get(as) : undefined;
    if (as && !storageState) throw new Error(`${as} has not signed in yet`);
    const context = await this.#browser.newContext(
      contextOptions(look, { baseURL: this.address, storageState, ...options }),
    );
    context.setDefaultTimeout(10_000);
    const watch = await Watch.over(context);
    if (as) await this.#wear(context, look);
    const leaving = as ? (visitor) => this.#keepRenewed(as, storageState, visitor) : undefined;
    return new Visitor(context, await context.newPage(), watch, look, leaving);
  }

  /** A proof of who one is gives a session another cookie: whoever comes next with it comes with that one. */
  async #keepRenewed(who, before, visitor) {
    const sid = ({ cookies }) => cookies.find(({ name }) => name === "sid")?.value;
    const now = await visitor.context.storageState();
    if (!sid(now) || sid(now) === sid(before)) return;
    const cookies = before.cookies.map((cookie) => (cookie.name === "sid" ? { ...cookie, value: sid(now) } : cookie));
    this.#sessions.set(who, { ...before, cookies });
  }

  /** Language and theme belong to the person who is signed in. */
  async #wear(context, look) {
    const answer = await context.request.post("/preferences", {
      form: { lang: look.lang, theme: look.theme, next: "/login" },
      headers: { origin: this.address },
      maxRedirects: 0,
    });
    if (answer.status() >= 400) throw new Error(`/preferences answered ${answer.status()}: ${await answer.text()}`);
  }

  /** Adds the colleague `staff` and signs them in. */
  async hireStaff() {
    if (this.#sessions.has("staff")) return;
    const { name, email, password } = PEOPLE.staff;
    await this.server.command("user add", ["--name", name, "--email", email, "--role", "staff"], password);
    await this.#signIn("staff", PEOPLE.staff);
  }

  /** Adds somebody with a role; answers what they sign in with. */
  async hire(name, email, role, password = "four green boats at noon") {
    const person = { name, email: `${email}@rapport.example`, password };
    await this.server.command("user add", ["--name", name, "--email", person.email, "--role", role], password);
    return person;
  }

  /** Lets every proof of who somebody is be from eleven minutes ago; for a house on PostgreSQL. */
  ageProofs() {
    return this.server.sql("UPDATE session SET confirmed_at = confirmed_at - 660000");
  }

  async #signIn(who, person) {
    const visitor = await this.visitor(face("desktop", "en", "light"));
    await signIn(visitor, person);
    await this.keepSession(who, visitor);
    await visitor.close();
  }

  async close() {
    await this.#browser?.close();
    await this.server?.stop();
  }
}
