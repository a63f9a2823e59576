import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "@jest/globals";
import type { EnqueueOptions } from "../ports/tasks.port.ts";
import { ConnectWorld } from "./connect-world.fake.ts";
import {
  confirmConnect,
  type ConfirmConnectPorts,
  keepConsent,
  type KeepConsentPorts,
} from "./finish-connect.ts";
import { accountIdOf } from "../model/keys.ts";
import { requestedScopes } from "./scopes.ts";
import { startConnect, type StartConnectPorts } from "./start-connect.ts";

const accountId = accountIdOf("uid", "sub");
const returnTo = "https://app.example/agenda";
const nonce = "s".repeat(32);
let world: ConnectWorld;
let logged: { level: string; fields: unknown }[];
let taskIds: string[];
let causes: string[];

type ConnectPorts = KeepConsentPorts & ConfirmConnectPorts & StartConnectPorts;

/** The world's ports, with a log and a queue that record every call. */
function ports(change: Partial<ConnectPorts> = {}): ConnectPorts {
  const note = (level: string) => (_: string, fields?: unknown) => {
    logged.push({ level, fields });
  };
  const known = world.ports();
  const remember = ({ id }: EnqueueOptions) => taskIds.push(id);
  return {
    ...known,
    tasks: {
      syncCalendar: (task, options) => {
        remember(options);
        causes.push(task.cause);
        return known.tasks.syncCalendar(task, options);
      },
      maintainWatch: (task, options) => {
        remember(options);
        return known.tasks.maintainWatch(task, options);
      },
      cleanUpAccount: (task, options) => {
        remember(options);
        return known.tasks.cleanUpAccount(task, options);
      },
    },
    log: { info: note("info"), warn: note("warn"), error: note("error"), alarm: note("alarm") },
    ...change,
  };
}
const redirect = async (
  answer: { code?: string; error?: string } = { code: "code" },
  change: { readonly appOrigins?: readonly string[] } = {},
) => await keepConsent(ports(change), { state: nonce, code: answer.code, error: answer.error });
/** Google's redirect, and the confirmation by the user who began. */
const connect = async () => {
  const outcome = await redirect();
  if (outcome.kind !== "toConfirm") throw new Error(outcome.kind);
  return await confirmConnect(ports(), { uid: "uid", confirmation: outcome.confirmation });
};

beforeEach(() => {
  world = new ConnectWorld();
  world.states.set(nonce, { uid: "uid", verifier: "v", returnTo, expiresAtMs: world.nowMs + 1 });
  logged = [];
  taskIds = [];
  causes = [];
});

describe("a consent that leads nowhere", () => {
  const grant = {
    kind: "grant",
    accessToken: "access",
    accessTokenExpiresAtMs: 1,
    refreshToken: "refresh",
    scopes: requestedScopes(false),
    identity: { subject: "sub", email: "ada@corp.example" },
  } as const;

  test.each([
    [{ error: "access_denied" }, "access_denied"],
    [{ error: "server_error" }, "google_error"],
    [{ error: "access_denied", code: "code" }, "access_denied"],
    [{}, "google_error"],
  ] as const)("Google sends back %j: %s", async (answer, error) => {
    expect(await redirect(answer)).toEqual({ kind: "refused", error, returnTo });
    expect(logged).toEqual([{ level: "info", fields: { uid: "uid", error } }]);
    expect(world.exchanged).toEqual([]);
  });

  test.each([
    [{ kind: "refused", reason: "codeRejected" }, "code_rejected"],
    [{ kind: "refused", reason: "identityRejected" }, "identity_rejected"],
    [{ kind: "failed", reason: "unavailable", status: 503, googleReason: "why" }, "try_again"],
    [{ ...grant, scopes: ["openid"] }, "missing_scopes"],
    [{ ...grant, refreshToken: undefined }, "no_refresh_token"],
  ] as const)("the code gives %j: %s", async (answer, error) => {
    world.grant = answer as ConnectWorld["grant"];
    expect(await connect()).toEqual({ kind: "refused", error });
    expect(world.connections).toEqual([]);
    const failures = logged.filter(({ level }) => level === "error").map(({ fields }) => fields);
    expect(failures).toEqual(
      error === "try_again" ? [{ reason: "unavailable", status: 503, googleReason: "why" }] : [],
    );
  });

  test("a list that cannot be read is logged with its reason", async () => {
    world.listing = { kind: "failed", reason: "forbidden", status: 403 };
    await connect();
    expect(logged[0]).toEqual({ level: "warn", fields: { reason: "forbidden", status: 403 } });
  });

  test("an account that is being removed says so, and queues nothing", async () => {
    world.outcome = { kind: "disconnecting" };
    expect(await connect()).toEqual({ kind: "refused", error: "disconnecting" });
    expect(world.queued).toEqual([]);
  });

  test("an attempt is used up by the first answer, and too old at its very end", async () => {
    world.nowMs += 1;
    expect(await redirect()).toEqual({ kind: "unknownAttempt" });
    world.nowMs -= 1;
    expect(await redirect()).toEqual({ kind: "unknownAttempt" });
  });

  test("an origin that is no longer the app's is not returned to", async () => {
    const outcome = await redirect({ code: "code" }, { appOrigins: ["https://new.example"] });
    expect(outcome).toMatchObject({ kind: "toConfirm", returnTo: "https://new.example/" });
    world.states.set(nonce, { uid: "uid", verifier: "v", returnTo, expiresAtMs: world.nowMs + 1 });
    expect(await redirect({ code: "code" }, { appOrigins: [] })).toEqual({ kind: "unknownAttempt" });
  });
});

