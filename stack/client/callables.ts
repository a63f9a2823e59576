import type { Connection } from "./connection.ts";
import { sendJson } from "./http.ts";

/** A caller of functions; without an ID token, an anonymous caller. */
export type Caller = Pick<Connection, "functionsUrl" | "functionPrefix" | "appUrl"> & {
  readonly idToken?: string;
  readonly appCheckToken?: string;
};

export type CallAnswer = {
  readonly status: number;
  readonly result?: unknown;
  readonly error?: { readonly status: string; readonly message: string; readonly details?: unknown };
};

/** Calls a callable function as the web SDK does (firebase.google.com/docs/functions/callable-reference). */
export async function call(caller: Caller, name: string, data: unknown): Promise<CallAnswer> {
  const { functionsUrl, functionPrefix = "", idToken, appCheckToken } = caller;
  const { status, text } = await sendJson(
    `${functionsUrl}/${functionPrefix}${name}`,
    "POST",
    { data },
    {
      ...(idToken !== undefined && { Authorization: `Bearer ${idToken}` }),
      ...(appCheckToken !== undefined && { "X-Firebase-AppCheck": appCheckToken }),
    },
  );
  return { status, ...(JSON.parse(text) as object) };
}

/** Returns the result of a callable function. Throws if there is none. */
export async function callForResult(caller: Caller, name: string, data: unknown): Promise<unknown> {
  const { status, result, error } = await call(caller, name, data);
  if (status !== 200) throw new Error(`${name} answered ${status}: ${JSON.stringify(error)}`);
  return result;
}

/** A JSON Web Token without a signature; the emulators accept it. */
export function unsignedToken(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`;
}
