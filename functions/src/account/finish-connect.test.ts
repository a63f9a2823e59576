import { beforeEach, describe, expect, test } from "@jest/globals";
import { ConnectWorld } from "./connect-world.fake.ts";
import { confirmConnect, keepConsent } from "./finish-connect.ts";
import { accountIdOf } from "../model/keys.ts";

let world: ConnectWorld;
const accountId = accountIdOf("uid", "sub");
const returnTo = "https://app.example/";
const begun = "s".repeat(32);

const begin = () => {
  world.states.set(begun, { uid: "uid", verifier: "v", returnTo, expiresAtMs: world.nowMs + 600_000 });
};
beforeEach(() => {
  world = new ConnectWorld();
  begin();
});

const redirect = async (answer: { code?: string; error?: string } = { code: "the code" }, state = begun) =>
  await keepConsent(world.ports(), { state, code: answer.code, error: answer.error });
const kept = async () => {
  const outcome = await redirect();
  if (outcome.kind !== "toConfirm") throw new Error(outcome.kind);
  return outcome.confirmation;
};
const confirm = async (uid: string, confirmation: string) =>
  await confirmConnect(world.ports(), { uid, confirmation });

describe("a confirmed consent", () => {
  test("queues a sync and a channel for each calendar, a channel for the list, and the removal of what is gone", async () => {
    expect(await confirm("uid", await kept())).toEqual({ kind: "connected", accountId });
    expect(world.queued.sort()).toEqual(
      ["clean removed", "open calendar", `open ${accountId}`, "stop removed", "sync calendar 5"].sort(),
    );
    expect(world.connections[0]).toMatchObject({ accountId, email: "ada@corp.example" });
  });

  test("whose first work cannot be queued asks to try again; what is stored is whole, and trying again repairs it", async () => {
    world.queueDown = true;
    expect(await confirm("uid", await kept())).toEqual({ kind: "refused", error: "try_again" });
    expect(world.connections).toHaveLength(1);
    world.queueDown = false;
    begin();
    expect(await confirm("uid", await kept())).toEqual({ kind: "connected", accountId });
    expect(world.queued).toContain("sync calendar 5");
  });

  test("names each connection anew, so that a refusal of the last one is told from one of this", async () => {
    await confirm("uid", await kept());
    begin();
    await confirm("uid", await kept());
    const [one, two] = world.connections.map(({ credential }) => credential.grantId);
    expect(one).toHaveLength(16);
    expect(two).not.toBe(one);
  });

  test.each([
    [{ kind: "failed", reason: "unavailable" }, "try_again"],
    [{ kind: "failed", reason: "forbidden" }, "google_error"],
  ] as const)("whose calendars cannot be listed (%j) stores nothing", async (listing, error) => {
    world.listing = listing;
    expect(await confirm("uid", await kept())).toEqual({ kind: "refused", error });
    expect([world.connections, world.queued]).toEqual([[], []]);
  });
});

describe("a consent", () => {
  test("comes back to the app with a confirmation, and connects nothing by itself", async () => {
    const outcome = await redirect();
    expect(outcome).toEqual({ kind: "toConfirm", confirmation: expect.any(String), returnTo });
    expect([world.exchanged, world.connections, world.queued]).toEqual([[], [], []]);
  });

  test("is not exchanged before that, and its code is kept under seal", async () => {
    const confirmation = await kept();
    expect(confirmation).not.toBe(begun);
    expect([world.exchanged, world.connections]).toEqual([[], []]);
    // If nobody confirms, only this document is left, until it expires.
    expect([...world.states.keys()]).toEqual([confirmation]);
    expect(world.states.get(confirmation)).toMatchObject({
      uid: "uid",
      expiresAtMs: world.nowMs + 5 * 60_000,
    });
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
    expect([world.exchanged, world.connections]).toEqual([[], []]);
  });

  test("cannot be finished by a redirect, nor can an attempt without a consent be confirmed", async () => {
    const confirmation = await kept();
    expect(await redirect({ code: "injected" }, confirmation)).toEqual({ kind: "unknownAttempt" });
    begin();
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
    begin();
    expect(await confirm("uid", await kept())).toEqual({ kind: "connected", accountId });
  });

  test("that was denied needs no confirmation", async () => {
    expect(await redirect({ error: "access_denied" })).toMatchObject({ error: "access_denied" });
    expect(world.states.size).toBe(0);
  });

  test("says why when Google refuses the code", async () => {
    const confirmation = await kept();
    world.grant = { kind: "refused", reason: "codeRejected" };
    expect(await confirm("uid", confirmation)).toEqual({ kind: "refused", error: "code_rejected" });
  });
});
