// What every answer tells the browser: the content security policy with a fresh nonce, and its companions.
import assert from "node:assert/strict";
import { transform } from "lightningcss";
import { House } from "../lib/house.mjs";
import { check } from "../lib/journey.mjs";
import { face } from "../lib/faces.mjs";
import { fixture } from "../fixtures/files.mjs";

const house = await House.open({ files: [fixture("customers_gb18030.csv")] });
const { context } = await house.visitor(face("desktop", "en", "light"), { as: "admin" });
const stranger = (await house.visitor(face("phone", "zh-CN", "dark"))).context;

const NONCE = /'nonce-([^']+)'/g;

const get = (path, who = context) => who.request.get(path, { maxRedirects: 0 });

/** The nonces a policy names. */
const noncesOf = (policy) => new Set([...policy.matchAll(NONCE)].map(([, nonce]) => nonce));

/** Checks the headers of one page; answers with its nonce, if it has one. */
function examine(path, headers, html) {
  const at = (what) => `${path}: ${what}`;
  const policy = headers["content-security-policy"] ?? "";
  assert.match(policy, /default-src 'none'/, at("default-src"));
  assert.match(policy, /frame-ancestors 'none'/, at("frame-ancestors"));
  assert.match(policy, /base-uri 'none'/, at("base-uri"));
  assert.match(policy, /form-action 'self'/, at("form-action"));
  assert.doesNotMatch(policy, /script-src[^;]*'unsafe-(inline|eval)'/, at("script-src"));
  assert.equal(headers["x-content-type-options"], "nosniff", at("nosniff"));
  assert.match(headers["referrer-policy"] ?? "", /^(same-origin|no-referrer)$/, at("referrer-policy"));
  assert.match(headers["cache-control"] ?? "", /no-store/, at("cache-control"));
  assert.match(headers["permissions-policy"] ?? "", /camera=\(\)/, at("permissions-policy"));
  assert.equal(headers["cross-origin-opener-policy"], "same-origin", at("opener policy"));
  assert.equal(headers.server, undefined, at("no name of the server"));
  assert.equal(headers["x-powered-by"], undefined, at("no name of the framework"));

  const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
  const nonces = noncesOf(policy);
  assert.ok(nonces.size <= 1, at("one nonce"));
  const [nonce] = nonces;
  if (!/script-src/.test(policy)) assert.deepEqual(scripts, [], at("a policy without scripts has none"));
  for (const tag of scripts) assert.ok(tag.includes(`nonce="${nonce}"`), at(`${tag} carries the nonce`));
  assert.doesNotMatch(html, /<[a-z][^>]*\son[a-z]+\s*=/i, at("no handler in an attribute"));
  if (nonce) {
    assert.ok(nonce.length >= 22, at("128 bits of nonce"));
    // Styles and preloads may carry it too; text and links never do.
    assert.ok(!html.replaceAll(`nonce="${nonce}"`, "").includes(nonce), at("the nonce stands nowhere else"));
  }
  return nonce;
}

check("every page that can be reached has the policy and headers, with a nonce of its own", async () => {
  const seen = new Set();
  const nonces = new Set();
  const open = ["/", "/more", "/people/new", "/customers/new", "/bin", "/profile", "/import"];
  while (open.length > 0 && seen.size < 160) {
    const path = open.shift();
    // One of each kind of record, and one of each set of what a list is asked for.
    const { pathname, searchParams } = new URL(path, house.address);
    const key = [pathname.replace(/\b([A-Z])-\d+/g, "$1-n"), ...[...new Set(searchParams.keys())].sort()].join(" ");
    if (seen.has(key)) continue;
    seen.add(key);
    const answer = await get(path);
    if (!(answer.headers()["content-type"] ?? "").startsWith("text/html")) continue;
    assert.equal(answer.status(), 200, path);
    const html = await answer.text();
    const nonce = examine(path, answer.headers(), html);
    // Pages of the server's own run no script, so they need none.
    const own = /^\/(second-step|passkeys|confirm)\b/.test(path);
    assert.ok(own || nonce, `${path}: a screen has a nonce`);
    assert.ok(!nonce || !nonces.has(nonce), `${path}: the nonce was used before`);
    if (nonce) nonces.add(nonce);
    for (const [, href] of html.matchAll(/\shref="(\/[^"#]*)"/g)) {
      const next = href.replaceAll("&amp;", "&");
      if (!/^\/(pkg|api|export|files)\b|\.\w{2,12}$/.test(next)) open.push(next);
    }
  }
  const screens = [...seen].map((key) => key.split(" ")[0]);
  for (const known of ["/", "/customers", "/customers/C-n", "/people/P-n", "/admin/users", "/admin/roles", "/admin/structure", "/admin/audit", "/admin/organisation", "/admin/sign-in", "/admin/status"]) {
    assert.ok(screens.includes(known), `the crawl did not come to ${known}: ${[...new Set(screens)].join(" ")}`);
  }
});

check("pages for strangers and refusals have them too", async () => {
  for (const [path, who, statuses] of [
    ["/login", stranger, [200]],
    ["/login?next=/customers", stranger, [200]],
    ["/setup", stranger, [200, 403, 404]],
    ["/setup?token=0", stranger, [200, 403, 404]],
    ["/nowhere", stranger, [404]],
    ["/nowhere", context, [404]],
    ["/customers/C-999999", context, [404, 410]],
    ["/customers/%3Cscript%3E", context, [404, 410]],
    ["/import/999999", context, [404, 410]],
  ]) {
    const answer = await get(path, who);
    assert.ok(statuses.includes(answer.status()), `${path} answered ${answer.status()}`);
    examine(path, answer.headers(), await answer.text());
  }
});

check("a hundred loads have a hundred nonces", async () => {
  const nonces = new Set();
  for (let round = 0; round < 10; round += 1) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => get("/more")));
    for (const answer of answers) {
      for (const nonce of noncesOf(answer.headers()["content-security-policy"])) nonces.add(nonce);
    }
  }
  assert.equal(nonces.size, 100);
});

check("files of the site are kept by browsers, pages and answers are not", async () => {
  const html = await (await get("/")).text();
  const files = new Set([...html.matchAll(/\s(?:href|src)="(\/[^"#]*[./][0-9a-f]{16}[./][^"#]+)"/g)].map(([, file]) => file));
  assert.ok(files.size >= 3, [...files].join(" "));
  for (const file of files) {
    const answer = await get(file);
    assert.equal(answer.status(), 200, file);
    assert.match(answer.headers()["cache-control"], /immutable/, file);
    assert.equal(answer.headers()["x-content-type-options"], "nosniff", file);
    assert.ok(["br", "gzip"].includes(answer.headers()["content-encoding"]), `${file} is sent packed`);
  }
});

check("the joined style sheet parses without a fault", async () => {
  const html = await (await get("/")).text();
  const [, file] = /<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"/.exec(html) ?? /href="([^"]+\.css)"/.exec(html);
  const code = await (await get(file)).body();
  const { warnings } = transform({ code, filename: file, errorRecovery: false });
  assert.deepEqual(warnings, []);
  assert.ok(code.length > 10_000, "the style sheet is whole");
});

check("nobody gets a page through another name", async () => {
  const answer = await context.request.get("/", { headers: { host: "evil.example" }, maxRedirects: 0 });
  assert.equal(answer.status(), 421);
});
