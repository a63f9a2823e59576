import * as z from "zod";
import type { Quotas } from "../api/quotas.ts";
import { DEFAULT_HABITS, UNKNOWN_FIELDS } from "../habits.ts";
import type { Habits } from "../habits.ts";
import { withoutUndefined } from "./body.ts";

const unknownValues = z.union([
  z.boolean(),
  z.record(z.string(), z.union([z.boolean(), z.string()])).superRefine((fields, context) => {
    for (const name of Object.keys(fields)) {
      if (UNKNOWN_FIELDS.includes(name)) continue;
      const message = `there is no field ${name}; known are ${UNKNOWN_FIELDS.join(", ")}`;
      context.addIssue({ code: "custom", path: [name], message });
    }
  }),
]);

const fields = {
  syncTokenLifeMs: z.number().min(1).optional(),
  sparseCancelledInstances: z.boolean().optional(),
  syncTokenExpiry: z.enum(["410", "400"]).optional(),
  freeBusyReaderEvents: z.enum(["forbidden", "withoutTitles", "withTitles"]).optional(),
  fullListOmitsExceptionsBeforeTimeMin: z.boolean().optional(),
  masterMoveExceptions: z.enum(["cancel", "keep"]).optional(),
  deletionSendsExceptions: z.boolean().optional(),
  restoreSendsExceptions: z.boolean().optional(),
  restoreKeepsExceptions: z.boolean().optional(),
  unknownValues: unknownValues.optional(),
  rotateRefreshTokens: z.boolean().optional(),
  quotas: z
    .strictObject({
      perUserPerMinute: z.int().min(0).default(0),
      perProjectPerMinute: z.int().min(0).default(0),
      status: z.union([z.literal(403), z.literal(429)]).default(403),
    })
    .optional(),
};

/** The body of `POST /_emulator/habits`, and `habits` of a state. */
export const habitsBody = z.strictObject(fields, {
  error: issue =>
    issue.code === "unrecognized_keys"
      ? `there is no habit ${issue.keys.join(", ")}; known are ${Object.keys(fields).join(", ")}`
      : undefined,
});
/** Changes of the habits. Absent habits keep their values. */
export type HabitsBody = z.infer<typeof habitsBody>;

/** The objects that the habits change. */
export interface HabitParts {
  habits: Habits;
  rotation: { on: boolean };
  quotas: Quotas;
}

/** Applies changes to the habits. */
export function applyHabits(parts: HabitParts, body: HabitsBody): void {
  const { quotas: limits, rotateRefreshTokens, ...changes } = body;
  Object.assign(parts.habits, withoutUndefined(changes));
  if (limits !== undefined) parts.quotas.configure(limits);
  parts.rotation.on = rotateRefreshTokens ?? parts.rotation.on;
}

/** The current habits. */
export function showHabits({ habits, rotation }: HabitParts): object {
  return { ...habits, rotateRefreshTokens: rotation.on };
}

/** The habits that differ from their defaults, in the form of a state. An empty object if there are none. */
export function changedHabits(habits: Habits): { habits?: object } {
  const changed = Object.entries(habits).filter(
    ([name, value]) => Reflect.get(DEFAULT_HABITS, name) !== value,
  );
  return changed.length === 0 ? {} : { habits: Object.fromEntries(changed) };
}
