import { describe, expect, test } from "@jest/globals";
import { HttpsError } from "firebase-functions/https";
import * as z from "zod";
import { transientAsUnavailable } from "./callable.ts";
import { isTransientError } from "./transient-error.ts";
import { handleTask } from "./task.ts";

const failure = (code: unknown, message = "no"): Error => Object.assign(new Error(message), { code });
const passing = [
  ["an aborted transaction", failure(10, "10 ABORTED: Transaction lock timeout.")],
  ["a transaction that has ended", failure(3, "3 INVALID_ARGUMENT: Transaction is invalid or closed.")],
  ["Firestore being away", failure(14)],
  ["a create that was repeated because its answer was lost", failure(6)],
  ["a deadline", failure(4)],
  ["a queue being away", failure("functions/unavailable")],
  ["a network without an answer", failure("app/network-error")],
] as const;
const lasting = [
  ["a content that Firestore refuses", failure(3, "3 INVALID_ARGUMENT: The document is too large.")],
  ["a missing permission", failure(7)],
  ["an error of ours", new TypeError("undefined is not a function")],
  ["what is no error", "14"],
] as const;

const codeOf = async (work: Promise<unknown>): Promise<unknown> => {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  return error instanceof HttpsError ? error.code : error;
};
const task = async (error: unknown): Promise<unknown> =>
  await codeOf(
    handleTask("queue", z.object({}), {}, () => {
      throw error;
    }),
  );
const rejected = async (error: unknown): Promise<never> => {
  await Promise.resolve();
  throw error;
};

describe("chaos seed 1: a failure that passes", () => {
  test.each(passing)(
    "%s: the task is delivered again, the user is asked to try again",
    async (_what, error) => {
      expect(isTransientError(error)).toBe(true);
      expect(await task(error)).toBe("aborted");
      expect(await codeOf(transientAsUnavailable(rejected(error)))).toBe("unavailable");
    },
  );

  test.each(lasting)("but not %s: it stays what it is", async (_what, error) => {
    expect(isTransientError(error)).toBe(false);
    expect(await task(error)).toBe(error);
    expect(await codeOf(transientAsUnavailable(rejected(error)))).toBe(error);
  });
});
