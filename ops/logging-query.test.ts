import { expect, test } from "@jest/globals";
import { parseFilter } from "./logging-query.fake.ts";

const entry = {
  resource: { type: "cloud_run_revision" },
  severity: "ERROR",
  jsonPayload: { message: "alarm", count: 5, text: "5", nothing: null },
};

test.each([
  ['resource.type="cloud_run_revision"', true],
  ['resource.type="cloud_function"', false],
  ['jsonPayload.message="alarm" AND severity>=ERROR', true],
  ["severity>=CRITICAL", false],
  ["severity>=WARNING AND severity<=ERROR", true],
  ["jsonPayload.count>=5 AND jsonPayload.count<=5", true],
  ["jsonPayload.count>5 OR jsonPayload.count<5", false],
  // Not a number, null, missing.
  ["jsonPayload.text>=0 OR jsonPayload.nothing>=0 OR jsonPayload.missing>=0", false],
  ['NOT jsonPayload.message="alarm"', false],
  ['NOT jsonPayload.missing="alarm"', true],
  // OR binds closer than AND.
  ["jsonPayload.count=5 OR jsonPayload.count=6 AND jsonPayload.count=7", false],
  ["jsonPayload.count=5 OR (jsonPayload.count=6 AND jsonPayload.count=7)", true],
])("%s: %s", (filter, matches) => {
  expect(parseFilter(filter)(entry)).toBe(matches);
});

test.each([
  "",
  "alarm",
  "jsonPayload.message=alarm",
  'jsonPayload.message:"alarm"',
  'jsonPayload.message=~"alarm"',
  'jsonPayload.message!="alarm"',
  'jsonPayload.message>"alarm"',
  'severity>="ERROR"',
  "severity>=BAD",
  "(jsonPayload.count=5",
  "jsonPayload.count=5 jsonPayload.count=5",
  "jsonPayload.count=5 or jsonPayload.count=5",
])("a filter that is read differently at Google, or not at all, is refused: %s", filter => {
  expect(() => parseFilter(filter)).toThrow();
});
