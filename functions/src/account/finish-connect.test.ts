import { beforeEach, describe, expect, test } from "@jest/globals";
import { ConnectWorld } from "./connect-world.fake.ts";
import { confirmConnect, finishConnect } from "./finish-connect.ts";
import { accountIdOf } from "../model/keys.ts";

let world: ConnectWorld;
const accountId = accountIdOf("uid", "sub");
const returnTo = "https://app.example/";
const begun = "s".repeat(32);

beforeEach(() => {
  world = new ConnectWorld();
  world.states.set(begun, { uid: "uid", verifier: "v", returnTo, expiresAtMs: world.nowMs + 600_000 });
});

const finish = async (answer: { code?: string; error?: string } = { code: "the code" }, state = begun) =>
  await finishConnect(world.ports(), { state, code: answer.code, error: answer.error });

describe("a consent", () => {
  test("queues a sync and a channel for each calendar, a channel for the list, and the removal of what is gone", async () => {
    expect(await finish()).toEqual({ kind: "connected", accountId, returnTo });
    expect(world.queued.sort()).toEqual(
      ["clean removed", "open calendar", `open ${accountId}`, "stop removed", "sync calendar 5"].sort(),
    );
    expect(world.connections[0]).toMatchObject({ accountId, email: "ada@corp.example" });
  });

  test("whose first work cannot be queued asks to try again; what is stored is whole, and trying again repairs it", async () => {
    world.queueDown = true;
    expect(await finish()).toEqual({ kind: "refused", error: "try_again", returnTo });
    expect(world.connections).toHaveLength(1);
    world.queueDown = false;
    world.states.set("t".repeat(32), { uid: "uid", verifier: "v", returnTo, expiresAtMs: world.nowMs + 1 });
    expect(await finish({ code: "another" }, "t".repeat(32))).toMatchObject({ kind: "connected", accountId });
    expect(world.queued).toContain("sync calendar 5");
  });

  test("names each connection anew, so that a refusal of the last one is told from one of this", async () => {
    await finish();
    world.states.set("t".repeat(32), { uid: "uid", verifier: "v", returnTo, expiresAtMs: world.nowMs + 1 });
    await finish({ code: "another" }, "t".repeat(32));
    const [one, two] = world.connections.map(({ credential }) => credential.grantId);
    expect(one).toHaveLength(16);
    expect(two).not.toBe(one);
  });

  test.each([
    [{ kind: "failed", reason: "unavailable" }, "try_again"],
    [{ kind: "failed", reason: "forbidden" }, "google_error"],
  ] as const)("whose calendars cannot be listed (%j) stores nothing", async (listing, error) => {
    world.listing = listing;
    expect(await finish()).toEqual({ kind: "refused", error, returnTo });
    expect([world.connections, world.queued]).toEqual([[], []]);
  });
});

describe("a consent that is to be confirmed", () => {
  beforeEach(() => {
    world.confirmFirst = true;
  });
  const kept = async () => {
    const outcome = await finish();
    if (outcome.kind !== "toConfirm") throw new Error(outcome.kind);
    return outcome.confirmation;
  };
  const confirm = async (uid: string, confirmation: string) =>
    await confirmConnect(world.ports(), { uid, confirmation });

  test("is not exchanged before that, and its code is kept under seal", async () => {
    const confirmation = await kept();
    expect(confirmation).not.toBe(begun);
    expect([world.exchanged, world.connections]).toEqual([[], []]);
    expect([...world.states.keys()]).toEqual([confirmation]);
    expect(JSON.stringify([...world.states.values()])).not.toContain("the code");
  });

  test("connects when the user who began confirms, once", async () => {
    const confirmation = await kept();
    expect(await confirm("uid", confirmation)).toEqual({ kind: "connected", accountId });
    expect(world.exchanged).toEqual(["the code"]);
    expect(await confirm("uid", confirmation)).toEqual({ kind: "unknownAttempt" });
    expect(world.connections).toHaveLength(1);
  });

  test("is refused to another user, and gone for everybody then", async () => {
    const confirmation = await kept();
    expect(await confirm("victim", confirmation)).toEqual({ kind: "otherUser" });
    expect(await confirm("uid", confirmation)).toEqual({ kind: "unknownAttempt" });
    expect([world.exchanged, world.connections, world.states.size]).toEqual([[], [], 0]);
  });

  test("is too old after five minutes", async () => {
    const confirmation = await kept();
    world.nowMs += 5 * 60_000;
    expect(await confirm("uid", confirmation)).toEqual({ kind: "unknownAttempt" });
    expect(world.exchanged).toEqual([]);
  });

  test("cannot be finished by a redirect, nor can an attempt without a consent be confirmed", async () => {
    const confirmation = await kept();
    expect(await finish({ code: "injected" }, confirmation)).toEqual({ kind: "unknownAttempt" });
    world.states.set(begun, { uid: "uid", verifier: "v", returnTo, expiresAtMs: world.nowMs + 1 });
    expect(await confirm("uid", begun)).toEqual({ kind: "unknownAttempt" });
    expect([world.exchanged, world.states.size]).toEqual([[], 0]);
  });

  test("whose code cannot be opened any more asks to try again, and that works", async () => {
    const confirmation = await kept();
    const state = world.states.get(confirmation);
    if (state === undefined) throw new Error("nothing was kept");
    world.states.set(confirmation, { ...state, code: "sealed with a key that is gone" });
    expect(await confirm("uid", confirmation)).toEqual({ kind: "refused", error: "try_again" });
    expect([world.exchanged, world.connections]).toEqual([[], []]);
    world.states.set(begun, { uid: "uid", verifier: "v", returnTo, expiresAtMs: world.nowMs + 1 });
    expect(await confirm("uid", await kept())).toEqual({ kind: "connected", accountId });
  });

  test("that was denied needs no confirmation", async () => {
    expect(await finish({ error: "access_denied" })).toMatchObject({ error: "access_denied" });
    expect(world.states.size).toBe(0);
  });

  test("says why when Google refuses the code", async () => {
    const confirmation = await kept();
    world.grant = { kind: "refused", reason: "codeRejected" };
    expect(await confirm("uid", confirmation)).toEqual({ kind: "refused", error: "code_rejected" });
  });
});
