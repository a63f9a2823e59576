import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { writeFunctionSettings } from "./function-settings.ts";

describe("the local settings of the functions", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "settings-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const read = (file: string): string => readFileSync(join(folder, file), "utf8");

  test("every param has a local value", () => {
    writeFunctionSettings(folder, {});
    expect(read(".env.local").split("\n")).toEqual([
      "GOOGLE_CLIENT_ID=demo-client.apps.googleusercontent.com",
      "WEBHOOK_URL=http://127.0.0.1:5001/demo-calendar-sync/us-central1/calendarWebhook",
      "OAUTH_REDIRECT_URL=http://127.0.0.1:5001/demo-calendar-sync/us-central1/oauthCallback",
      "APP_ORIGINS=http://127.0.0.1:5000,http://localhost:5000",
      "",
    ]);
  });

  test("the launcher's environment overrides a param, and nothing else of it is passed on", () => {
    writeFunctionSettings(folder, { WEBHOOK_URL: "http://127.0.0.1:9/", HORIZON_DAYS: "10", HOME: "/root" });
    expect(read(".env.local")).toContain("\nWEBHOOK_URL=http://127.0.0.1:9/\n");
    expect(read(".env.local")).toContain("\nHORIZON_DAYS=10\n");
    expect(read(".env.local")).not.toContain("HOME");
  });

  test("a second start keeps the keys, and does not touch a file that says the same", () => {
    writeFunctionSettings(folder, {});
    const secrets = read(".secret.local");
    utimesSync(join(folder, ".env.local"), 1000, 1000);
    writeFunctionSettings(folder, {});
    expect(read(".secret.local")).toBe(secrets);
    expect(statSync(join(folder, ".env.local")).mtimeMs).toBe(1_000_000);
  });

  test("the key is 32 random bytes, and only the owner may read it", () => {
    writeFunctionSettings(folder, {});
    const line = /^TOKEN_ENCRYPTION_KEYS=(.*)$/m.exec(read(".secret.local"))?.[1];
    const { active, keys } = JSON.parse(line ?? "") as { active: string; keys: Record<string, string> };
    expect(Buffer.from(keys[active] ?? "", "base64url")).toHaveLength(32);
    expect(statSync(join(folder, ".secret.local")).mode & 0o777).toBe(0o600);
  });
});
