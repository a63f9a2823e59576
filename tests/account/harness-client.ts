import type { Firestore } from "firebase-admin/firestore";
import type { Harness } from "@firestore-calendar-sync/harness";

/** The ID token's claims of a signed-in user. The harness does not verify the token. */
export interface Claims {
  readonly uid: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  /** The `sub` of the Google account with which the user has signed in. */
  readonly googleSubject?: string;
}

export interface Answer {
  readonly status: number;
  readonly result?: unknown;
  readonly error?: { readonly status: string; readonly message: string };
}

/** The longest time for one call, on a busy machine. */
const callTimeoutMs = 60_000;
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const unsigned = (claims: object): string => `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`;

/** Calls a callable as this user. `appCheck` is the id of the app in the App Check token. */
export async function callAs(
  harness: Harness,
  { uid, email, emailVerified, googleSubject }: Claims,
  name: string,
  data: object,
  appCheck?: string,
): Promise<Answer> {
  const identities = {
    ...(googleSubject !== undefined && { "google.com": [googleSubject] }),
    ...(email !== undefined && { email: [email] }),
  };
  const claims = {
    sub: uid,
    user_id: uid,
    aud: harness.projectId,
    iat: 0,
    exp: 9_999_999_999,
    ...(email !== undefined && { email, email_verified: emailVerified ?? false }),
    firebase: { identities, sign_in_provider: googleSubject === undefined ? "password" : "google.com" },
  };
  const answer = await fetch(`${harness.url}/${name}`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Authorization: `Bearer ${unsigned(claims)}`,
      ...(appCheck !== undefined && { "X-Firebase-AppCheck": unsigned({ sub: appCheck, app_id: appCheck }) }),
    },
    body: JSON.stringify({ data }),
    signal: AbortSignal.timeout(callTimeoutMs),
  });
  return { status: answer.status, ...((await answer.json()) as object) };
}

/** The address to which `connectAccount` sends this user. */
export async function connectUrl(harness: Harness, claims: Claims): Promise<URL> {
  const answer = await callAs(harness, claims, "connectAccount", {
    returnTo: "http://127.0.0.1:5000/#/week",
  });
  const { url } = (answer.result ?? {}) as { url?: string };
  if (url === undefined) throw new Error(`no address: ${JSON.stringify(answer)}`);
  return new URL(url);
}

/** Calls the control surface of the harness's Google. */
export async function controlGoogle(harness: Harness, method: string, path: string, body?: object) {
  const answer = await fetch(`${harness.google.url}/_emulator/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(callTimeoutMs),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}

/** The number of requests to Google with this path. */
export async function timesAsked(harness: Harness, path: string): Promise<number> {
  return (await harness.control.requests()).filter(request => request.path === path).length;
}

/** All documents of the server's collections that belong to this user, and the user's own documents, by path. */
export async function documentsOf(db: Firestore, uid: string): Promise<Map<string, object>> {
  const collections = ["credentials", "oauthStates", "calendarLists", "watches", "syncStates"];
  const mine = ["accounts", "calendars", "events"].map(name => db.collection(`users/${uid}/${name}`).get());
  const server = collections.map(name => db.collection(name).where("uid", "==", uid).get());
  const found = await Promise.all([...mine, ...server]);
  return new Map(found.flatMap(({ docs }) => docs.map(document => [document.ref.path, document.data()])));
}
