import { ApiError } from "./errors.ts";
import { API_PREFIX, errorAnswer } from "./calendar-api.ts";
import type { HttpAnswer, HttpRequest } from "../http/exchange.ts";

/** The paths to which batches are posted. */
export const BATCH_PATHS: ReadonlySet<string> = new Set(["/batch/calendar/v3", "/batch"]);
/** The most calls in one batch (guides/batch). */
const MOST_PARTS = 50;

/**
 * `POST /batch/calendar/v3`: several calls in one multipart/mixed body. Each call gets its own answer, in order. A
 * part without an Authorization header uses the header of the whole request (guides/batch).
 */
export async function runBatch(
  request: HttpRequest,
  handle: (part: HttpRequest) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const boundary = /boundary="?([^";]+)"?/i.exec(request.headers["content-type"] ?? "")?.[1];
  if (request.method !== "POST" || boundary === undefined) {
    return errorAnswer(
      new ApiError(400, "badRequest", "Failed to parse batch request: no multipart/mixed body."),
    );
  }
  const parts = request.body
    .toString()
    .split(`--${boundary}`)
    .slice(1)
    .filter(part => !part.startsWith("--"));
  if (parts.length === 0) return errorAnswer(new ApiError(400, "badRequest", "The batch request is empty."));
  if (parts.length > MOST_PARTS) {
    return errorAnswer(
      new ApiError(
        400,
        "badRequest",
        `The batch request could not be processed: more than ${MOST_PARTS} calls.`,
      ),
    );
  }
  const answered = "batch_emulator_answer";
  let body = "";
  for (const part of parts) {
    const parsed = parsePart(part, request);
    const answer =
      parsed === undefined
        ? errorAnswer(new ApiError(400, "badRequest", "Failed to parse one part of the batch request."))
        : await handle(parsed.request);
    const id = parsed?.contentId === undefined ? "" : `Content-ID: <response-${parsed.contentId}>\r\n`;
    const headers = Object.entries(answer.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
    body += `--${answered}\r\nContent-Type: application/http\r\n${id}\r\n`;
    body += `HTTP/1.1 ${answer.status} ${answer.status < 400 ? "OK" : "Error"}\r\n${headers.join("")}\r\n`;
    body += `${answer.body?.toString() ?? ""}\r\n`;
  }
  body += `--${answered}--\r\n`;
  return { status: 200, headers: { "content-type": `multipart/mixed; boundary=${answered}` }, body };
}

function parsePart(
  part: string,
  outer: HttpRequest,
): { request: HttpRequest; contentId: string | undefined } | undefined {
  const normal = part.replaceAll("\r\n", "\n").replace(/^\n/, "");
  const [outerHead = "", ...afterHead] = normal.split("\n\n");
  const requestHead = afterHead[0] ?? "";
  const bodyParts = afterHead.slice(1);
  const contentId = /^content-id:\s*<?([^>\n]+)>?/im.exec(outerHead)?.[1]?.trim();
  const [requestLine = "", ...headerLines] = requestHead.trim().split("\n");
  const match = /^([A-Z]+) (\S+)(?: HTTP\/[\d.]+)?$/.exec(requestLine.trim());
  const target = match?.[2]?.replace(/^https?:\/\/[^/]+/, "") ?? "";
  if (match === null || !target.startsWith(API_PREFIX)) return undefined;
  const headers: Record<string, string | undefined> = { authorization: outer.headers["authorization"] };
  for (const line of headerLines) {
    const colon = line.indexOf(":");
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  const mark = target.indexOf("?");
  return {
    contentId,
    request: {
      method: match[1] ?? "GET",
      path: mark < 0 ? target : target.slice(0, mark),
      query: new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1)),
      headers,
      body: Buffer.from(bodyParts.join("\n\n").trim()),
    },
  };
}
