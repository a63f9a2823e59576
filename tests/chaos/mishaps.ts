import { FieldValue } from "firebase-admin/firestore";
import type { Person, ChaosWorld } from "./chaos-world.ts";
import type { Action } from "./edits.ts";

const faults: readonly object[] = [
  { path: "/events", status: 429, reason: "rateLimitExceeded" },
  { path: "/events", status: 403, reason: "userRateLimitExceeded" },
  { path: "/events", status: 500, reason: "backendError" },
  { path: "/events", status: 503, reason: "backendError" },
  { path: "/events", drop: true },
  { path: "/events", drop: true, when: "after" },
  { path: "/events", delayMs: 2_000 },
  { path: "/watch", status: 500, reason: "backendError" },
  { path: "/watch", drop: true, when: "after" },
  { path: "/token", status: 503 },
];

/**
 * Refusals that look final, that concern the operator, or that have unknown reasons. None of them may end an account
 * or a calendar's sync.
 */
const misleading: readonly object[] = [
  { path: "/events", status: 403, reason: "accessNotConfigured" },
  { path: "/events", status: 403, reason: "forbidden", details: ["SERVICE_DISABLED"] },
  { path: "/events", status: 403, reason: "concurrentLimitExceeded" },
  { path: "/events", status: 403, reason: "calendarUsageLimitsExceeded" },
  { path: "/events", status: 403, reason: "backendError" },
  { path: "/events", status: 403, reason: "somethingNew" },
  { path: "/events", status: 404, body: "<html><body>Not here</body></html>" },
  { path: "/events", status: 401, reason: "authError" },
  { path: "/events", status: 400, reason: "somethingNew" },
  { path: "/events", status: 200, body: "<html><body>Welcome</body></html>" },
  { path: "/calendarList", status: 403, reason: "accessNotConfigured" },
  { path: "/calendarList", status: 404, reason: "somethingNew" },
  { path: "/token", status: 400, body: { error: "somethingNew" } },
];

/** Failures, the passing of time, and schedules. */
export const mishaps: readonly Action[] = [
  {
    name: "Google fails",
    weight: 4,
    run: async world => {
      const fault = world.pick(faults) ?? {};
      await world.harness.control.fault({ ...fault, times: Math.ceil(world.between(0, 3)) });
    },
  },
  {
    name: "Google refuses misleadingly",
    weight: 2,
    run: async world => {
      const fault = world.pick(misleading) ?? {};
      await world.harness.control.fault({ ...fault, times: Math.ceil(world.between(0, 3)) });
    },
  },
  {
    name: "answers of Google come changed",
    weight: 2,
    run: async world => {
      world.answersChanged = true;
      const mutate = {
        seed: Math.floor(world.between(0, 1e9)),
        count: Math.ceil(world.between(0, 4)),
        within: "items",
      };
      await world.harness.control.fault({
        path: "/events",
        mutate,
        times: Math.ceil(world.between(0, 3)),
      });
    },
  },
  {
    name: "the webhook's address is refused",
    weight: 0.5,
    run: async world => {
      // After this fault, only the daily schedule opens the channel. Until then, no change is announced.
      if (world.everyChangeIsAnnounced) return;
      const fault = { path: "/watch", status: 401, reason: "push.webhookUrlUnauthorized" };
      await world.harness.control.fault({ ...fault, times: Math.ceil(world.between(0, 3)) });
    },
  },
  {
    name: "Google changes its habits",
    weight: 0.5,
    run: async world => {
      const expired = world.pick(["400", "410"] as const) ?? "410";
      await world.harness.control.habits({ syncTokenExpiry: expired });
    },
  },
  {
    name: "sync tokens expire",
    weight: 1,
    run: async world => {
      const calendarId = world.pick(world.pick(world.people)?.calendarIds ?? []);
      await world.harness.control.expireSyncTokens(calendarId);
    },
  },
  {
    name: "notifications are dropped, doubled, late and out of order",
    weight: 2,
    run: async world => {
      await world.harness.control.setPush({
        drop: world.everyChangeIsAnnounced ? 0 : (world.pick([0, 0.1, 0.5]) ?? 0),
        duplicate: world.pick([0, 0.3]) ?? 0,
        delayMs: [0, world.pick([0, 50, 800]) ?? 0],
        reorder: world.random() < 0.5,
      });
    },
  },
  {
    name: "an instance dies",
    weight: 2,
    run: async world => {
      const { instances } = world.harness;
      const victim = world.pick(instances.all);
      if (victim === undefined) return;
      await instances.kill(victim);
      await instances.add();
    },
  },
  {
    name: "Firestore does not answer for a while",
    weight: 1,
    run: async world => {
      const proxy = world.harness.firestoreProxy;
      proxy?.pause();
      await wait(world.between(200, 3_000));
      proxy?.resume();
    },
  },
  {
    name: "connections to Firestore are cut",
    weight: 1,
    run: world => {
      world.harness.firestoreProxy?.cut();
      return Promise.resolve();
    },
  },
  {
    name: "tasks cannot be created for a while",
    weight: 1,
    run: async world => {
      world.harness.tasks.setCreationFault(() => (world.random() < 0.5 ? "cut" : 503));
      await wait(world.between(100, 1_000));
      world.harness.tasks.setCreationFault(undefined);
    },
  },
  {
    name: "a grant is revoked, and given again",
    weight: 0.5,
    run: async world => {
      const person = world.pick(world.people);
      if (person === undefined || person.revoked) return;
      await world.revoke(person);
      await wait(world.between(0, 2_000));
      await world.reconnect(person);
    },
  },
  {
    name: "a schedule runs",
    weight: 1,
    run: async world => {
      const name = world.pick(["backupSync", "renewWatches", "extendHorizon"]) ?? "backupSync";
      await world.harness.runSchedule(name);
    },
  },
  {
    name: "somebody asks for a full sync",
    weight: 0.5,
    run: async world => {
      const person = world.pick(world.people);
      if (person === undefined) return;
      const calendarKey = world.pick([...(await world.calendarKeys(person)).values()]);
      await world.callAs(person, "syncNow", { calendarKey, full: true });
    },
  },
  {
    name: "a calendar is switched off and on",
    weight: 0.5,
    run: async world => {
      const person = world.pick(world.people);
      if (person === undefined) return;
      const calendarKey = world.pick([...(await world.calendarKeys(person)).values()]);
      await world.callAs(person, "setCalendarEnabled", { calendarKey, enabled: false });
      await wait(world.between(0, 1_000));
      await world.callAs(person, "setCalendarEnabled", { calendarKey, enabled: true });
    },
  },
  {
    name: "time passes",
    weight: 0.5,
    run: async world => {
      const short = [3, 11, 70];
      // Six days without a renewal of channels.
      const long = world.everyChangeIsAnnounced ? [] : [25 * 60, 6 * 24 * 60];
      const minutes = world.pick([...short, ...long]) ?? 3;
      await world.harness.jump(minutes * 60_000);
      await world.signInAgain();
    },
  },
];

