import { onRequest } from "firebase-functions/https";
import * as z from "zod/mini";
import { type ConsentAnswer, keepConsent, type KeepOutcome } from "../account/finish-connect.ts";
import { withOutcome } from "../account/return-address.ts";
import { connectPorts, log } from "../compose.ts";
import { tokenEncryptionKeys } from "../config.ts";
import { isTransientError } from "./transient-error.ts";
import { everyFunction } from "./every-function.ts";

/**
 * A parameter that is repeated, nested or contains other characters is not from Google's redirect. Other parameters are
 * ignored.
 */
const query = z.object({
  state: z.string().check(z.regex(/^[A-Za-z0-9_-]{32}$/)),
  code: z.optional(z.string().check(z.minLength(1), z.maxLength(2048))),
  error: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
});

/** Reads the query of Google's redirect; undefined for any other query. */
function parseAnswer(raw: unknown): ConsentAnswer | undefined {
  const parsed = query.safeParse(raw);
  if (!parsed.success) return undefined;
  const { state, code, error } = parsed.data;
  return { state, code, error };
}

/**
 * The page for users who cannot be sent back, because their return address is not available. Contains no input of the
 * request, so that nothing can be injected.
 */
function page(sentence: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Not connected</title><p>${sentence}</p></html>`;
}

const unknownAttempt = page(
  "This link has been used or is too old. Go back to the app and connect your calendar again.",
);
const failed = page("Something went wrong on our side. Go back to the app and connect your calendar again.");

/** The app's address, with what the app has to know. */
function addressOf(outcome: Exclude<KeepOutcome, { kind: "unknownAttempt" }>): string {
  const { returnTo } = outcome;
  return outcome.kind === "refused"
    ? withOutcome(returnTo, { connectError: outcome.error })
    : withOutcome(returnTo, { confirmation: outcome.confirmation });
}

/**
 * Google sends users here after the consent page. Keeps the consent for `confirmConnect`. Redirects to the app with
 * 303, or answers with a page that has one sentence: 400 for an unknown attempt, 503 or 500 after a failure.
 */
export const oauthCallback = onRequest(
  {
    ...everyFunction,
    invoker: "public",
    memory: "512MiB",
    concurrency: 80,
    timeoutSeconds: 60,
    secrets: [tokenEncryptionKeys],
  },
  async (request, response) => {
    response.set({
      "Cache-Control": "no-store",
      // The address contains the code and the state.
      "Referrer-Policy": "no-referrer",
      "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
      "X-Content-Type-Options": "nosniff",
    });
    if (request.method !== "GET") {
      response.set("Allow", "GET").sendStatus(405);
      return;
    }
    const answer = parseAnswer(request.query);
    if (answer === undefined) {
      response.status(400).type("html").send(unknownAttempt);
      return;
    }
    try {
      const outcome = await keepConsent(connectPorts(), answer);
      if (outcome.kind === "unknownAttempt") response.status(400).type("html").send(unknownAttempt);
      else response.redirect(303, addressOf(outcome));
    } catch (error) {
      log.error("callback failed", { error: error instanceof Error ? error.message : "unknown" });
      response
        .status(isTransientError(error) ? 503 : 500)
        .type("html")
        .send(failed);
    }
  },
);
