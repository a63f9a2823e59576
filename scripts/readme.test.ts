import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { rootFolder } from "../stack/addresses.ts";
import { snippetsOf, typeFaults } from "./snippets.fixture.ts";

/** What an app has before it uses the package. */
const given = `
declare const uid: string;
declare const app: import("firebase/app").FirebaseApp;
declare const monday: Date;
declare const nextMonday: Date;
declare const event: import("@firestore-calendar-sync/client").EventDocument;
declare const show: (
  change: import("@firestore-calendar-sync/client").LiveChange<import("@firestore-calendar-sync/client").EventDocument>,
) => void;
`;

const read = (path: string) => readFileSync(join(rootFolder, path), "utf8");

test("the code in the READMEs compiles, and else it is reported", () => {
  const own = snippetsOf("README.md");
  const [first = "", second = "", ...others] = snippetsOf("client/README.md");
  expect(own).toHaveLength(3);
  expect(others).toEqual([]);
  const [events = ""] = own;
  const wrong = [events.replace("marginMs", "margin"), events.replace("{ openAgenda }", "{ openDiary }")];
  // The second block of the client's README continues the first one, and the README's third one the second.
  const continued = `import { getApp } from "firebase/app";\n${second}`;
  own[2] = `import { getFunctions } from "firebase/functions";\n${own[2] ?? ""}`;
  const faults = typeFaults([...own, first, continued, ...wrong].map(snippet => `${snippet}${given}`));
  expect(faults.slice(0, 5)).toEqual([[], [], [], [], []]);
  expect(faults.slice(5).map(messages => messages.length > 0)).toEqual([true, true]);
});

test("the README's time of an edit is the one that was measured, with its date and machine", () => {
  const { latency } = JSON.parse(read("bench/results.json")) as {
    latency: { measuredAt: string; machine: string; numbers: { editP50Ms: number; editP99Ms: number } };
  };
  const { measuredAt, machine, numbers } = latency;
  const text = read("README.md").replaceAll(/\s+/g, " ");
  expect(text).toContain(`${Math.round(numbers.editP50Ms)} ms (median)`);
  expect(text).toContain(`${Math.round(numbers.editP99Ms)} ms (p99)`);
  expect(text).toContain(`Measured ${measuredAt} on ${machine}`);
});
