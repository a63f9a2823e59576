import { expect, test } from "@jest/globals";
import { createLog, type LogEntry } from "./structured-log.ts";

test("each line has its severity, its message as it is, and its fields beside them", () => {
  const lines: LogEntry[] = [];
  const clock = { now: () => 0, sleep: () => Promise.resolve() };
  const log = createLog(clock, entry => lines.push(entry));
  log.info("sync", { written: 1 });
  log.warn("sync failed", { reason: "unavailable", message: "not this one" });
  log.error("refused by the store");
  log.alarm("google.quota", { status: 429 });
  log.alarm("google.quota", { status: 429 });
  expect(lines).toEqual([
    { severity: "INFO", message: "sync", written: 1 },
    { severity: "WARNING", message: "sync failed", reason: "unavailable" },
    { severity: "ERROR", message: "refused by the store" },
    { severity: "ERROR", message: "alarm", event: "google.quota", status: 429 },
  ]);
});
