import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/*
 * Reads the two files of cases strictly: an unexpected field fails the tests, because no test would check it. README.md
 * describes the fields.
 */

const instant = z.iso.datetime();
/** An instant, or the date of an all-day event. */
const moment = z.union([instant, z.iso.date()]);
const id = z.string().min(1);
const fields = z.record(z.string(), z.unknown());

/** The expectations at one point of a case. */
const expectation = z.strictObject({
  starts: z.array(moment).optional(),
  atLeast: z.literal(true).optional(),
  from: instant.optional(),
  to: instant.optional(),
  ids: z.array(id).optional(),
  absent: z.array(id).optional(),
  count: z.int().nonnegative().optional(),
  events: z.record(id, fields).optional(),
  includes: z.record(id, fields).optional(),
  visible: z
    .array(z.strictObject({ from: instant, to: instant, shows: z.array(id), hides: z.array(id) }))
    .optional(),
  phase: z.string().optional(),
  notPhase: z.string().optional(),
  active: z.boolean().optional(),
  reauth: z.boolean().optional(),
  watchStopped: z.boolean().optional(),
  fullLists: z.int().optional(),
  kept: z.array(id).optional(),
  listed: z.array(id).optional(),
  /** The outcome of the last attempt, for `run: "seal"`. */
  kind: z.string().optional(),
  /** The outcomes of the deliveries, for `run: "imports"`. */
  outcomes: z.array(z.string()).optional(),
  /** At least one of these must hold. */
  get anyOf() {
    return z.array(expectation).min(1).optional();
  },
});
export type Expectation = z.infer<typeof expectation>;

const rawAnswer = z.strictObject({ status: z.int(), body: z.unknown() });
/** An answer that replaces Google's answer. */
export type RawAnswer = z.infer<typeof rawAnswer>;

const googleEvent = z.looseObject({ id });

const step = z.union([
  z.strictObject({ put: googleEvent }),
  z.strictObject({ remove: id }),
  z.strictObject({ restore: id }),
  z.strictObject({ sync: z.enum(["import", "pull", "full"]), deliveries: z.int().positive().optional() }),
  z.strictObject({ expireSyncTokens: z.literal(true) }),
  z.strictObject({
    answer: rawAnswer.extend({
      when: z.enum(["pull", "full", "list"]),
      times: z.int().positive().optional(),
    }),
  }),
  z.strictObject({ noAnswers: z.literal(true) }),
  z.strictObject({ expiredAnswer: rawAnswer }),
  z.strictObject({ expect: expectation }),
  /** A text, for a case that needs the whole stack. */
  z.strictObject({ do: z.string() }),
  z.strictObject({ expect: z.string() }),
]);
export type Step = z.infer<typeof step>;

const syncCase = z.strictObject({
  id,
  kind: z.string(),
  source: z.array(z.string()).min(1),
  title: z.string(),
  area: z.string(),
  run: z.enum(["list", "watch", "seal", "imports", "stack"]).optional(),
  calendarTimeZone: z.string().optional(),
  accessRole: z.string().optional(),
  window: z.strictObject({ from: instant, to: instant }).optional(),
  listsByOwnEnd: z.boolean().optional(),
  googleEvents: z.array(googleEvent).optional(),
  steps: z.array(step).optional(),
  items: z.array(googleEvent).optional(),
  resource: z.enum(["events", "calendarList"]).optional(),
  answer: rawAnswer.optional(),
  do: z.enum(["get", "cleanUp"]).optional(),
  refresh: z.enum(["old", "new"]).optional(),
  access: z.enum(["old", "new"]).optional(),
  attempts: z.array(z.int().nonnegative()).optional(),
  imports: z.int().optional(),
  eventsEach: z.int().optional(),
  expect: expectation.optional(),
  expected: z.string(),
  today: z.string(),
  decision: z.string().optional(),
  open: z.literal(true).optional(),
  mustStay: z.literal(true).optional(),
});
export type Case = z.infer<typeof syncCase>;

/** The cases of one file in this folder. */
export function readCases(file: "google-events.json" | "faults.json"): Case[] {
  return z.array(syncCase).parse(JSON.parse(readFileSync(join(__dirname, file), "utf8")));
}

/** The case with this id. */
export function caseOf(caseId: string): Case {
  const all = [...readCases("google-events.json"), ...readCases("faults.json")];
  const found = all.find(one => one.id === caseId);
  if (found === undefined) throw new Error(`no case ${caseId}`);
  return found;
}
