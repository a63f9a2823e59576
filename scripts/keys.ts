/** `npm run keys`: the keys that seal tokens. See help/keys.txt. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { initializeApp } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import { readRing, withNewKey } from "../functions/cli/key-ring.ts";
import { createCredentialKeys } from "../functions/src/firestore/credentials.repository.ts";
import { reportKeys, type AccountKey } from "./keys/report-keys.ts";

/** If Firestore cannot be reached, its client repeats a call for minutes. That is too long for a command. */
const patienceMs = 30_000;

function usage(problem?: string): number {
  if (problem !== undefined) console.error(`${problem}\n`);
  console.error(readFileSync(join(import.meta.dirname, "help", "keys.txt"), "utf8"));
  return problem === undefined ? 0 : 2;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      active: { type: "string" },
      project: { type: "string" },
      all: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [verb, id, ...others] = positionals;
  if (values.help) return usage();
  if (others.length > 0) return usage(`one word too many: ${others.join(" ")}`);
  if (verb === "new") return await printNewRing(id);
  if (verb === "check" && id === undefined) return await check(values);
  return usage(verb === undefined ? "check, or new?" : `not a command: ${positionals.join(" ")}`);
}

async function printNewRing(id: string | undefined): Promise<number> {
  const given = process.stdin.isTTY ? "" : await readInput();
  const ring = given.trim() === "" ? undefined : readRing(given);
  if (ring === undefined && given.trim() !== "") return usage("the standard input is no key ring");
  const next = withNewKey(ring, id, randomBytes(32).toString("base64url"));
  if (next === undefined) return usage(`not a name for a new key: ${id ?? ""}`);
  console.log(JSON.stringify(next));
  return 0;
}

async function readInput(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

async function check(options: { active?: string; project?: string; all: boolean }): Promise<number> {
  const projectId = options.project ?? process.env["GCLOUD_PROJECT"];
  if (projectId === undefined) return usage("Which project? Say --project ID.");
  const where = process.env["FIRESTORE_EMULATOR_HOST"] ?? `the Firestore of ${projectId}`;
  const db = getFirestore(initializeApp({ projectId }));
  const read = async (): Promise<AccountKey[]> => {
    const accounts: AccountKey[] = [];
    for await (const account of createCredentialKeys(db).all()) accounts.push(account);
    return accounts;
  };
  const late = new Promise<"late">(resolve => setTimeout(resolve, patienceMs, "late").unref());
  const accounts = await Promise.race([read(), late]);
  if (accounts === "late") throw new Error(`no answer from ${where} within ${patienceMs / 1000} s`);
  const active = options.active ?? readRing(process.env["TOKEN_ENCRYPTION_KEYS"] ?? "")?.active;
  const { lines, exitCode } = reportKeys(accounts, active, options.all);
  for (const line of lines) console.log(line);
  return exitCode;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(`keys: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(2);
}