describe("an account that is connected", () => {
  test("is stored with sealed tokens, each for its own use, and nothing that Google did not say", async () => {
    await connect();
    const [connection] = world.connections;
    expect(connection).not.toHaveProperty("name");
    const { seal } = ports();
    const credential = connection?.credential;
    if (credential === undefined || !("refreshToken" in credential)) throw new Error("no consent was stored");
    expect(await seal.open(accountId, "access", credential.accessToken)).toBe("access");
    expect(await seal.open(accountId, "refresh", credential.refreshToken)).toBe("refresh");
    expect(credential).toMatchObject({ uid: "uid", subject: "sub" });
  });

  test("bears the name that Google knows its owner by", async () => {
    if (world.grant.kind === "grant") {
      world.grant = { ...world.grant, identity: { ...world.grant.identity, name: "Ada" } };
    }
    await connect();
    expect(world.connections[0]).toMatchObject({ name: "Ada", nowMs: world.nowMs });
  });

  test.each([
    [false, "connect"],
    [true, "reconnect"],
  ])("queues its first work under new names, and says so (there before: %s)", async (reconnected, cause) => {
    world.outcome = {
      kind: "connected",
      reconnected,
      started: [{ calendarKey: "calendar", epoch: 5 }],
      removed: ["removed"],
    };
    await connect();
    expect(causes).toEqual([cause]);
    const attempt = /-connect-([0-9i]{8})$/.exec(taskIds[0] ?? "")?.[1] ?? "none";
    expect(taskIds.sort()).toEqual(
      [
        `calendar-5-connect-${attempt}`,
        `calendar-open-${attempt}`,
        `removed-stop-${attempt}`,
        `removed-gone-${attempt}`,
        `${accountId}-open-${attempt}`,
      ].sort(),
    );
    expect(logged).toEqual([
      {
        level: "info",
        fields: { uid: "uid", accountId, delegated: false, reconnected, calendars: 0, started: 1 },
      },
    ]);
  });

  test("whose first work cannot be queued says how much of it", async () => {
    world.queueDown = true;
    await connect();
    expect(logged.find(({ level }) => level === "error")?.fields).toEqual({ failed: 5, of: 5 });
  });

  test("by its Workspace is logged as such", async () => {
    world.domains = ["corp.example"];
    const own = { subject: "sub", email: "ada@corp.example" };
    await startConnect(ports(), { uid: "uid", own, returnTo });
    expect(logged).toMatchObject([{ level: "info", fields: { delegated: true } }]);
  });
});

describe("an attempt to connect", () => {
  test("keeps its verifier to itself, gives Google the hash, and lasts ten minutes", async () => {
    const asked: { state: string; codeChallenge: string }[] = [];
    const consentUrl = (request: { state: string; codeChallenge: string }): string => {
      asked.push(request);
      return "https://google.example/";
    };
    const outcome = await startConnect(ports({ oauth: { ...world.ports().oauth, consentUrl } }), {
      uid: "uid",
      own: undefined,
      returnTo,
    });
    expect(outcome).toEqual({ kind: "started", url: "https://google.example/" });
    const [request] = asked;
    const state = world.states.get(request?.state ?? "");
    expect(request?.state).toHaveLength(32);
    expect(state).toMatchObject({ uid: "uid", returnTo, expiresAtMs: world.nowMs + 600_000 });
    expect(state?.verifier).toHaveLength(64);
    expect(request?.codeChallenge).toBe(
      createHash("sha256")
        .update(state?.verifier ?? "")
        .digest("base64url"),
    );
  });

  test("to return to somewhere else is refused", async () => {
    const request = { uid: "uid", own: undefined, returnTo: "https://evil.example/" };
    expect(await startConnect(ports(), request)).toEqual({ kind: "foreignReturnAddress" });
    expect(world.states.size).toBe(1);
  });
});
