import * as z from "zod";
import { unknown, type Finding } from "./finding.ts";

/** Where a service answers. */
const roots = {
  artifactregistry: "https://artifactregistry.googleapis.com",
  cloudbilling: "https://cloudbilling.googleapis.com",
  cloudfunctions: "https://cloudfunctions.googleapis.com",
  cloudquotas: "https://cloudquotas.googleapis.com",
  cloudresourcemanager: "https://cloudresourcemanager.googleapis.com",
  cloudscheduler: "https://cloudscheduler.googleapis.com",
  cloudtasks: "https://cloudtasks.googleapis.com",
  eventarc: "https://eventarc.googleapis.com",
  firebase: "https://firebase.googleapis.com",
  firebaserules: "https://firebaserules.googleapis.com",
  firestore: "https://firestore.googleapis.com",
  iam: "https://iam.googleapis.com",
  identitytoolkit: "https://identitytoolkit.googleapis.com",
  logging: "https://logging.googleapis.com",
  orgpolicy: "https://orgpolicy.googleapis.com",
  run: "https://run.googleapis.com",
  secretmanager: "https://secretmanager.googleapis.com",
  serviceusage: "https://serviceusage.googleapis.com",
} as const;
type Service = keyof typeof roots;

/** POSTs that change nothing. Every other POST is refused before it is sent. */
const readLikePosts = /:(?:getIamPolicy|test|runQuery)$|^v2\/entries:list$/;

/** Two attempts at a slow API still end within a minute. */
const timeoutMs = 20_000;

export interface Question<T> {
  readonly service: Service;
  /** With its version, without a slash at its start. */
  readonly path: string;
  /** Read leniently: unknown fields are ignored. */
  readonly schema: z.ZodType<T>;
  /** The permission that the caller needs, and a role that contains it. */
  readonly permission: string;
  readonly role: string;
  /** Sent with POST. */
  readonly body?: object;
}

/**
 * - `absent`: Google has no such thing (404).
 * - `unauthenticated`: the access token is not valid.
 * - `forbidden`: the caller lacks a permission.
 * - `apiOff`: the service is not enabled in the project.
 * - `failed`: no answer, or one that cannot be read.
 */
export type Answer<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "absent" }
  | { readonly kind: "unauthenticated" }
  | { readonly kind: "forbidden"; readonly permission: string; readonly role: string }
  | { readonly kind: "apiOff"; readonly service: string }
  | { readonly kind: "failed"; readonly text: string };

/** Asks Google Cloud's control plane. Only reads. */
export interface Cloud {
  /** The same question is asked once. */
  readonly ask: <T>(question: Question<T>) => Promise<Answer<T>>;
}

export interface CloudOptions {
  readonly projectId: string;
  /** Undefined: nobody is logged in, and nothing is sent. */
  readonly token: string | undefined;
  /** A stand-in for all services: `<root>/<service>/<path>`. */
  readonly root: string | undefined;
}

/** google.rpc.Status with an ErrorInfo (cloud.google.com/apis/design/errors). */
const errorBody = z.object({
  error: z.object({
    message: z.string().optional().catch(undefined),
    details: z
      .array(
        z.object({
          reason: z.string().optional().catch(undefined),
          metadata: z.record(z.string(), z.string()).optional().catch(undefined),
        }),
      )
      .optional()
      .catch(undefined),
  }),
});

