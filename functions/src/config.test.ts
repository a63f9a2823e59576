import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { Config } from "./config.ts";

const params = {
  FIREBASE_CONFIG: JSON.stringify({ projectId: "demo-calendar-sync" }),
  GOOGLE_CLIENT_ID: "client",
  USERS_ROOT: "users",
  FIRESTORE_DATABASE: "(default)",
  FIREBASE_KIT_INSTANCE_ID: "",
  FUNCTIONS_EMULATOR: "",
  FUNCTION_DEFAULT_REGION: "us-central1",
  WEBHOOK_URL: "",
  OAUTH_REDIRECT_URL: "",
  APP_ORIGINS: "",
  PAST_WINDOW_DAYS: "30",
  RETENTION_DAYS: "400",
  HORIZON_DAYS: "400",
  MIN_PULL_INTERVAL_MS: "2000",
  DAILY_CALLS: "1000000",
  UPGRADES_PER_HOUR: "500",
  ENFORCE_APP_CHECK: "false",
  CHANGE_FEED: "false",
  WRITE_ACCESS: "false",
  REMOVE_DELETED_USERS: "true",
  DELEGATED_DOMAINS: "",
  DELEGATION_SERVICE_ACCOUNT: "",
};
let before: NodeJS.ProcessEnv;

beforeEach(() => {
  before = process.env;
});
afterEach(() => {
  process.env = before;
});

/** The configuration of a new instance that was deployed with these params. */
async function configOf(changed: Partial<typeof params>): Promise<Config> {
  process.env = { ...before, ...params, ...changed };
  jest.resetModules();
  const { readConfig } = await import("./config.ts");
  return readConfig();
}

describe("the configuration", () => {
  test("is complete with nothing but a client id", async () => {
    expect(await configOf({})).toMatchObject({
      webhookUrl: "https://us-central1-demo-calendar-sync.cloudfunctions.net/calendarWebhook",
      appOrigins: ["https://demo-calendar-sync.web.app", "https://demo-calendar-sync.firebaseapp.com"],
      oauthRedirectUrl: "https://us-central1-demo-calendar-sync.cloudfunctions.net/oauthCallback",
      usersRoot: "users",
      firestoreDatabase: "(default)",
      enforceAppCheck: false,
      removeDeletedUsers: "true",
      upgradesPerHour: 500,
    });
    expect(await configOf({ REMOVE_DELETED_USERS: "" })).toMatchObject({ removeDeletedUsers: "true" });
    await expect(configOf({ REMOVE_DELETED_USERS: "sometimes" })).rejects.toThrow(/removeDeletedUsers/);
    expect(await configOf({})).not.toHaveProperty("delegation");
  });

  test("follows the prefix that the Firebase CLI adds to the names of a function kit", async () => {
    const address = "https://us-central1-demo-calendar-sync.cloudfunctions.net/kit-work-";
    expect(await configOf({ FIREBASE_KIT_INSTANCE_ID: "work" })).toMatchObject({
      webhookUrl: `${address}calendarWebhook`,
      oauthRedirectUrl: `${address}oauthCallback`,
    });
  });

  test("has addresses of this machine in the Emulator Suite", async () => {
    const { webhookUrl, appOrigins } = await configOf({ FUNCTIONS_EMULATOR: "true" });
    expect(webhookUrl).toBe("http://127.0.0.1:5001/demo-calendar-sync/us-central1/calendarWebhook");
    expect(appOrigins).toEqual(expect.arrayContaining(["http://127.0.0.1:5000", "http://localhost:5173"]));
  });

  test("can have another root of the users' documents, and another database", async () => {
    const place = { usersRoot: "tenants/acme/people", firestoreDatabase: "calendars" };
    expect(
      await configOf({ USERS_ROOT: place.usersRoot, FIRESTORE_DATABASE: place.firestoreDatabase }),
    ).toMatchObject(place);
    expect(await configOf({ USERS_ROOT: "", FIRESTORE_DATABASE: "" })).toMatchObject({
      usersRoot: "users",
      firestoreDatabase: "(default)",
    });
  });

  test("has a threshold of calls, unless it is switched off", async () => {
    expect(await configOf({})).toMatchObject({ dailyCalls: 1_000_000 });
    expect(await configOf({ DAILY_CALLS: "0" })).toMatchObject({ dailyCalls: 0 });
  });

  test("lets the functions change events only if that was chosen", async () => {
    expect(await configOf({})).toMatchObject({ writeAccess: false });
    expect(await configOf({ WRITE_ACCESS: "" })).toMatchObject({ writeAccess: false });
    expect(await configOf({ WRITE_ACCESS: "true" })).toMatchObject({ writeAccess: true });
  });

  test("takes lists with blanks and capitals as they are meant", async () => {
    const config = await configOf({
      APP_ORIGINS: "https://app.example/, https://two.example",
      DELEGATED_DOMAINS: " Corp.Example,other.example ,",
      DELEGATION_SERVICE_ACCOUNT: "robot@project.iam.gserviceaccount.com",
    });
    expect(config).toMatchObject({
      appOrigins: ["https://app.example", "https://two.example"],
      delegation: {
        domains: ["corp.example", "other.example"],
        serviceAccount: "robot@project.iam.gserviceaccount.com",
      },
    });
  });

  test.each<[Partial<typeof params>, RegExp]>([
    [{ UPGRADES_PER_HOUR: "-1" }, /upgradesPerHour/],
    [{ DELEGATED_DOMAINS: "corp.example" }, /delegation\.serviceAccount/],
    [
      { DELEGATED_DOMAINS: "corp.example", DELEGATION_SERVICE_ACCOUNT: "a/../b@corp.example" },
      /delegation\.serviceAccount/,
    ],
    [
      { DELEGATED_DOMAINS: "example", DELEGATION_SERVICE_ACCOUNT: "robot@corp.example" },
      /delegation\.domains/,
    ],
    [
      { DELEGATED_DOMAINS: "@corp.example", DELEGATION_SERVICE_ACCOUNT: "r@corp.example" },
      /delegation\.domains/,
    ],
    [{ ENFORCE_APP_CHECK: "yes" }, /enforceAppCheck/],
    [{ CHANGE_FEED: "on" }, /changeFeed/],
    [{ WRITE_ACCESS: "yes" }, /writeAccess/],
    [{ FUNCTION_DEFAULT_REGION: "everywhere" }, /region/],
    [{ APP_ORIGINS: "app.example" }, /appOrigins/],
    [{ HORIZON_DAYS: "0" }, /horizonDays: Too small/],
    [{ DAILY_CALLS: "-1" }, /dailyCalls/],
    [{ USERS_ROOT: "tenants/acme" }, /usersRoot: must be the path of a collection/],
    [{ USERS_ROOT: "/users" }, /usersRoot/],
    [{ USERS_ROOT: "users/../x" }, /usersRoot: contains a reserved name/],
    [{ USERS_ROOT: "calendarSyncCredentials" }, /usersRoot: contains a reserved name/],
    [{ FIRESTORE_DATABASE: "Calendars" }, /firestoreDatabase/],
  ])("%j is refused by its name", async (changed, name) => {
    await expect(configOf(changed)).rejects.toThrow(name);
  });
});
