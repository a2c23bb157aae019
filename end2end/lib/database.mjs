// A fresh database on the PostgreSQL server the caller names, gone afterwards.
import { randomBytes } from "node:crypto";
import postgres from "postgres";

/** Address of the server whose user may create databases, if there is one. */
export const SERVER = process.env.RAPPORT_TEST_POSTGRES || "";

async function administer(run) {
  const sql = postgres(SERVER, { max: 1, onnotice: () => {} });
  try {
    await run(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Runs one statement on the database at `address`. */
export async function runOn(address, statement) {
  const sql = postgres(address, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Makes an empty database; answers with its address and how to drop it. */
export async function freshDatabase() {
  const name = `rapport_end2end_${randomBytes(6).toString("hex")}`;
  await administer((sql) => sql.unsafe(`CREATE DATABASE ${name}`));
  const address = new URL(SERVER);
  address.pathname = `/${name}`;
  return {
    address: address.href,
    drop: () => administer((sql) => sql.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}
