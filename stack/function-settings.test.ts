import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { addressesAt } from "./addresses.ts";
import { functionParams, writeSecretsOnce } from "./function-settings.ts";

describe("the local params of the functions", () => {
  test("every param has a local value", () => {
    expect(functionParams(addressesAt(0), {}).split("\n")).toEqual([
      "GOOGLE_CLIENT_ID=demo-client.apps.googleusercontent.com",
      "WEBHOOK_URL=http://127.0.0.1:5001/demo-calendar-sync/us-central1/calendarWebhook",
      "OAUTH_REDIRECT_URL=http://127.0.0.1:5001/demo-calendar-sync/us-central1/oauthCallback",
      "APP_ORIGINS=http://127.0.0.1:5000,http://localhost:5000",
      "WRITE_ACCESS=true",
      "",
    ]);
  });

  test("their addresses follow the port offset", () => {
    const params = functionParams(addressesAt(100), {});
    expect(params).toContain("\nWEBHOOK_URL=http://127.0.0.1:5101/");
    expect(params).toContain("\nOAUTH_REDIRECT_URL=http://127.0.0.1:5101/");
    expect(params).toContain("\nAPP_ORIGINS=http://127.0.0.1:5100,http://localhost:5100\n");
  });

  test("the launcher's environment overrides a param, and nothing else of it is passed on", () => {
    const environment = { WEBHOOK_URL: "http://127.0.0.1:9/", HORIZON_DAYS: "10", HOME: "/root" };
    const params = functionParams(addressesAt(0), environment);
    expect(params).toContain("\nWEBHOOK_URL=http://127.0.0.1:9/\n");
    expect(params).toContain("\nHORIZON_DAYS=10\n");
    expect(params).not.toContain("HOME");
  });
});

describe("the local secrets of the functions", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "settings-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test("the key is 32 random bytes, and only the owner may read it", () => {
    const file = join(folder, ".secret.local");
    writeSecretsOnce(file);
    const line = /^TOKEN_ENCRYPTION_KEYS=(.*)$/m.exec(readFileSync(file, "utf8"))?.[1];
    const { active, keys } = JSON.parse(line ?? "") as { active: string; keys: Record<string, string> };
    expect(Buffer.from(keys[active] ?? "", "base64url")).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("a second start keeps them", () => {
    const file = join(folder, ".secret.local");
    writeSecretsOnce(file);
    const secrets = readFileSync(file, "utf8");
    writeSecretsOnce(file);
    expect(readFileSync(file, "utf8")).toBe(secrets);
  });
});
