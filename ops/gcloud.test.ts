import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

/** Writes its arguments to a file; answers lists as gcloud's format `value(…)` does. */
const standIn = `#!/bin/sh
echo "$@" >> "$CALLS"
case "$*" in
  "$FAILS"*) exit 1 ;;
  "logging metrics list"*) echo calendar_sync_alarms ;;
  *"policies list"*) printf 'projects/p/alertPolicies/1\\tcalendar-sync\\nprojects/p/alertPolicies/2\\t\\n' ;;
  *"dashboards list"*) printf 'projects/p/dashboards/1\\tCalendar sync\\nprojects/p/dashboards/2\\tAnother\\n' ;;
esac
`;
const channel = "projects/p/notificationChannels/7";
const files = (folder: string) => globSync(`${folder}/*.json`, { cwd: import.meta.dirname }).sort();
const names = files("metrics").map(file => file.replace(/^metrics\/|\.json$/g, ""));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gcloud-"));
  writeFileSync(join(folder, "gcloud"), standIn, { mode: 0o755 });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function run(args: readonly string[], fails = "no such call"): { status: number | null; calls: string[] } {
  const calls = join(folder, "calls");
  writeFileSync(calls, "");
  const { status } = spawnSync("sh", [join(import.meta.dirname, "gcloud.sh"), ...args], {
    env: { PATH: `${folder}:${process.env["PATH"] ?? ""}`, CALLS: calls, FAILS: fails },
  });
  const changes = readFileSync(calls, "utf8")
    .split("\n")
    .filter(call => /\b(?:create|update|delete)\b/.test(call));
  return { status, calls: changes };
}

test("apply creates or updates every metric, and replaces only its own alerts and dashboard", () => {
  expect(run(["apply", "p", channel])).toEqual({
    status: 0,
    calls: [
      ...names.map(name => {
        const verb = name === "calendar_sync_alarms" ? "update" : "create";
        return `logging metrics ${verb} ${name} --config-from-file=metrics/${name}.json`;
      }),
      "monitoring policies delete projects/p/alertPolicies/1",
      "monitoring dashboards delete projects/p/dashboards/1",
      "monitoring dashboards create --config-from-file=dashboard.json",
      ...files("policies").map(
        file => `monitoring policies create --policy-from-file=${file} --notification-channels=${channel}`,
      ),
    ],
  });
});

test("remove deletes what is there, and nothing else", () => {
  expect(run(["remove", "p"])).toEqual({
    status: 0,
    calls: [
      "monitoring policies delete projects/p/alertPolicies/1",
      "monitoring dashboards delete projects/p/dashboards/1",
      "logging metrics delete calendar_sync_alarms",
    ],
  });
});

test("an older gcloud has the alerts in its alpha component", () => {
  const { status, calls } = run(["remove", "p"], "monitoring policies");
  expect(status).toBe(0);
  expect(calls[0]).toBe("alpha monitoring policies delete projects/p/alertPolicies/1");
});

test.each([
  ["no channel", ["apply", "p"]],
  ["a channel that is no resource name", ["apply", "p", "mail"]],
  ["no project", ["remove"]],
  ["another action", ["destroy", "p"]],
])("%s: nothing is done", (_what, args) => {
  expect(run(args)).toEqual({ status: 2, calls: [] });
});

test.each(["logging metrics list", "logging metrics create", "monitoring dashboards delete"])(
  "ends with an error if `gcloud %s` fails, before any alert is created",
  fails => {
    const { status, calls } = run(["apply", "p", channel], fails);
    expect(status).not.toBe(0);
    expect(calls.filter(call => call.includes("policies create"))).toEqual([]);
  },
);
