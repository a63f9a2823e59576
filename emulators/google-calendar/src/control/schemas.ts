import * as z from "zod";
import { isTimeZone } from "../model/zone.ts";
import { eventInput } from "../model/event-input.ts";
import { habitsBody } from "./habits.ts";

const email = z.email();
const probability = z.union([z.number().min(0).max(1), z.boolean()]).transform(value => Number(value));

/** A stored event: the fields that a client can write, plus fields that usually only the server sets. */
const stateEvent = eventInput.extend({
  id: z.string().min(1).max(1024).nullish(),
  status: z.enum(["confirmed", "tentative", "cancelled"]).nullish(),
  created: z.iso.datetime({ offset: true }).nullish(),
  updated: z.iso.datetime({ offset: true }).nullish(),
  creator: z.object({ email: z.string(), displayName: z.string().nullish() }).nullish(),
  hangoutLink: z.string().nullish(),
  locked: z.boolean().nullish(),
});

const stateCalendar = z.object({
  id: z.string().min(1).max(320),
  summary: z.string().default(""),
  description: z.string().optional(),
  location: z.string().optional(),
  timeZone: z.string().refine(isTimeZone, "no IANA time zone").default("UTC"),
  // Google may add roles: an unknown role is returned as given and has the rights of `reader`.
  accessRole: z.string().min(1).max(100).default("owner"),
  primary: z.boolean().default(false),
  watchable: z.boolean().optional(),
  colorId: z.string().optional(),
  backgroundColor: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .optional(),
  foregroundColor: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .optional(),
  hidden: z.boolean().optional(),
  selected: z.boolean().optional(),
  summaryOverride: z.string().optional(),
  events: z.array(stateEvent).default([]),
  /** Events that answers contain exactly as given (see `POST /_emulator/events/raw`). */
  rawEvents: z.array(z.unknown()).default([]),
});

/** The body of `PUT /_emulator/state`. */
export const stateBody = z.object({
  users: z.array(
    z.object({
      email,
      name: z.string().optional(),
      settings: z.record(z.string(), z.string()).optional(),
      calendars: z.array(stateCalendar).optional(),
      /** List entries that answers contain exactly as given (see `POST /_emulator/calendar-list/raw`). */
      rawCalendarList: z.array(z.unknown()).default([]),
    }),
  ),
  habits: habitsBody.optional(),
});
/** All users and calendars, as `PUT /_emulator/state` accepts them. */
export type StateBody = z.infer<typeof stateBody>;
/** One calendar of a state. */
export type StateCalendar = z.infer<typeof stateCalendar>;
/** One event of a state. */
export type StateEvent = z.infer<typeof stateEvent>;

/** Bodies of the other calls of the control surface. */
export const controlBodies = {
  expire: z.strictObject({ calendarId: z.string().optional() }),
  revoke: z.strictObject({ email }),
  push: z.strictObject({
    paused: z.boolean().optional(),
    drop: probability.optional(),
    duplicate: probability.optional(),
    delayMs: z
      .tuple([z.number().min(0), z.number().min(0)])
      .refine(([min, max]) => min <= max, "min must not be above max")
      .optional(),
    reorder: z.boolean().optional(),
    coalesceMs: z.number().min(0).optional(),
    retryBaseMs: z.number().min(1).optional(),
    maxAttempts: z.int().min(1).max(100).optional(),
    seed: z.int().optional(),
  }),
  clock: z
    .strictObject({
      now: z.union([z.number(), z.iso.datetime({ offset: true })]).optional(),
      advanceMs: z.number().optional(),
    })
    .refine(body => (body.now === undefined) !== (body.advanceMs === undefined), {
      message: "exactly one of now and advanceMs",
      path: ["now"],
    }),
  tokens: z.strictObject({
    email,
    scopes: z.array(z.string()).min(1).optional(),
    clientId: z.string().optional(),
  }),
  split: z.strictObject({ calendarId: z.string(), instanceId: z.string(), changes: eventInput.optional() }),
  serviceAccount: z.strictObject({
    email,
    publicKey: z.string().optional(),
    delegatedScopes: z.array(z.string()).default([]),
  }),
};
