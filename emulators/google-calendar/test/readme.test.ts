import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { createGoogleCalendarEmulator, type GoogleCalendarEmulator } from "../src/index.ts";

const run = promisify(execFile);
const folder = join(__dirname, "..");
const read = (...path: string[]): string => readFileSync(join(folder, ...path), "utf8");

/** The README's code blocks of one language, in the section with this heading. */
function blocks(heading: string, language: string): string[] {
  const section =
    read("README.md")
      .split(/^## /m)
      .find(text => text.startsWith(heading)) ?? "";
  return [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, name, code]) =>
    name === language && code !== undefined ? [code.trim()] : [],
  );
}

const GUIDE = "Test your own app";
const README_URL = "http://127.0.0.1:9190";
let emulator: GoogleCalendarEmulator;

beforeAll(async () => {
  emulator = await createGoogleCalendarEmulator({ seed: 1 });
});
beforeEach(() => {
  emulator.reset();
});
afterAll(async () => {
  await emulator.close();
});

test("the guide's blocks are guide.test.ts, which runs", () => {
  expect(blocks(GUIDE, "ts").join("\n\n")).toBe(read("test", "guide.test.ts").trim());
});

test("the example for Vitest is the same test", () => {
  const example = read("..", "..", "examples", "emulator-vitest", "calendar.test.ts");
  expect(example).toBe(read("test", "guide.test.ts").replace('"@jest/globals"', '"vitest"'));
});

test("the calls without a library work as printed", async () => {
  const [calls = ""] = blocks(GUIDE, "sh");
  const { stdout } = await run("bash", ["-euc", calls.replaceAll(README_URL, emulator.url)]);
  expect(stdout).toContain('"id":"ada@example.com"');
  expect(stdout).not.toContain('"error"');
});

test("the control calls work as printed", async () => {
  emulator.load({ users: [{ email: "ada@example.com" }] });
  const calls = blocks("Habits and faults", "sh").join("\n");
  const { stdout } = await run("bash", ["-euc", calls], { env: { ...process.env, url: emulator.url } });
  expect(calls.match(/^control POST/gm)).toHaveLength(13);
  expect(stdout).not.toContain('"error"');
});

test("every address of the table is served", async () => {
  const addresses = [...read("README.md").matchAll(/^\|[^|]+\| `(http:[^`]+)`/gm)].map(
    ([, address]) => address,
  );
  expect(addresses).toHaveLength(10);
  for (const address of addresses) {
    const path = address?.slice(README_URL.length) ?? "";
    // The API answers below its root only.
    const url = `${emulator.url}${path}${path === "/calendar/v3" ? "/colors" : ""}`;
    expect({ path, status: (await fetch(url)).status }).not.toEqual({ path, status: 404 });
  }
  expect((await fetch(`${emulator.url}/oauth2/v3/elsewhere`)).status).toBe(404);
});
