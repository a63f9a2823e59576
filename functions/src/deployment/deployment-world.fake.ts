import type {
  AddressAnswer,
  DeploymentReport,
  DeploymentReports,
  ProbeOutcome,
} from "../ports/deployment.port.ts";
import type { Log } from "../ports/runtime.port.ts";
import type { CheckDeploymentPorts } from "./check-deployment.ts";

export const clientSecret = "GOCSPX-not-to-be-printed";
export const account = "firebase-fn-1@calendar-live.iam.gserviceaccount.com";
const nowMs = Date.UTC(2026, 0, 5);

type LogLine = readonly [level: keyof Log, message: string, fields: unknown];

/** Reports in memory, by instance: when each was begun. */
class FakeReports implements DeploymentReports {
  readonly startedAtMs = new Map<string, number>();
  readonly saved: DeploymentReport[] = [];

  begin = async (instance: string, startMs: number): Promise<void> => {
    this.startedAtMs.set(instance, startMs);
    await Promise.resolve();
  };
  save = async (report: DeploymentReport): Promise<void> => {
    this.saved.push(report);
    await Promise.resolve();
  };
  othersSince = async (instance: string, sinceMs: number): Promise<string[]> => {
    const others = [...this.startedAtMs].filter(([name, atMs]) => name !== instance && atMs > sinceMs);
    return await Promise.resolve(others.map(([name]) => name));
  };
}

/** A healthy deployment. Tests replace what is to be broken. */
export function healthyDeployment() {
  const reports = new FakeReports();
  const lines: LogLine[] = [];
  const line =
    (level: keyof Log) =>
    (message: string, fields?: unknown): void => {
      lines.push([level, message, fields]);
    };
  /** A sleep ends only if the test says so, so that a check that does not wait ends first. */
  const { promise: slept, resolve: endAllWaits } = Promise.withResolvers<undefined>();
  const probes: string[] = [];
  const opened: string[] = [];
  const ports: CheckDeploymentPorts = {
    place: {
      instance: "default",
      version: "1.2.3",
      projectId: "calendar-live",
      region: "europe-west1",
      usersRoot: "users",
      database: "(default)",
    },
    settings: {
      readParams: () => undefined,
      readClientSecret: () => clientSecret,
      readKeyRing: () => undefined,
    },
    reports,
    queue: {
      storeProbe: async (id): Promise<ProbeOutcome> => {
        probes.push(id);
        return await Promise.resolve({ kind: "stored" });
      },
    },
    oauth: {
      exchange: async () => await Promise.resolve({ kind: "refused", reason: "codeRejected" }),
    },
    addresses: {
      urls: () => ({
        webhook: "https://calendar.example/webhook",
        callback: "https://calendar.example/callback",
      }),
      open: async (url): Promise<AddressAnswer> => {
        opened.push(url);
        return await Promise.resolve({ kind: "answered", status: url.endsWith("/webhook") ? 405 : 400 });
      },
    },
    serviceAccount: async () => await Promise.resolve(account),
    clock: {
      now: () => nowMs,
      sleep: async () => {
        await slept;
      },
    },
    newId: length => "i".repeat(length),
    log: { info: line("info"), warn: line("warn"), error: line("error"), alarm: line("alarm") },
  };
  return {
    ports,
    reports,
    lines,
    probes,
    opened,
    nowMs,
    endAllWaits,
  };
}
