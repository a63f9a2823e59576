import type { EventDocument } from "@firestore-calendar-sync/client";

/** What an event is, if it is more than time in a calendar. Each kind has an icon. */
export type EventKind = "home" | "office" | "place" | "focus" | "away" | "birthday" | "mail";

type TypeFields = Pick<
  EventDocument,
  "eventType" | "workingLocation" | "focusTime" | "outOfOffice" | "birthday"
>;

/** Undefined for an ordinary event, and for a type that this page does not know. */
export function eventKind({ eventType, workingLocation }: TypeFields): EventKind | undefined {
  switch (eventType) {
    case "workingLocation":
      if (workingLocation?.type === "homeOffice") return "home";
      return workingLocation?.type === "officeLocation" ? "office" : "place";
    case "focusTime":
      return "focus";
    case "outOfOffice":
      return "away";
    case "birthday":
      return "birthday";
    case "fromGmail":
      return "mail";
    default:
      return undefined;
  }
}

/** What an event is, in a few words, for example `focus time`. */
export function eventTypeWords(event: TypeFields): string | undefined {
  const kind = eventKind(event);
  switch (kind) {
    case "home":
    case "office":
    case "place":
      return "working location";
    case "focus":
      return "focus time";
    case "away":
      return "out of office";
    case "birthday":
      return birthdayWords(event);
    case "mail":
      return "from Gmail";
    case undefined:
      return undefined;
  }
}

/** What follows from the type of an event, one sentence each. */
export function eventTypeNotes(event: TypeFields): string[] {
  const { focusTime, outOfOffice, workingLocation } = event;
  switch (event.eventType) {
    case "focusTime":
      return [
        ...declineNotes(focusTime),
        ...(focusTime?.chatStatus === "doNotDisturb" ? ["Chat is set to “Do not disturb”."] : []),
      ];
    case "outOfOffice":
      return declineNotes(outOfOffice);
    case "workingLocation":
      return placeNotes(workingLocation);
    case "fromGmail":
      return ["Google made this event from a mail."];
    default:
      return [];
  }
}

function declineNotes(
  fields: Pick<NonNullable<EventDocument["outOfOffice"]>, "autoDeclineMode" | "declineMessage"> = {},
): string[] {
  const modes: Readonly<Record<string, string>> = {
    declineNone: "Invitations are not declined automatically.",
    declineAllConflictingInvitations: "All conflicting invitations are declined automatically.",
    declineOnlyNewConflictingInvitations: "New conflicting invitations are declined automatically.",
  };
  const { autoDeclineMode = "", declineMessage } = fields;
  const mode = modes[autoDeclineMode];
  if (mode === undefined) return [];
  if (autoDeclineMode === "declineNone" || declineMessage === undefined) return [mode];
  return [mode, `The answer says: “${declineMessage}”`];
}

function placeNotes(place: EventDocument["workingLocation"]): string[] {
  if (place === undefined) return [];
  const parts = [
    ["building", place.buildingId],
    ["floor", place.floorId],
    ["section", place.floorSectionId],
    ["desk", place.deskId],
  ].flatMap(([name, id]) => (name === undefined || id === undefined ? [] : [`${name} ${id}`]));
  return parts.length === 0 ? [] : [parts.join(", ")];
}

function birthdayWords({ birthday }: TypeFields): string {
  switch (birthday?.type) {
    case "anniversary":
      return "anniversary";
    case "self":
      return "your birthday";
    case "custom":
      return birthday.customTypeName ?? "special day";
    case "other":
      return "special day";
    default:
      return "birthday";
  }
}
