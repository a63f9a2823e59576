import * as z from "zod";
import { isTimeZone } from "../model/zone.ts";
import { ACCESS_ROLES } from "../model/world.ts";
import { eventInput } from "../model/event-input.ts";

const email = z.email();
const probability = z.union([z.number().min(0).max(1), z.boolean()]).transform(value => Number(value));

/** A stored event: what a client may write, and what the server usually makes. */
const stateEvent = eventInput.extend({
  id: z.string().min(1).max(1024).nullish(),
  status: z.enum(["confirmed", "tentative", "cancelled"]).nullish(),
  created: z.iso.datetime({ offset: true }).nullish(),
  updated: z.iso.datetime({ offset: true }).nullish(),
  creator: z.object({ email: z.string(), displayName: z.string().nullish() }).nullish(),
  hangoutLink: z.string().nullish(),
});

const stateCalendar = z.object({
  id: z.string().min(1).max(320),
  summary: z.string().default(""),
  description: z.string().optional(),
  location: z.string().optional(),
  timeZone: z.string().refine(isTimeZone, "no IANA time zone").default("UTC"),
  accessRole: z.enum(ACCESS_ROLES).default("owner"),
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
});

/** `PUT /_emulator/state`. */
export const stateBody = z.object({
  users: z.array(
    z.object({
      email,
      name: z.string().optional(),
      settings: z.record(z.string(), z.string()).optional(),
      calendars: z.array(stateCalendar).optional(),
    }),
  ),
});
/** A whole world, as `PUT /_emulator/state` takes it. */
export type StateBody = z.infer<typeof stateBody>;
/** One calendar of it. */
export type StateCalendar = z.infer<typeof stateCalendar>;
/** One event of it. */
export type StateEvent = z.infer<typeof stateEvent>;

/** Bodies of the other calls of the control surface. */
export const controlBodies = {
  expire: z.strictObject({ calendarId: z.string().optional() }),
  revoke: z.strictObject({ email }),
  fault: z.strictObject({
    method: z.string().optional(),
    path: z.string().optional(),
    status: z.int().min(400).max(599).optional(),
    reason: z.string().optional(),
    delayMs: z.number().min(0).max(600_000).optional(),
    drop: z.boolean().optional(),
    when: z.enum(["before", "after"]).optional(),
    times: z.int().min(1).optional(),
    probability: z.number().min(0).max(1).optional(),
    seed: z.int().optional(),
  }),
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
  habits: z.strictObject({
    syncTokenLifeMs: z.number().min(1).optional(),
    sparseCancelledInstances: z.boolean().optional(),
    rotateRefreshTokens: z.boolean().optional(),
    quotas: z
      .strictObject({
        perUserPerMinute: z.int().min(0).default(0),
        perProjectPerMinute: z.int().min(0).default(0),
        status: z.union([z.literal(403), z.literal(429)]).default(403),
      })
      .optional(),
  }),
};
