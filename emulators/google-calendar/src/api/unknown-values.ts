import { UNKNOWN_ENTRY_FIELDS, UNKNOWN_EVENT_FIELDS, UNKNOWN_VALUE } from "../habits.ts";
import type { Habits } from "../habits.ts";
import { isJsonObject } from "../model/raw-event.ts";

type Switches = Pick<Habits, "unknownValues">;

/** The unknown value for a field, or undefined if the field is not switched on. */
export function unknownValueOf(habits: Switches, field: string): string | undefined {
  const { unknownValues } = habits;
  const chosen = typeof unknownValues === "boolean" ? unknownValues : unknownValues[field];
  if (typeof chosen === "string") return chosen;
  return chosen === true ? UNKNOWN_VALUE : undefined;
}

/** Whether any field of events is replaced by an unknown value. */
export function hasUnknownEventValues(habits: Switches): boolean {
  return UNKNOWN_EVENT_FIELDS.some(field => unknownValueOf(habits, field) !== undefined);
}

/** An event with its unknown values. A deleted event is unchanged, so that clients still recognise it as deleted. */
export function withUnknownEventValues<T extends object>(habits: Switches, event: T): T {
  if (Reflect.get(event, "status") === "cancelled") return event;
  return withUnknown(habits, event, UNKNOWN_EVENT_FIELDS);
}

/** A calendar list entry with its unknown values. */
export function withUnknownEntryValues<T extends object>(habits: Switches, entry: T): T {
  return withUnknown(habits, entry, UNKNOWN_ENTRY_FIELDS);
}

function withUnknown<T extends object>(habits: Switches, value: T, fields: readonly string[]): T {
  let changed = value;
  for (const field of fields) {
    const unknown = unknownValueOf(habits, field);
    if (unknown === undefined) continue;
    if (changed === value) changed = structuredClone(value);
    place(changed, field.split("."), unknown);
  }
  return changed;
}

/** Sets a field. A field at the top is set even if it is absent; a deeper field only if its parents exist. */
function place(target: object, path: readonly string[], value: string): void {
  const [step = "", ...rest] = path;
  const name = step.replace("[]", "");
  if (!step.endsWith("[]")) {
    if (rest.length === 0) Reflect.set(target, name, value);
    else {
      const child: unknown = Reflect.get(target, name);
      if (isJsonObject(child)) place(child, rest, value);
    }
    return;
  }
  const list: unknown = Reflect.get(target, name);
  if (!Array.isArray(list)) return;
  if (rest.length === 0) Reflect.set(target, name, [...(list as unknown[]), value]);
  else for (const item of list) if (isJsonObject(item)) place(item, rest, value);
}