async function wait(ms: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, ms));
}

/**
 * Ends all faults. Users whose grant was revoked consent again. Returns the calendars that were stopped without a
 * valid reason.
 */
export async function calm(world: ChaosWorld): Promise<string[]> {
  const { harness } = world;
  harness.firestoreProxy?.resume();
  harness.tasks.setCreationFault(undefined);
  await world.harness.control.clearFaults();
  await world.harness.control.setPush({
    drop: 0,
    duplicate: 0,
    delayMs: [0, 0],
    reorder: false,
    paused: false,
  });
  while (harness.instances.all.length < 2) await harness.instances.add();
  const stopped: string[] = [];
  for (const person of world.people) {
    if (person.revoked) await world.reconnect(person);
    for (const [calendarId, calendarKey] of await world.calendarKeys(person)) {
      const state = await harness.db.doc(`calendarSyncStates/${calendarKey}`).get();
      if (state.get("active") !== true) {
        const reason = String(state.get("inactiveReason"));
        if (!isExpected(reason, person, world)) stopped.push(`${calendarId}: stopped (${reason})`);
        // Otherwise a user switched the calendar off, and the call that switches it on again failed.
        if (reason === "reauth_required") await world.reconnect(person);
        else await world.insistAs(person, "setCalendarEnabled", { calendarKey, enabled: true });
      }
      // Changed answers are corrected by a full sync. Without this call, that happens within a month.
      if (!world.answersChanged) continue;
      // As if an hour had passed since the last full sync that somebody asked for.
      await harness.db
        .doc(`calendarSyncStates/${calendarKey}`)
        .update({ fullDemandedAt: FieldValue.delete() });
      await world.insistAs(person, "syncNow", { calendarKey, full: true });
    }
  }
  return stopped;
}

function isExpected(reason: string, person: Person, world: ChaosWorld): boolean {
  // An account ends if its tokens are refused for a day. A day can pass only in runs without announcements.
  if (reason === "reauth_required") return person.wasRevoked || !world.everyChangeIsAnnounced;
  return reason === "disabled";
}
