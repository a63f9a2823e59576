import { expect, test } from "@jest/globals";
import { functionsBundle } from "../../stack/build.ts";
import type { ChaosWorld } from "./chaos-world.ts";
import { findViolations } from "./convergence.ts";
import { describeReport, runChaos } from "./run-chaos.ts";

/*
 * Runs a few seconds of `npm run chaos` and tests its checks: after the run has converged, the test introduces each
 * kind of error, and the checks must find it.
 */

/** With an even seed, Google announces every change (see ChaosWorld.everyChangeIsAnnounced). */
const seed = 2;

test(`seed ${seed}: Firestore equals Google after the chaos, and whatever is wrong would be found`, async () => {
  const firestoreHost = process.env["FIRESTORE_EMULATOR_HOST"];
  let found: string[] = [];
  const report = await runChaos({
    bundle: functionsBundle,
    seed,
    minutes: 0.15,
    people: 2,
    calendarsEach: 2,
    ...(firestoreHost !== undefined && { firestoreHost }),
    atRest: async world => {
      await spoil(world);
      found = await findViolations(world);
    },
  });
  console.log(describeReport(report));
  expect(report.violations).toEqual([]);
  for (const what of [
    /missing, such as e00000/,
    /that Google does not have, such as ghost/,
    /different, such as /,
    /a lease is left/,
    /an epoch is not covered/,
    /phase error/,
    /orphan channel orphan/,
    /has 0 open channels/,
    /a secret is in a log/,
    /lost-request was accepted, and its event is not there/,
    /double-request has created 2 events/,
  ])
    expect(found).toContainEqual(expect.stringMatching(what));
});

/** A calendar that is not empty after the run, with one of its events. */
async function findStoredEvent(world: ChaosWorld) {
  for (const person of world.people) {
    const events = world.harness.db.collection(`users/${person.uid}/calendarEvents`);
    for (const [calendarId, key] of await world.calendarKeys(person)) {
      const [known] = (await events.where("calendarKey", "==", key).limit(1).get()).docs;
      if (known !== undefined) return { person, calendarId, key, events, known };
    }
  }
  throw new Error("empty calendars prove nothing");
}

/** Introduces one error of each kind that the checks look for. */
async function spoil(world: ChaosWorld): Promise<void> {
  const { harness } = world;
  const { person, calendarId, key, events, known } = await findStoredEvent(world);
  await world.harness.control.setPush({ paused: true });
  const start = new Date(harness.clock.now() + 3_600_000).toISOString();
  const end = new Date(harness.clock.now() + 7_200_000).toISOString();
  const requestBody = {
    id: "e00000",
    summary: "Unheard of",
    start: { dateTime: start },
    end: { dateTime: end },
  };
  await person.google.events.insert({ calendarId, requestBody });
  for (const id of ["e00001", "e00002"]) {
    const twin = { ...requestBody, id, description: "double-request" };
    await person.google.events.insert({ calendarId, requestBody: twin });
  }
  world.creations.push(
    { person, eventId: "e00009", requestId: "lost-request", accepted: true },
    { person, eventId: "e00001", requestId: "double-request", accepted: true },
  );
  const resource = { id: "orphan", type: "web_hook", address: `${harness.url}/calendarWebhook` };
  await person.google.events.watch({ calendarId, requestBody: resource });

  await known.ref.update({ summary: "Changed by another hand" });
  await events.doc(`${key}_ghost`).set({ ...known.data(), eventId: "ghost" });
  await harness.db.doc(`users/${person.uid}/calendars/${key}`).update({ "sync.phase": "error" });
  await harness.db.doc(`calendarSyncStates/${key}`).update({ lease: { holder: "nobody" }, coveredEpoch: 0 });
  const watches = await harness.db.collection("calendarSyncWatches").where("calendarKey", "==", key).get();
  for (const watch of watches.docs) await watch.ref.update({ status: "retiring" });
  world.look(`{"message":"a line with ${harness.secrets[0] ?? ""}"}`);
}
