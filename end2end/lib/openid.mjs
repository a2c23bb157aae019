// A small provider of sign-ins: shows who would be let in, and gives its word for them.
import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer } from "node:http";
import { after } from "node:test";

export const CLIENT = { id: "rapport", secret: "s3cret of+the/client" };

const text = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The system in which people have an account. `account` is who sits in front of it. */
export class OpenId {
  #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  #codes = new Map();
  #server;
  account = { sub: "1", email: "nobody@rapport.example" };

  static async start() {
    const provider = new OpenId();
    provider.#server = createServer((asked, answer) => provider.#answer(asked, answer));
    await new Promise((resolve) => provider.#server.listen(0, "127.0.0.1", resolve));
    provider.issuer = `http://127.0.0.1:${provider.#server.address().port}`;
    after(() => provider.#server.close());
    return provider;
  }

  async #answer(asked, answer) {
    const { pathname, searchParams } = new URL(asked.url, this.issuer);
    const json = (value, status = 200) => {
      answer.writeHead(status, { "content-type": "application/json", connection: "close" });
      answer.end(JSON.stringify(value));
    };
    if (pathname === "/.well-known/openid-configuration") json(this.#description());
    else if (pathname === "/keys") {
      json({ keys: [{ ...this.#keys.publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "ES256" }] });
    } else if (pathname === "/authorize") {
      const code = randomUUID();
      this.#codes.set(code, { ...Object.fromEntries(searchParams), account: this.account });
      const back = new URL(searchParams.get("redirect_uri"));
      back.search = new URLSearchParams({ code, state: searchParams.get("state") });
      answer.writeHead(200, { "content-type": "text/html" });
      answer.end(`<!DOCTYPE html><title>Acme</title><a href="${back.href.replaceAll("&", "&amp;")}">Go on</a>`);
    } else if (pathname === "/token") json(...(await this.#token(asked)));
    else if (pathname === "/favicon.ico") answer.writeHead(204).end();
    else json({ error: "not found" }, 404);
  }

  #description() {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/keys`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["ES256"],
    };
  }

  async #token(asked) {
    let body = "";
    for await (const piece of asked) body += piece;
    const form = new URLSearchParams(body);
    const [, basic] = (asked.headers.authorization ?? "").split(" ");
    const [id, secret] = Buffer.from(basic ?? "", "base64").toString().split(":");
    const plain = (value) => decodeURIComponent((value ?? "").replaceAll("+", " "));
    if (plain(id) !== CLIENT.id || plain(secret) !== CLIENT.secret) return [{ error: "invalid_client" }, 401];
    const code = this.#codes.get(form.get("code"));
    this.#codes.delete(form.get("code"));
    const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    if (code?.code_challenge !== challenge) return [{ error: "invalid_grant" }, 400];
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: this.issuer, aud: CLIENT.id, iat: now, exp: now + 60, nonce: code.nonce, email_verified: true };
    const signed = `${text({ alg: "ES256", kid: "1", typ: "JWT" })}.${text({ ...claims, ...code.account })}`;
    const seal = sign("sha256", Buffer.from(signed), { key: this.#keys.privateKey, dsaEncoding: "ieee-p1363" });
    return [{ access_token: "x", token_type: "Bearer", id_token: `${signed}.${seal.toString("base64url")}` }];
  }
}
