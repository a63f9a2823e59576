import * as z from "zod/mini";

/** The readable parts of an error's body. An unexpected body has no reasons. */
export interface ErrorBody {
  /** Google's reasons: first those from `details` (the newer, more specific form). Each is short enough for a log. */
  readonly reasons: readonly string[];
  /** `error` as in RFC 6749 5.2. */
  readonly oauthError?: string;
  /** google.rpc.Code, e.g. `PERMISSION_DENIED`. */
  readonly canonicalStatus?: string;
  /** The token of a list that the error is about. */
  readonly names?: "pageToken" | "syncToken";
  /** True if a text mentions the operator's project, whatever the reason is. */
  readonly speaksOfProject: boolean;
}

const text = z.catch(z.optional(z.string()), undefined);

/** A list from which unreadable entries are left out. */
const listOf = <T extends z.ZodMiniType>(entry: T) =>
  z.catch(
    z.pipe(
      z.array(z.catch(z.optional(entry), undefined)),
      z.transform(entries => entries.filter(each => each !== undefined)),
    ),
    [],
  );

/**
 * `errors[].reason` is the classic place of a reason, `details[].reason` the newer place
 * (google/rpc/error_details.proto).
 */
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

/** Longer texts are not reasons. */
const longestWord = 100;

/** Reads the body of an error from Google or from a proxy in between. Never throws. */
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
      // All reasons in this domain are about a project's limits and settings.
      errors.some(({ domain }) => domain === "usageLimits") ||
      messages.some(each => ofProject.test(each) && !ofChannel.test(each)),
  };
}

const nothing: ErrorBody = { reasons: [], speaksOfProject: false };

/**
 * Examples: "… has not been used in project 1 before or it is disabled." (googleworkspace/python-samples#17), "Project
 * 1 has been deleted.", "The request is missing a valid API key." Messages about calendars do not contain these words,
 * but a quoted webhook address may contain "project".
 */
const ofProject =
  /(?<![\w/.-])project(?![\w/-])|\bAPI\b.*\bis disabled\b|\bAPI key\b|\bunregistered callers\b|\bbilling\b/i;

/** "Channel 'x' not found for project 'y'": the answer of `channels.stop` for an unknown channel. */
const ofChannel = /\bchannel\b.*\bnot found for project\b/i;

const isWord = (word: string): boolean => word !== "" && word.length <= longestWord;

/** A body that a proxy labels as text arrives as a string; some of Google's bodies are a list with one entry. */
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