/** Creates the client. */
export function createCloud({ projectId, token, root }: CloudOptions): Cloud {
  const sent = new Map<string, Promise<Raw>>();

  const send = async (url: string, body: object | undefined, quotaProject: boolean): Promise<Raw> => {
    if (token === undefined) return { status: 401, body: undefined };
    try {
      const response = await fetch(url, {
        method: body === undefined ? "GET" : "POST",
        headers: {
          Authorization: `Bearer ${token}`,
          ...(body !== undefined && { "Content-Type": "application/json" }),
          ...(quotaProject && { "x-goog-user-project": projectId }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: response.status, body: parseJson(await response.text()) };
    } catch (error) {
      return { status: 0, body: undefined, problem: describeNetworkError(error) };
    }
  };

  /**
   * The token of a person belongs to the project of their tool (gcloud, Firebase CLI), in which some services are off:
   * then the question is charged to the project itself.
   */
  const sendTwice = async (url: string, body: object | undefined): Promise<Raw> => {
    const first = await send(url, body, false);
    if (first.status !== 403) return first;
    const { reason } = errorOf(first.body);
    const wrongProject = reason === "SERVICE_DISABLED" || reason === "CONSUMER_INVALID";
    return wrongProject ? await send(url, body, true) : first;
  };

  return {
    ask: async question => {
      const { service, path, body } = question;
      if (body !== undefined && !readLikePosts.test(path)) throw new Error(`not a read: POST ${path}`);
      const url = `${root === undefined ? roots[service] : `${root}/${service}`}/${path}`;
      const key = `${url} ${JSON.stringify(body ?? null)}`;
      const answer = sent.get(key) ?? sendTwice(url, body);
      sent.set(key, answer);
      return read(await answer, question);
    },
  };
}

interface Raw {
  /** 0: no answer. */
  readonly status: number;
  readonly body: unknown;
  readonly problem?: string;
}

function read<T>({ status, body, problem }: Raw, question: Question<T>): Answer<T> {
  const { service, schema, role } = question;
  if (status === 0) return { kind: "failed", text: `${service} did not answer: ${problem ?? "no answer"}` };
  if (status === 200) {
    const parsed = schema.safeParse(body);
    if (parsed.success) return { kind: "ok", value: parsed.data };
    const fields = parsed.error.issues.map(({ path }) => path.join(".") || "body");
    return {
      kind: "failed",
      text: `${service} answered in an unknown form (${[...new Set(fields)].join(", ")})`,
    };
  }
  const { reason, permission, disabledService, message } = errorOf(body);
  if (status === 401) return { kind: "unauthenticated" };
  if (status === 404 || message.includes("CONFIGURATION_NOT_FOUND")) return { kind: "absent" };
  if (reason === "SERVICE_DISABLED")
    return { kind: "apiOff", service: disabledService ?? `${service}.googleapis.com` };
  // The second attempt, which is charged to the project, needs a permission of its own.
  if (reason === "USER_PROJECT_DENIED")
    return {
      kind: "forbidden",
      permission: "serviceusage.services.use",
      role: "roles/serviceusage.serviceUsageConsumer",
    };
  if (status === 403) return { kind: "forbidden", permission: permission ?? question.permission, role };
  return { kind: "failed", text: `${service} answered ${status}: ${message.slice(0, 200)}` };
}

function errorOf(body: unknown): {
  reason: string | undefined;
  permission: string | undefined;
  disabledService: string | undefined;
  message: string;
} {
  const parsed = errorBody.safeParse(body);
  const info = parsed.data?.error.details?.find(detail => detail.reason !== undefined);
  return {
    reason: info?.reason,
    permission: info?.metadata?.["permission"],
    disabledService: info?.metadata?.["service"],
    message: parsed.data?.error.message ?? "no reason given",
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The code of what failed below `fetch`, which itself only says "fetch failed". */
export function describeNetworkError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "time-out";
  const { cause } = error;
  if (cause instanceof Error)
    return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
  return error.message;
}

/** Judges the value of an answer. `absent` is the finding for a 404; without it, a 404 cannot be explained. */
export function judge<T>(
  answer: Answer<T>,
  projectId: string,
  judgeValue: (value: T) => Finding,
  absent?: Finding,
): Finding {
  if (answer.kind === "ok") return judgeValue(answer.value);
  if (answer.kind === "absent" && absent !== undefined) return absent;
  return cannotTell(answer, projectId);
}

/** `unknown`, with the reason and the way to get an answer. */
export function cannotTell(answer: Exclude<Answer<unknown>, { kind: "ok" }>, projectId: string): Finding {
  switch (answer.kind) {
    case "absent":
      return unknown("cannot tell: Google answered 404");
    case "unauthenticated":
      return unknown("cannot tell: the login is not accepted", "npx firebase-tools login --reauth");
    case "forbidden":
      return unknown(
        `cannot tell: needs ${answer.permission} (for example ${answer.role})`,
        `gcloud projects add-iam-policy-binding ${projectId} --member=user:YOU --role=${answer.role}`,
      );
    case "apiOff":
      return unknown(
        `cannot tell: the API ${answer.service} is off`,
        `gcloud services enable ${answer.service} --project ${projectId}`,
      );
    case "failed":
      return unknown(`cannot tell: ${answer.text}`);
  }
}
