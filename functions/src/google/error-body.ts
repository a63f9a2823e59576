import * as z from "zod";

/** What can be read of an error's body. An odd body reads as an empty one. */
export interface ErrorBody {
  /** Google's words, those of `details` (the newer form, more specific) first. Short enough for a log. */
  readonly reasons: readonly string[];
  /** `error` as RFC 6749 5.2 has it. */
  readonly oauthError?: string;
  /** google.rpc.Code, e.g. `PERMISSION_DENIED`. */
  readonly canonicalStatus?: string;
  /** Which of the two tokens of a list the error is about. */
  readonly names?: "pageToken" | "syncToken";
  /** The text speaks of the operator's project, whatever the reason says. */
  readonly speaksOfProject: boolean;
}

const text = z.string().optional().catch(undefined);

/** A list whose odd entries are dropped one by one. */
const listOf = <T extends z.ZodType>(entry: T) =>
  z
    .array(entry.optional().catch(undefined))
    .transform(entries => entries.filter(each => each !== undefined))
    .catch([]);

/** `errors[].reason` is the classic place, `details[].reason` the newer one (google/rpc/error_details.proto). */
const apiError = z.object({
  errors: listOf(z.object({ reason: text, domain: text, location: text, message: text })),
  details: listOf(
    z.object({
      "@type": text,
      reason: text,
      fieldViolations: listOf(z.object({ field: text })),
    }),
  ),
  message: text,
  status: text,
});

/** Longer words than this are no reasons. */
const longestWord = 100;

/** Never throws, whatever Google or somebody between us and Google has answered. */
export function readErrorBody(data: unknown): ErrorBody {
  const body = z.object({ error: z.unknown() }).safeParse(unwrapped(data));
  if (!body.success) return nothing;
  const { error } = body.data;
  if (typeof error === "string") {
    return isWord(error) ? { ...nothing, oauthError: error } : nothing;
  }
  const api = apiError.safeParse(error);
  if (!api.success) return nothing;
  const { errors, details, message = "", status } = api.data;
  const violated = details.flatMap(({ fieldViolations }) => fieldViolations.map(({ field }) => field));
  const messages = [message, ...errors.map(entry => entry.message ?? "")];
  const names = tokenIn([...errors.map(({ location }) => location), ...violated]) ?? tokenIn(messages);
  const reasons = [
    ...details.map(
      detail => detail.reason ?? (detail["@type"]?.endsWith("QuotaFailure") ? "QuotaFailure" : ""),
    ),
    ...errors.map(({ reason }) => reason ?? ""),
  ].filter(isWord);
  return {
    reasons,
    ...(status !== undefined && isWord(status) && { canonicalStatus: status }),
    ...(names !== undefined && { names }),
    speaksOfProject:
      // All of this domain are limits and settings of a project.
      errors.some(({ domain }) => domain === "usageLimits") ||
      messages.some(each => ofProject.test(each) && !ofChannel.test(each)),
  };
}

const nothing: ErrorBody = { reasons: [], speaksOfProject: false };

/**
 * "… has not been used in project 1 before or it is disabled." (googleworkspace/python-samples#17), "Project 1 has been
 * deleted.", "The request is missing a valid API key." No message about a calendar speaks of these; the address of a
 * webhook, which is quoted, may have the word in it.
 */
const ofProject =
  /(?<![\w/.-])project(?![\w/-])|\bAPI\b.*\bis disabled\b|\bAPI key\b|\bunregistered callers\b|\bbilling\b/i;

/** "Channel 'x' not found for project 'y'": what `channels.stop` answers to an unknown channel. */
const ofChannel = /\bchannel\b.*\bnot found for project\b/i;

const isWord = (word: string): boolean => word !== "" && word.length <= longestWord;

/** A body that a proxy has labelled as text comes as text; some of Google's come in a list of one. */
function unwrapped(data: unknown): unknown {
  const parsed = typeof data === "string" ? parseJson(data) : data;
  return Array.isArray(parsed) ? parsed[0] : parsed;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function tokenIn(texts: readonly (string | undefined)[]): ErrorBody["names"] {
  const says = (pattern: RegExp) => texts.some(each => each !== undefined && pattern.test(each));
  if (says(/page[ _-]?token/i)) return "pageToken";
  return says(/sync[ _-]?token|full[ _-]?sync/i) ? "syncToken" : undefined;
}
