import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { needsConsent } from "../../model/google-failure.ts";
import { readCases, type Case } from "./case-schema.fake.ts";
import { eventWritesDuring, runCase, snapshot } from "./run-case.fake.ts";
import { unmet } from "./expectations.fake.ts";
import { SealWorld } from "./run-seal.fake.ts";
import { refuseWatch } from "./run-watch.fake.ts";

const cases = [...readCases("google-events.json"), ...readCases("faults.json")];

/** Cases that cannot run in memory, and the places of their tests. */
const belongsElsewhere: Readonly<Record<string, string>> = {
  "role-without-private-access": "tests/trust/listed-calendars.test.ts: Google's own Firestore answers there",
  "user-deleted-event-lost": "tests/account/lost-user.test.ts: a user deleted in Auth needs the whole stack",
  "imports-in-one-instance":
    'issue 3, "Sized, paced and watched": it measures the memory of a deployed instance',
};

/** Cases whose outcome is a text; in-words.test.ts tests them. */
const inWords = [
  "birthday-events",
  "freebusy-titles",
  "resource-all-day-as-timed",
  "overnight-dst",
  "master-moved-with-exceptions",
];

/**
 * A proposal that is not implemented: whether Google leaves such an exception out of a list is not documented, and only
 * a list without `timeMin` would show it. in-words.test.ts tests the actual result for the case that Google does.
 */
const notFollowed = ["exception-moved-before-window-import"];

const named = (some: readonly Case[]) => some.map(one => [`${one.kind}: ${one.id}`, one] as const);
const machine = cases.filter(({ id }) => !(id in belongsElsewhere));
const synced = machine.filter(
  ({ run, id }) => run === undefined && ![...inWords, ...notFollowed].includes(id),
);
const runs = (what: Case["run"]) => named(machine.filter(({ run }) => run === what));

describe("the files", () => {
  test("hold every case once", () => {
    expect(cases).toHaveLength(67);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(67);
  });

  test("leave out of this run exactly what is shown elsewhere", () => {
    const elsewhere: readonly (string | undefined)[] = ["stack", "imports", "list"];
    const notHere = cases.filter(({ run }) => elsewhere.includes(run)).map(({ id }) => id);
    expect(notHere.sort()).toEqual(Object.keys(belongsElsewhere).sort());
    for (const where of Object.values(belongsElsewhere)) {
      const file = where.split(":")[0] ?? "";
      if (file.endsWith(".ts")) expect(existsSync(join(__dirname, "../../../..", file))).toBe(true);
    }
  });

  test("leave open what is not followed", () => {
    for (const id of notFollowed) expect(cases.find(one => one.id === id)?.open).toBe(true);
  });

  test("say for a machine what must come of each case, but for those that are written in words", () => {
    const silent = machine.filter(
      ({ expect: end, steps }) => end === undefined && steps?.some(step => "expect" in step) !== true,
    );
    expect(silent.map(({ id }) => id).sort()).toEqual([...inWords].sort());
  });
});

describe("what Google sends, and what comes of it", () => {
  test.each(named(synced))("%s", async (_name, one) => {
    expect((await runCase(one)).problems).toEqual([]);
  });

  test.each(named(synced))("%s; then a full sync changes nothing", async (_name, one) => {
    const { world, last } = await runCase(one);
    const { horizon: horizonMs } = world.sync.state;
    const before = snapshot(world);
    await world.full();
    // The horizon also advances with the time.
    expect(snapshot(world, horizonMs ?? Infinity)).toEqual(before);
    const { fullLists: _, ...stillTrue } = last;
    expect(unmet(world, stillTrue)).toEqual([]);
  });

  test.each(named(synced))("%s; then nothing new writes nothing", async (_name, one) => {
    const { world } = await runCase(one);
    await world.full();
    expect(
      await eventWritesDuring(world, async () => {
        await world.pull();
      }),
    ).toBe(0);
    expect(
      await eventWritesDuring(world, async () => {
        await world.full();
      }),
    ).toBe(0);
    expect(world.thrown).toEqual([]);
  });

  const zones = named(synced.filter(({ kind }) => kind === "zone of the calendar"));

  test.each(zones)("%s, the zone being known from the list of calendars only", async (_name, one) => {
    const { problems } = await runCase(one, world => {
      world.sync.google.timeZone = undefined;
    });
    expect(problems).toEqual([]);
  });

  test.each(zones)("%s, the zone being known from the events only", async (_name, one) => {
    const { problems } = await runCase({ ...one, calendarTimeZone: "UTC" }, world => {
      world.sync.google.timeZone = one.calendarTimeZone;
    });
    expect(problems).toEqual([]);
  });
});

describe("a watch that is refused", () => {
  test.each(runs("watch"))("%s", async (_name, { answer, expect: wanted = {} }) => {
    if (answer === undefined) throw new Error("no answer");
    const { world, tokens } = await refuseWatch(answer);
    expect(world.reauth.length > 0).toBe(wanted.reauth);
    expect(tokens.asked).toBe(0);
    expect(world.alarms).toEqual(["push.addressRefused"]);
  });
});

describe("tokens that cannot be opened", () => {
  test.each(runs("seal").filter(([, one]) => one.do === "get"))("%s", async (_name, one) => {
    const world = await SealWorld.with(one);
    const answer = await world.get();
    expect(answer.kind).toBe(one.expect?.kind);
    // The operator is alarmed first: a key may be missing by mistake, for all accounts at once (decision 0202).
    expect(answer.kind === "failed" && needsConsent(answer.reason)).toBe(false);
    expect(world.lines.filter(({ level }) => level === "alarm").map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/\bold\b/),
    );
  });

  test.each(runs("seal").filter(([, one]) => one.do === "cleanUp"))("%s", async (_name, one) => {
    const world = await SealWorld.with(one);
    const outcomes: string[] = [];
    for (const attempt of one.attempts ?? []) outcomes.push((await world.cleanUp(attempt)).kind);
    expect(outcomes.at(-1)).toBe(one.expect?.kind);
    expect(world.deleted).toContain("account");
  });
});
