import { expect, test } from "@jest/globals";
import { functionsBundle } from "../../scripts/stack/build.ts";
import { describeReport, runChaos } from "./run-chaos.ts";

/** Another seed every day would make a failure that nobody caused; `npm run chaos` tries others. */
const seed = 1;

test("Firestore equals Google after everything went wrong for a while", async () => {
  const firestoreHost = process.env["FIRESTORE_EMULATOR_HOST"];
  const report = await runChaos({
    bundle: functionsBundle,
    seed,
    minutes: 0.2,
    ...(firestoreHost !== undefined && { firestoreHost }),
  });
  if (report.violations.length > 0) throw new Error(describeReport(report));
  expect(Object.keys(report.happened).length).toBeGreaterThan(5);
}, 300_000);
