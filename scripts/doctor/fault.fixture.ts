import {
  document,
  healthyReplies,
  paths,
  ruleCases,
  timeAt,
  type Replies,
  type Reply,
} from "./healthy-cloud.fixture.ts";

export const healthy = healthyReplies();
export const hourMs = 3_600_000;
export const ok = (body: unknown): Reply => ({ status: 200, body });
export const notFound: Reply = { status: 404, body: { error: { code: 404, message: "not found" } } };
export const refusal = (error: string): Reply => ({ status: 400, body: { error } });

export type Json = Record<string, unknown>;
export const bodyOf = (path: string): Json => structuredClone(healthy[path]?.body) as Json;

/** The healthy answer with other fields. */
export const patched = (path: string, change: Json): Replies => ({
  [path]: ok({ ...bodyOf(path), ...change }),
});

export type Deployed = Json & { name: string; serviceConfig: Json; labels: Json };
/** The list of functions with one of them changed; `undefined` removes it. */
export function withFunction(name: string, change: (each: Deployed) => Deployed | undefined): Replies {
  const { functions } = bodyOf(paths.functions) as { functions: Deployed[] };
  const changed = functions.flatMap(each => (each.name.endsWith(`/${name}`) ? (change(each) ?? []) : [each]));
  return { [paths.functions]: ok({ functions: changed }) };
}

/** The list of functions with a copy of one of them under another name. */
export function withCopy(name: string, copy: string): Replies {
  const { functions } = bodyOf(paths.functions) as { functions: Deployed[] };
  const copies = functions.filter(each => each.name.endsWith(`/${name}`));
  const renamed = copies.map(each => ({ ...each, name: each.name.replace(name, copy) }));
  return { [paths.functions]: ok({ functions: [...functions, ...renamed] }) };
}

export function withParams(params: Json): Replies {
  const { functions } = bodyOf(paths.functions) as { functions: Deployed[] };
  for (const { serviceConfig } of functions)
    serviceConfig["environmentVariables"] = { ...(serviceConfig["environmentVariables"] as Json), ...params };
  return { [paths.functions]: ok({ functions }) };
}

/** The project's policy without a role. */
export function withoutRole(role: string): Replies {
  const { bindings } = bodyOf(paths.policy) as { bindings: { role: string }[] };
  return { [paths.policy]: ok({ bindings: bindings.filter(each => each.role !== role) }) };
}

export function withApiOff(api: string): Replies {
  const { services } = bodyOf(paths.services) as { services: { name: string; state: string }[] };
  return {
    [paths.services]: ok({
      services: services.map(each => (each.name.endsWith(`/${api}`) ? { ...each, state: "DISABLED" } : each)),
    }),
  };
}

export const secretPayload = (text: string): Reply =>
  ok({ payload: { data: Buffer.from(text).toString("base64") } });

/** The test of the rules, with some cases failed: 0 is the owner's read, 1 another user's, 3 the owner's write. */
export const failedRules = (...failed: number[]): Replies => ({
  [paths.rulesTest]: ok({
    testResults: Array.from({ length: ruleCases }, (_, index) => ({
      state: failed.includes(index) ? "FAILURE" : "SUCCESS",
    })),
  }),
});

export const queueWith = (name: string, change: Json): Replies => patched(paths.queue(name), change);
export const key = "c".repeat(22);
export const watch = (endsAtMs: number): Reply =>
  ok([
    document(`calendarSyncWatches/${key}-new`, {
      status: { stringValue: "open" },
      calendarKey: { stringValue: key },
      expiresAt: { timestampValue: timeAt(endsAtMs) },
    }),
  ]);

/** A fault, the answers that it changes, the check that finds it, and parts of that check's text and remedy. */
export type Row = [
  fault: string,
  replies: Replies,
  check: string,
  says: string,
  remedy: string,
  ...also: string[],
];
