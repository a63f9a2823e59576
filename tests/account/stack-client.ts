import { readFileSync } from "node:fs";
import { join } from "node:path";

/** An environment variable that `npm run stack` sets for its command. */
function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run this through npm run stack`);
  return value;
}

export const functionsUrl = setting("FUNCTIONS_URL");
const googleUrl = setting("GOOGLE_CALENDAR_EMULATOR_URL");
export const appUrl = setting("HOSTING_URL");
const authUrl = `http://${setting("FIREBASE_AUTH_EMULATOR_HOST")}`;
export const projectId = setting("GCLOUD_PROJECT");

/** The longest time for one call in the stack, including the start of a process. */
const callTimeoutMs = 60_000;

/**
 * All documents of the database, by path, in the REST API's form. One query covers all collections, whatever their
 * names, and documents without a parent (reference of `CollectionSelector.allDescendants`).
 */
export async function dumpDatabase(): Promise<Map<string, unknown>> {
  const database = `projects/${projectId}/databases/(default)/documents`;
  const answer = await fetch(`http://${setting("FIRESTORE_EMULATOR_HOST")}/v1/${database}:runQuery`, {
    method: "POST",
    headers: { Authorization: "Bearer owner", "Content-Type": "application/json" },
    body: JSON.stringify({ structuredQuery: { from: [{ allDescendants: true }] } }),
    signal: AbortSignal.timeout(callTimeoutMs),
  });
  if (!answer.ok) throw new Error(`the database could not be read: ${answer.status}`);
  const rows = (await answer.json()) as { document?: { name: string; fields?: unknown } }[];
  return new Map(
    rows.flatMap(({ document }) =>
      document === undefined ? [] : [[document.name.slice(database.length + 1), document.fields]],
    ),
  );
}

/** The paths of the documents that contain the user's uid in their path or in their fields. */
export async function traces(uid: string): Promise<string[]> {
  return [...(await dumpDatabase())]
    .filter(([path, fields]) => path.includes(uid) || JSON.stringify(fields ?? {}).includes(uid))
    .map(([path]) => path)
    .sort();
}

/** Waits until `find` returns a value. Calls it ten times per second. */
export async function until<T>(
  what: string,
  find: () => Promise<T | undefined | false>,
  withinMs = 90_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** A user of the app. */
export interface Person {
  readonly uid: string;
  readonly idToken: string;
}

/** Creates a user in the Auth emulator. */
export async function signUp(): Promise<Person> {
  const answer = await post(`${authUrl}/identitytoolkit.googleapis.com/v1/accounts:signUp?key=local`, {
    returnSecureToken: true,
  });
  const { localId, idToken } = answer.body as { localId: string; idToken: string };
  return { uid: localId, idToken };
}

/** Deletes a user with the user's own token. */
export async function deleteUser({ idToken }: Person): Promise<void> {
  await post(`${authUrl}/identitytoolkit.googleapis.com/v1/accounts:delete?key=local`, { idToken });
}

export interface CallAnswer {
  readonly status: number;
  readonly result?: unknown;
  readonly error?: { readonly status: string; readonly message: string };
}

/** Calls a callable function like the web SDK (firebase.google.com/docs/functions/callable-reference). */
export async function call(person: Person | undefined, name: string, data: unknown): Promise<CallAnswer> {
  const headers = person === undefined ? {} : { Authorization: `Bearer ${person.idToken}` };
  const { status, body } = await post(`${functionsUrl}/${name}`, { data }, headers);
  return { status, ...(body as object) };
}

async function post(
  url: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(callTimeoutMs),
  });
  return { status: answer.status, body: await answer.json() };
}

/** The address of the consent page for a user. */
export async function consentUrl(person: Person, returnTo = `${appUrl}/`): Promise<string> {
  const answer = await call(person, "connectAccount", { returnTo });
  if (answer.result === undefined) throw new Error(`no consent URL: ${JSON.stringify(answer)}`);
  return (answer.result as { url: string }).url;
}

/** Submits Google's consent page. Returns the address to which Google redirects. */
export async function answerConsent(
  url: string,
  email: string,
  decision: "allow" | "deny" = "allow",
): Promise<string> {
  const answer = await visit(url, { method: "POST", body: new URLSearchParams({ email, decision }) });
  if (answer.location === undefined)
    throw new Error(`no redirect from Google: ${answer.status} ${answer.text}`);
  return answer.location;
}

