import type { Entry } from "../app/entries.ts";
import type { GridEdits } from "../app/grid-edits.ts";
import { isPending } from "./event-input.ts";

/** The copy of a meeting that the user moves with its entry: the leading one of those that can be moved. */
export function editableCopy({ copyIds, event }: Entry, { canEdit }: GridEdits): string | undefined {
  // A working location for some hours is a line above the hours, so its place in the grid does not show its time.
  if (event.eventType === "workingLocation" && !event.allDay) return undefined;
  // Its other copies do not have yet what is being saved.
  if (isPending(event)) return undefined;
  return copyIds.find(canEdit);
}
