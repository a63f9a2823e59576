import { createHash } from "node:crypto";
import { invalidBody, required } from "../api/errors.ts";
import type { EventInput } from "./event-input.ts";
import type { EventResource } from "./event.ts";

type Conference = NonNullable<EventResource["conferenceData"]>;
type ConferenceFields = Pick<EventResource, "conferenceData" | "hangoutLink">;

const MEET = "hangoutsMeet";

/**
 * The body as a client with `conferenceDataVersion` means it: version 0 ignores conference data [P], so that the event
 * keeps what it has.
 */
export function atConferenceVersion(
  input: EventInput,
  version: unknown,
  before: EventResource | undefined,
): EventInput {
  return version === 1 ? input : { ...input, conferenceData: before?.conferenceData };
}

/**
 * The conference of an edited event. A `createRequest` makes a Google Meet conference; a request with the id of the
 * event's previous request is ignored [P]. Google makes the conference asynchronously [P]; here it is there at once.
 *
 * @param fields the fields of the edited event, with the conference data of the body merged in
 */
export function composeConference(
  base: EventResource | undefined,
  eventId: string,
  input: EventInput,
  fields: Readonly<Record<string, unknown>>,
): ConferenceFields {
  const kept = { conferenceData: base?.conferenceData, hangoutLink: base?.hangoutLink };
  const { conferenceData, hangoutLink } = fields as ConferenceFields;
  if (input.conferenceData === undefined) return defined({ conferenceData, hangoutLink });
  if (input.conferenceData === null || conferenceData === undefined) return {};
  if (input.conferenceData === kept.conferenceData) return defined(kept);
  const request = recordOf(input.conferenceData["createRequest"]);
  // A client that copies a conference copies the request that made it, too [I].
  const isCopy = input.conferenceData["entryPoints"] !== undefined;
  if (request === undefined || isCopy)
    return defined({ conferenceData, hangoutLink: meetLink(conferenceData) });
  const { requestId } = request;
  if (typeof requestId !== "string" || requestId === "") throw required("Missing conference request id.");
  if (recordOf(kept.conferenceData?.["createRequest"])?.["requestId"] === requestId) return defined(kept);
  const type = recordOf(request["conferenceSolutionKey"])?.["type"] ?? MEET;
  if (type !== MEET) throw invalidBody("Invalid conference type value.");
  return newConference(eventId, requestId);
}

/** The link of a conference that a client copied from another event. */
function meetLink(conference: Conference): string | undefined {
  const solution = recordOf(conference["conferenceSolution"]);
  if (recordOf(solution?.["key"])?.["type"] !== MEET || !Array.isArray(conference["entryPoints"]))
    return undefined;
  const video = conference["entryPoints"].map(recordOf).find(entry => entry?.["entryPointType"] === "video");
  return typeof video?.["uri"] === "string" ? video["uri"] : undefined;
}

function defined(fields: {
  [K in keyof ConferenceFields]: ConferenceFields[K] | undefined;
}): ConferenceFields {
  return {
    ...(fields.conferenceData === undefined ? {} : { conferenceData: fields.conferenceData }),
    ...(fields.hangoutLink === undefined ? {} : { hangoutLink: fields.hangoutLink }),
  };
}

function newConference(eventId: string, requestId: string): ConferenceFields {
  const letters = createHash("sha256").update(`${eventId} ${requestId}`).digest();
  const letter = (index: number): string => String.fromCharCode(97 + ((letters[index] ?? 0) % 26));
  const code = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(letter).join("");
  const conferenceId = `${code.slice(0, 3)}-${code.slice(3, 7)}-${code.slice(7)}`;
  const uri = `https://meet.google.com/${conferenceId}`;
  return {
    hangoutLink: uri,
    conferenceData: {
      createRequest: {
        requestId,
        conferenceSolutionKey: { type: MEET },
        status: { statusCode: "success" },
      },
      entryPoints: [{ entryPointType: "video", uri, label: uri.slice("https://".length) }],
      conferenceSolution: { key: { type: MEET }, name: "Google Meet" },
      conferenceId,
    },
  };
}

function recordOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}