export interface Visit {
  readonly status: number;
  readonly location: string | undefined;
  readonly text: string;
  readonly headers: Headers;
}

/** Opens an address like a browser, but does not follow redirects. */
export async function visit(url: string, init: RequestInit = {}): Promise<Visit> {
  const answer = await fetch(url, {
    ...init,
    redirect: "manual",
    signal: AbortSignal.timeout(callTimeoutMs),
  });
  return {
    status: answer.status,
    location: answer.headers.get("location") ?? undefined,
    text: await answer.text(),
    headers: answer.headers,
  };
}

/** Connects an account through the whole flow. Returns its id. */
export async function connect(person: Person, email: string): Promise<string> {
  const outcome = await finish(await answerConsent(await consentUrl(person), email));
  const accountId = outcome.get("connected");
  if (accountId === null) throw new Error(`not connected: ${outcome.toString()}`);
  return accountId;
}

/** Follows Google's redirect. Returns the query with which the app is opened. */
export async function finish(callbackUrl: string): Promise<URLSearchParams> {
  const answer = await visit(callbackUrl);
  if (answer.location === undefined)
    throw new Error(`no redirect to the app: ${answer.status} ${answer.text}`);
  return new URL(answer.location).searchParams;
}

/** Calls the control surface of the local Google Calendar. */
export async function google(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${googleUrl}/_emulator/${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    }),
    signal: AbortSignal.timeout(callTimeoutMs),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}

/** Calls the Calendar API as a user. */
export async function atGoogle(email: string, method: string, path: string, body?: object): Promise<void> {
  const { access_token: token } = (await google("POST", "tokens", { email })) as { access_token: string };
  const answer = await fetch(`${googleUrl}/calendar/v3/${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(callTimeoutMs),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
}

interface SeedCalendar {
  readonly id: string;
  readonly summary: string;
  readonly timeZone?: string;
  readonly primary?: boolean;
  readonly selected?: boolean;
  readonly watchable?: boolean;
  readonly accessRole?: string;
  readonly backgroundColor?: string;
  readonly events?: readonly object[];
}

/** The users at Google, by email address. A second `seed` changes calendars without a notification. */
export class GooglePeople {
  readonly calendars = new Map<string, SeedCalendar[]>();

  /** Adds a user with a primary calendar, which has one event tomorrow, and the other given calendars. */
  add(email: string, ...others: SeedCalendar[]): string {
    const events = [eventIn(24, `Event of ${email}`)];
    this.calendars.set(email, [
      { id: email, summary: email, primary: true, selected: true, events },
      ...others,
    ]);
    return email;
  }

  async seed(): Promise<void> {
    const users = [...this.calendars].map(([email, calendars]) => ({
      email,
      calendars: calendars.map(calendar => ({ timeZone: "Europe/Berlin", events: [], ...calendar })),
    }));
    await google("PUT", "state", { users });
  }
}

let events = 0;

/** An event of one hour that begins `hours` from now. */
export function eventIn(hours: number, summary: string): object {
  const at = (extra: number) => ({
    dateTime: new Date(Date.now() + (hours + extra) * 3_600_000).toISOString(),
  });
  return { id: `event${String(++events).padStart(5, "0")}`, summary, start: at(0), end: at(1) };
}

/** A secret of the local functions. */
export function localSecret(name: string): string {
  const file = readFileSync(join(__dirname, "../../functions/.secret.local"), "utf8");
  const line = file.split("\n").find(text => text.startsWith(`${name}=`));
  if (line === undefined) throw new Error(`no ${name} in .secret.local`);
  return line.slice(name.length + 1);
}

/** Runs a scheduled function like Cloud Scheduler. */
export async function runSchedule(name: string): Promise<void> {
  const url = new URL(functionsUrl);
  const answer = await fetch(`${url.origin}/functions/projects/${projectId}/triggers/us-central1-${name}-0`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "X-CloudScheduler-JobName": name,
      "X-CloudScheduler-ScheduleTime": new Date().toISOString(),
    },
    body: "{}",
    signal: AbortSignal.timeout(120_000),
  });
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
}
